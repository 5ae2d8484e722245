import { execFileSync } from "node:child_process";

import {
  ConfigMap,
  ImagePolicy,
  ImageRepository,
  ImageUpdateAutomation,
} from "../../../../scripts/lib/kinds.ts";
import type { Reference } from "../../../../scripts/lib/object.ts";
import type { Ground } from "../../stuck/ground.ts";
import { manifest, namespaceManifest, type Places } from "../../stuck/manifest.ts";
import type { Stage } from "../../stuck/stage.ts";
import { type Fleet, fluxNamespace, layer, within } from "../fleet.ts";

const image = "charts/probe";
const firstTag = "1.0.0";

/** The repository that image automation commits to. */
export const repositoryName = "automated";

/** What writes the newest tag of an image to the repository. */
export function automated({ registry }: Places): Fleet {
  const scanned = { image: `${registry}/${image}`, interval: "1s", insecure: true };
  const policy = {
    imageRepositoryRef: { name: "probe" },
    policy: { semver: { range: ">=1.0.0" } },
  };
  const author = { name: "Automation", email: "automation@example.com" };
  const automation = {
    interval: "1s",
    sourceRef: { kind: "GitRepository", name: fluxNamespace },
    git: {
      checkout: { ref: { branch: "main" } },
      commit: { author, messageTemplate: "Use the newest tag" },
      push: { branch: "main" },
    },
    update: { path: "./", strategy: "Setters" },
  };
  return {
    cluster: [layer("automation"), layer("apps")],
    automation: within(fluxNamespace, [
      manifest(ImageRepository, { name: "probe" }, { spec: scanned }),
      manifest(ImagePolicy, { name: "probe" }, { spec: policy }),
      manifest(ImageUpdateAutomation, { name: "probe" }, { spec: automation }),
    ]),
    apps: [namespaceManifest("automated")],
  };
}

/** The place where the automation writes the tag, which it finds by the comment. */
export function markedFile({ registry }: Places) {
  return {
    "apps/marked.yaml": `apiVersion: v1
kind: ConfigMap
metadata:
  name: marked
  namespace: automated
data:
  image: ${registry}/${image}:${firstTag} # {"$imagepolicy": "${fluxNamespace}:probe"}
`,
  };
}

export const marked: Reference = { resource: ConfigMap, name: "marked", namespace: "automated" };

const repository = ({ embedded }: Ground) => embedded.path("git", `${repositoryName}.git`);

/** Lets the Git server take pushes to the repository. */
export function openForPushes(ground: Ground): void {
  git(ground, "config", "http.receivepack", "true");
}

/** How many commits the automation made since the moment, in milliseconds since the epoch. */
export function commitsSince(ground: Ground, moment: number): number {
  const dates = git(ground, "log", "--author=Automation", "--format=%cI", "main");
  return dates.split("\n").filter((date) => Date.parse(date) >= moment).length;
}

function git(ground: Ground, ...words: string[]): string {
  return execFileSync("git", ["-C", repository(ground), ...words], { encoding: "utf8" });
}

/** Publishes a newer tag of the image as soon as the last one was committed, again and again until the signal aborts. */
export function keepPublishing({ cluster, ground }: Stage, signal: AbortSignal): void {
  let committed: string | undefined;
  let patch = 0;
  const publish = () => {
    patch += 1;
    // What cannot be published ends the commits, which the test waits for.
    copyTag(ground.places, `1.0.${patch}`).catch(() => undefined);
  };
  publish();
  const seen = (automation: object) => {
    const { lastPushCommit } =
      (automation as { status?: { lastPushCommit?: string } }).status ?? {};
    if (lastPushCommit === committed) return;
    committed = lastPushCommit;
    publish();
  };
  cluster.follow(ImageUpdateAutomation, { signal }, { seen, gone: () => undefined });
}

/** The same image under another tag. */
async function copyTag({ registry }: Places, tag: string): Promise<void> {
  const manifests = `http://${registry}/v2/${image}/manifests`;
  const accept = "application/vnd.oci.image.manifest.v1+json";
  const first = await fetch(`${manifests}/${firstTag}`, { headers: { accept } });
  const body = await first.text();
  await fetch(`${manifests}/${tag}`, { method: "PUT", headers: { "content-type": accept }, body });
}
