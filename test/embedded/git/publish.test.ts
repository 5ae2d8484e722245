import assert from "node:assert/strict";
import { readdir, rm, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { publishFleet, republishFleet, uncommittedFleet } from "../../../embedded/git/publish.ts";
import {
  commit,
  git,
  linesOf,
  newCheckout,
  temporaryDirectory,
  write,
} from "./support/fleet-checkout.ts";

async function setUp(test: TestContext) {
  const directory = await temporaryDirectory(test);
  const checkout = await newCheckout(join(directory, "checkout"));
  const repository = join(directory, "repositories", "fleet.git");
  const { log, lines } = linesOf();
  const publish = (from = checkout) => publishFleet({ checkout: from, repository, log });
  return { directory, checkout, repository, lines, log, publish };
}

/** snapshot tells any write below a directory: what is there, how large and how old. */
async function snapshot(directory: string): Promise<readonly string[]> {
  const entries = await readdir(directory, { recursive: true });
  const described = entries.map(async (entry) => {
    const { size, mtimeMs } = await stat(join(directory, entry));
    return `${entry} ${size} ${mtimeMs}`;
  });
  return (await Promise.all(described)).sort();
}

describe("publishFleet", () => {
  it("makes the tree of main exactly the committed fleet", async (test) => {
    const { checkout, repository, publish } = await setUp(test);
    const published = await publish();
    assert.equal(published.changed, true);
    const tree = await git(checkout, "rev-parse", "HEAD:examples/fleet");
    assert.equal(published.tree, tree);
    assert.equal(await git(repository, "rev-parse", "main^{tree}"), tree);
    assert.equal(await git(repository, "rev-parse", "main"), published.commit);
    assert.equal(await git(repository, "symbolic-ref", "HEAD"), "refs/heads/main");
  });

  it("takes author, dates and message of the last commit that touched the fleet", async (test) => {
    const { repository, publish } = await setUp(test);
    await publish();
    assert.equal(
      await git(repository, "log", "-1", "--format=%an|%ae|%aI|%cn|%cI|%B", "main"),
      "Ana Sá|ana@example.com|2026-01-02T03:04:05+01:00|Ana Sá|2026-03-03T03:03:03+02:00|" +
        "Add the fleet\n\nWith a reason.\n",
    );
  });

  it("adds no commit when only other files changed", async (test) => {
    const { checkout, repository, publish, lines } = await setUp(test);
    const first = await publish();
    await commit(checkout, { "README.md": "again\n" }, "Change something else again");
    await write(checkout, { "examples/fleet/README.md": "not committed\n" });
    assert.deepEqual(await publish(), { ...first, changed: false });
    assert.equal(await git(repository, "rev-list", "--count", "main"), "1");
    assert.equal(lines.length, 1);
  });

  it("puts a changed fleet on top of what was published before", async (test) => {
    const { checkout, repository, publish } = await setUp(test);
    const first = await publish();
    await commit(checkout, { "examples/fleet/README.md": "changed\n" }, "Change the fleet");
    const second = await publish();
    assert.equal(await git(repository, "rev-parse", "main^"), first.commit);
    assert.equal(await git(repository, "show", "main:README.md"), "changed");
    assert.equal(second.changed, true);
  });

  it("keeps its history when the checkout rewrites its own", async (test) => {
    const { checkout, repository, publish } = await setUp(test);
    const first = await publish();
    await commit(checkout, { "examples/fleet/README.md": "changed\n" }, "Change the fleet");
    const second = await publish();
    await git(checkout, "reset", "-q", "--hard", "HEAD~1");
    const third = await publish();
    assert.equal(third.tree, first.tree);
    assert.equal(await git(repository, "rev-parse", "main^"), second.commit);
  });

  it("copies every object, so that the checkout may vanish", async (test) => {
    const { checkout, repository, publish } = await setUp(test);
    await publish();
    await rm(checkout, { recursive: true });
    assert.equal(await git(repository, "fsck", "--full", "--strict"), "");
    assert.equal(await git(repository, "show", "main:README.md"), "fleet");
  });

  it("writes nothing to the .git of the checkout", async (test) => {
    const { checkout, publish } = await setUp(test);
    // A file that looks touched makes git want to refresh its index.
    await utimes(join(checkout, "examples/fleet/README.md"), new Date(), new Date(1e12));
    const before = await snapshot(join(checkout, ".git"));
    await publish();
    await uncommittedFleet(checkout);
    assert.deepEqual(await snapshot(join(checkout, ".git")), before);
  });

  it("ignores the variables that a hook sets", async (test) => {
    const { checkout, publish, directory } = await setUp(test);
    process.env["GIT_DIR"] = join(directory, "elsewhere");
    process.env["GIT_INDEX_FILE"] = join(directory, "elsewhere", "index");
    test.after(() => {
      delete process.env["GIT_DIR"];
      delete process.env["GIT_INDEX_FILE"];
    });
    await publish();
    assert.deepEqual(await uncommittedFleet(checkout), []);
  });

  it("publishes once when two callers race", async (test) => {
    const { checkout, repository, publish } = await setUp(test);
    await publish();
    await commit(checkout, { "examples/fleet/README.md": "changed\n" }, "Change the fleet");
    const [one, two] = await Promise.all([publish(), publish()]);
    assert.equal(one.commit, two.commit);
    assert.equal(await git(repository, "rev-list", "--count", "main"), "2");
  });

  const clones: readonly [string, (checkout: string, clone: string) => Promise<string>][] = [
    ["a shallow clone", (from, to) => git(from, "clone", "-q", "--depth=1", `file://${from}`, to)],
    [
      "a detached HEAD",
      async (from, to) => {
        await git(from, "clone", "-q", from, to);
        return git(to, "checkout", "-q", "--detach");
      },
    ],
    ["a worktree", (from, to) => git(from, "worktree", "add", "-q", "--detach", to)],
    ["a path with a space", (from, to) => git(from, "clone", "-q", from, `${to} with space`)],
  ];
  for (const [kind, clone] of clones) {
    it(`publishes the same tree from ${kind}`, async (test) => {
      const { directory, checkout, repository, publish } = await setUp(test);
      const target = join(directory, "clone");
      await clone(checkout, target);
      await publish(kind === "a path with a space" ? `${target} with space` : target);
      assert.equal(
        await git(repository, "rev-parse", "main^{tree}"),
        await git(checkout, "rev-parse", "HEAD:examples/fleet"),
      );
    });
  }

  it("says what to do when there is no clone, no fleet or no directory", async (test) => {
    const { directory, publish } = await setUp(test);
    const empty = join(directory, "empty");
    await write(empty, { file: "" });
    await assert.rejects(publish(empty), (error: Error) => {
      assert.match(error.message, /^the project must be a clone that git can read, got ".*empty"/);
      assert.match(error.message, /not a git repository/);
      return true;
    });
    await git(empty, "init", "-q");
    await assert.rejects(publish(empty), {
      message:
        `examples/fleet must be committed, got none at HEAD of "${empty}". ` +
        "Commit it and run the command again.",
    });
    await assert.rejects(publish(join(directory, "none")), /which does not exist/);
  });
});

describe("republishFleet", () => {
  it("publishes from the checkout that was recorded last", async (test) => {
    const { directory, checkout, repository, publish, log } = await setUp(test);
    await publish();
    const clone = join(directory, "clone");
    await git(checkout, "clone", "-q", checkout, clone);
    await publish(clone);
    await commit(clone, { "examples/fleet/README.md": "from the clone\n" }, "Change the fleet");
    assert.equal((await republishFleet(repository, log))?.changed, true);
    assert.equal(await git(repository, "show", "main:README.md"), "from the clone");
  });

  it("does nothing for a repository that records no checkout", async (test) => {
    const { directory, log } = await setUp(test);
    const other = join(directory, "other.git");
    await git(directory, "init", "-q", "--bare", other);
    assert.equal(await republishFleet(other, log), undefined);
  });
});

describe("uncommittedFleet", () => {
  it("lists changed, new, staged and removed files of the fleet, and no others", async (test) => {
    const { checkout } = await setUp(test);
    await commit(checkout, { "examples/fleet/b.yaml": "b\n", "examples/fleet/c.yaml": "" }, "More");
    await writeFile(join(checkout, "README.md"), "outside\n");
    assert.deepEqual(await uncommittedFleet(checkout), []);
    await rm(join(checkout, "examples/fleet/b.yaml"));
    await write(checkout, {
      "examples/fleet/README.md": "changed\n",
      "examples/fleet/new file.yaml": "new\n",
      "examples/fleet/staged.yaml": "staged\n",
    });
    await git(checkout, "add", "examples/fleet/staged.yaml");
    assert.deepEqual(
      [...(await uncommittedFleet(checkout))].sort(),
      ["README.md", "b.yaml", "new file.yaml", "staged.yaml"].map(
        (file) => `examples/fleet/${file}`,
      ),
    );
  });
});
