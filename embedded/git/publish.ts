import { existsSync } from "node:fs";
import { mkdir, realpath, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import type { Log } from "../../scripts/lib/log.ts";
import { bareRepository, copyObjects, type Git, readCheckout } from "./git.ts";

/** Where the fleet is, below the root of the project. */
export const fleetPath = "examples/fleet";
/** The branch that carries it in the served repository. */
export const fleetBranch = "main";

const branchRef = `refs/heads/${fleetBranch}`;
const checkoutKey = "flux-bootstrap.checkout";

export interface PublishFleetArgs {
  /** Root of the project: a clone of any kind (shallow, detached, a worktree). It is only read. */
  readonly checkout: string;
  /** Directory of the bare repository. It is made when it is not there. */
  readonly repository: string;
  readonly log: Log;
}

export interface PublishedFleet {
  readonly commit: string;
  readonly tree: string;
  /** False when the committed fleet was published before, and nothing was written. */
  readonly changed: boolean;
}

/**
 * publishFleet makes the tree of branch `main` exactly what the checkout has committed under examples/fleet. A new tree
 * becomes one commit on top of what was published before, with the author, date and message of the last commit that
 * touched the fleet. All objects are copied, so the repository outlives the checkout, whose path it records.
 */
export async function publishFleet(args: PublishFleetArgs): Promise<PublishedFleet> {
  const checkout = readCheckout(await existing(args.checkout));
  const bare = await openRepository(args.repository);
  await recordCheckout(bare, checkout.directory);
  const published = await publishTree(checkout, bare);
  if (published.changed) {
    args.log.done(`published ${fleetPath} as ${fleetBranch}@${published.commit.slice(0, 12)}`);
  }
  return published;
}

/**
 * republishFleet publishes again from the checkout that the repository records. Undefined when it records none; rejects
 * when that checkout cannot be read, and leaves what was published before.
 */
export async function republishFleet(
  repository: string,
  log: Log,
): Promise<PublishedFleet | undefined> {
  const checkout = await bareRepository(repository).ask(["config", "--get", checkoutKey]);
  if (checkout === undefined) return undefined;
  return publishFleet({ checkout, repository, log });
}

/** uncommittedFleet lists files under examples/fleet whose content is not committed, and so not published. */
export async function uncommittedFleet(checkout: string): Promise<readonly string[]> {
  const git = readCheckout(await existing(checkout));
  const listing = ["--porcelain=v1", "-z", "--untracked-files=all", "--no-renames"];
  const status = await git.run(["status", ...listing, "--", fleetPath]);
  // Every entry is two letters, a space and the path.
  return status.split("\0").flatMap((entry) => (entry.length > 3 ? [entry.slice(3)] : []));
}

async function existing(checkout: string): Promise<string> {
  if (existsSync(checkout)) return realpath(checkout);
  throw new Error(
    `the checkout must be a directory, got "${checkout}", which does not exist. ` +
      "Run the command from the clone that holds the fleet.",
  );
}

async function openRepository(directory: string): Promise<Git> {
  if (!existsSync(directory)) await createRepository(directory);
  return bareRepository(directory);
}

// Made beside its place and renamed, so that a killed process leaves no half of a repository.
async function createRepository(directory: string): Promise<void> {
  await mkdir(dirname(directory), { recursive: true });
  const partial = `${directory}.${process.pid}.partial`;
  await mkdir(partial);
  const init = ["init", "-q", "--bare", "--template=", `--initial-branch=${fleetBranch}`];
  try {
    await bareRepository(partial).run(init);
    await rename(partial, directory);
  } catch (error) {
    if (!existsSync(directory)) throw error;
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}

async function recordCheckout(bare: Git, checkout: string): Promise<void> {
  if ((await bare.ask(["config", "--get", checkoutKey])) === checkout) return;
  await bare.run(["config", checkoutKey, checkout]);
}

async function publishTree(checkout: Git, bare: Git): Promise<PublishedFleet> {
  const tree = await committedTree(checkout);
  const parent = await publishedCommit(bare);
  if (parent !== undefined && (await treeOf(bare, parent)) === tree) {
    return { commit: parent, tree, changed: false };
  }
  await copyObjects(tree, checkout, bare);
  const commit = await commitTree({ checkout, bare, tree, parent });
  try {
    // With the old value named, a commit that another process published meanwhile is never dropped.
    await bare.run(["update-ref", branchRef, commit, parent ?? ""]);
    return { commit, tree, changed: true };
  } catch (error) {
    const current = await publishedCommit(bare);
    if (current === undefined || (await treeOf(bare, current)) !== tree) throw error;
    return { commit: current, tree, changed: false };
  }
}

function publishedCommit(bare: Git): Promise<string | undefined> {
  return bare.ask(["rev-parse", "--verify", "--quiet", branchRef]);
}

function treeOf(bare: Git, commit: string): Promise<string> {
  return bare.run(["rev-parse", `${commit}^{tree}`]);
}

async function committedTree(checkout: Git): Promise<string> {
  const tree = await headTree(checkout);
  if (tree !== undefined) return tree;
  throw new Error(
    `${fleetPath} must be committed, got none at HEAD of "${checkout.directory}". ` +
      "Commit it and run the command again.",
  );
}

async function headTree(checkout: Git): Promise<string | undefined> {
  try {
    return await checkout.ask(["rev-parse", "--verify", "--quiet", `HEAD:./${fleetPath}`]);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(
      `the project must be a clone that git can read, got "${checkout.directory}": ${reason}. ` +
        "Clone it with git and run the command from there.",
      { cause: error },
    );
  }
}

interface TreeCommit {
  readonly checkout: Git;
  readonly bare: Git;
  readonly tree: string;
  readonly parent: string | undefined;
}

async function commitTree({ checkout, bare, tree, parent }: TreeCommit): Promise<string> {
  const format = "--format=%an%n%ae%n%aI%n%cn%n%ce%n%cI%n%B";
  const log = await checkout.run([
    "log",
    "-1",
    "--encoding=UTF-8",
    format,
    "HEAD",
    "--",
    fleetPath,
  ]);
  const [name, email, date, committer, committerEmail, committed, ...message] = log.split("\n");
  const environment = {
    GIT_AUTHOR_NAME: orUnknown(name),
    GIT_AUTHOR_EMAIL: orUnknown(email),
    GIT_AUTHOR_DATE: date ?? "",
    GIT_COMMITTER_NAME: orUnknown(committer),
    GIT_COMMITTER_EMAIL: orUnknown(committerEmail),
    GIT_COMMITTER_DATE: committed ?? "",
  };
  const parents = parent === undefined ? [] : ["-p", parent];
  const input = `${message.join("\n").trimEnd()}\n`;
  return bare.run(["commit-tree", tree, ...parents], { input, environment });
}

// git refuses an empty identity, and history holds commits that have one.
function orUnknown(text: string | undefined): string {
  return text === undefined || text === "" ? "unknown" : text;
}
