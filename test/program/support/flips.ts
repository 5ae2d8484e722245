import type { Values } from "../../support/settings.ts";
import { clusters, ageKeys } from "./cluster-flips.ts";
import { credentials } from "./credential-flips.ts";
import type { Effects } from "./effects.ts";
import { options } from "./option-flips.ts";
import {
  bootstrapNoted,
  type Flip,
  fluxChanges,
  inDev,
  inProd,
  sourceChanges,
  syncChanges,
} from "./flip.ts";

const flip = (key: string, effects: Effects, [from, to]: readonly [Values, Values]): Flip => ({
  key,
  from: inDev(from),
  to: inDev(to),
  effects,
});

const ofFlux = (key: string, value: unknown, effects = fluxChanges): Flip =>
  flip(`flux.${key}`, effects, [{}, { flux: { [key]: value } }]);
const url = "https://example.com/fleet.git";
const path = "./clusters/dev";
const ofSync = (key: string, value: unknown, effects = sourceChanges): Flip =>
  flip(`sync.${key}`, effects, [{ sync: { url, path } }, { sync: { url, path, [key]: value } }]);
const ofDrain = (key: string, value: unknown): Flip =>
  flip(`drain.${key}`, { "drain-script": "update" }, [{}, { drain: { [key]: value } }]);
const ofBootstrap = (key: string, value: unknown, effects = bootstrapNoted): Flip =>
  flip(`postBootstrap.${key}`, effects, [{}, { postBootstrap: { [key]: value } }]);

const operator: readonly Flip[] = [
  {
    key: "operator.chart",
    from: inProd({}),
    to: inProd({ operator: { chart: "oci://registry.example.com/flux-operator" } }),
    effects: { "flux-operator-release": "update" },
  },
  {
    key: "operator.version",
    from: inProd({}),
    to: inProd({ operator: { version: "0.58.2" } }),
    effects: { "flux-operator-release": "update" },
  },
];

const time = "2026-01-31T12:00:00Z";
const ownPart: Values = { kind: "command", find: ["a"], restore: ["b"], verify: ["c"] };

/** Every setting, flipped at least once. */
export const flips: readonly Flip[] = [
  ...clusters,
  ...credentials,
  ...ageKeys,
  ...operator,
  ...options,
  ofFlux("version", "2.9.5"),
  ofFlux("registry", "registry.example.com/fluxcd"),
  ofFlux("components", ["source-controller", "kustomize-controller", "helm-controller"]),
  ofFlux("size", "large"),
  ofFlux("multitenant", true),
  ofFlux("networkPolicy", false),
  ofFlux("domain", "k8s.example.com"),
  ofFlux("controllerPatches", [{ patch: "- op: add" }]),
  { ...ofFlux("managedBy", "flux", {}), refused: true },
  flip("sync.kind", sourceChanges, [
    { sync: { url, path } },
    { sync: { kind: "OCIRepository", url: "oci://registry.example.com/fleet", path } },
  ]),
  ofSync("url", "https://example.com/other.git"),
  ofSync("ref", "refs/heads/next"),
  ofSync("path", "./clusters/next", syncChanges),
  ofSync("interval", "10m"),
  ofSync("pullSecret", "flux-source"),
  flip("sync.provider", sourceChanges, [
    { sync: { url, path, pullSecret: "flux-source" } },
    { sync: { url, path, pullSecret: "flux-source", provider: "github" } },
  ]),
  ofDrain("timeout", "1h"),
  ofDrain("volumes", "keep"),
  ofDrain("hooks", [{ name: "backup", command: ["scripts/backup"] }]),
  ofBootstrap("required", "all", { "post-bootstrap-script": "replace" }),
  ofBootstrap("expectKustomizations", ["flux-system/apps"], {
    "post-bootstrap-script": "replace",
  }),
  ofBootstrap("timeout", "20m"),
  ofBootstrap("repair", false),
  ofBootstrap("autoFixPods", "safe"),
  flip("restore", bootstrapNoted, [{}, { restore: ownPart }]),
  flip("runtimeInfo", { "flux-credentials-runtime-info": "update" }, [
    {},
    { runtimeInfo: { REGION: "here" } },
  ]),
  flip("gateTimeout", { "reconcile-gate-script": "update" }, [{}, { gateTimeout: "9m" }]),
  flip("adopt", {}, [{}, { adopt: true }]),
  flip("protect", {}, [{}, { protect: true }]),
  flip("expiresAt", { "flux-operator-namespace": "update" }, [{}, { expiresAt: time }]),
];
