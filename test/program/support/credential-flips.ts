import { publishedHosts } from "../../../components/config/credentials/known-hosts.ts";
import { ed25519Key, lockedKey, rsaKey } from "../../support/keys.ts";
import type { Values } from "../../support/settings.ts";
import type { Effect, Effects } from "./effects.ts";
import { type Flip, inProd, sourceChanges } from "./flip.ts";

const secret = (name: string, effect: Effect): Effects => ({
  [`flux-credentials-${name}`]: effect,
});
const rotated = (name: string): Effects => ({
  ...secret(name, "update"),
  "flux-sync-probe": "replace",
});

const path = "./clusters/dev";
const https = { url: "https://github.com/ada/fleet.git", path };
const ssh = { url: "ssh://git@github.com/ada/fleet.git", path };
const oci = { kind: "OCIRepository", url: "oci://ghcr.io/ada/fleet", path };
const bucket = { kind: "Bucket", url: "s3.example.com", ref: "fleet", path };

/** A change of settings beside the same sync, which updates that Secret. */
const beside =
  (noun: string, sync: Values) =>
  (key: string, from: Values, to: Values): Flip => ({
    key,
    from: inProd({ sync, ...from }),
    to: inProd({ sync, ...to }),
    effects: rotated(noun),
  });

const byName = beside("source", https);
const byPassword = { gitUsername: "ada", gitPassword: "one" };

const basic: readonly Flip[] = [
  {
    key: "gitToken",
    what: "set",
    from: inProd({}),
    to: inProd({ gitToken: "one" }),
    effects: { ...secret("source", "create"), ...sourceChanges },
  },
  { ...byName("gitToken", { gitToken: "one" }, { gitToken: "two" }), what: "rotated" },
  {
    key: "gitToken",
    what: "removed",
    from: inProd({ gitToken: "one" }),
    to: inProd({}),
    effects: { ...secret("source", "delete"), ...sourceChanges },
    asksFor: ["flux-credentials-source"],
  },
  byName("gitPassword", byPassword, { ...byPassword, gitPassword: "two" }),
  byName("gitUsername", byPassword, { ...byPassword, gitUsername: "bob" }),
];

const byKey = beside("ssh", ssh);
const sshKey = ed25519Key();
const locked = { sshKey: lockedKey("word"), sshKeyPassphrase: "word" };
const hosts = publishedHosts("github.com") ?? "";
const elsewhere = inProd({ sync: { ...ssh, pullSecret: "elsewhere" } });
const generated = (deployKey: unknown) => inProd({ sync: { ...ssh, deployKey } });

const overSsh: readonly Flip[] = [
  byKey("sshKey", { sshKey }, { sshKey: ed25519Key() }),
  byKey("sshKeyPassphrase", locked, { sshKey }),
  {
    key: "sync.knownHosts",
    from: inProd({ sync: ssh, sshKey }),
    to: inProd({ sync: { ...ssh, knownHosts: `${hosts} of ${hosts.slice(0, 10)}` }, sshKey }),
    effects: rotated("ssh"),
  },
  {
    key: "sync.deployKey",
    what: "set",
    from: elsewhere,
    to: generated(true),
    effects: { ...secret("deploy-key", "create"), ...sourceChanges },
  },
  {
    key: "sync.deployKey",
    what: "another text",
    from: generated(true),
    to: generated("2"),
    effects: rotated("deploy-key"),
  },
  {
    key: "sync.deployKey",
    what: "removed",
    from: generated(true),
    to: elsewhere,
    effects: { ...secret("deploy-key", "delete"), ...sourceChanges },
    asksFor: ["flux-credentials-deploy-key"],
  },
];

const githubAppKey = rsaKey();
const app = (settings: Values): Values => ({ githubApp: { id: 1, ...settings }, githubAppKey });
const installed = app({ installationId: 2 });
const baseUrl = "https://github.example.com/api/v3";

const ofApp = beside("github-app", https);

const byApp: readonly Flip[] = [
  ofApp("githubAppKey", installed, { ...installed, githubAppKey: rsaKey() }),
  ofApp("githubApp.id", installed, app({ id: 3, installationId: 2 })),
  ofApp("githubApp.installationId", installed, app({ installationId: 4 })),
  ofApp("githubApp.owner", installed, app({ owner: "ada" })),
  ofApp("githubApp.baseUrl", installed, app({ installationId: 2, baseUrl })),
];

const registry = { registryUsername: "ada", registryPassword: "one" };
const pair = { bucketAccessKey: "one", bucketSecretKey: "one" };

const ofRegistry = beside("registry", oci);
const ofBucket = beside("bucket", bucket);

const others: readonly Flip[] = [
  ofRegistry("registryUsername", registry, { ...registry, registryUsername: "bob" }),
  ofRegistry("registryPassword", registry, { ...registry, registryPassword: "two" }),
  ofBucket("bucketAccessKey", pair, { ...pair, bucketAccessKey: "two" }),
  ofBucket("bucketSecretKey", pair, { ...pair, bucketSecretKey: "two" }),
];

/** The settings that open the source. */
export const credentials: readonly Flip[] = [...basic, ...overSsh, ...byApp, ...others];
