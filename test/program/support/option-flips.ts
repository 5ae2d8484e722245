import type { Values } from "../../support/settings.ts";
import { type Flip, fluxChanges, inDev, inProd } from "./flip.ts";
import type { Effects } from "./effects.ts";

const flip = (key: string, effects: Effects, [from, to]: readonly [Values, Values]): Flip => ({
  key,
  from: inProd(from),
  to: inProd(to),
  effects,
});

const ofFlux = (key: string, value: unknown, effects = fluxChanges, base: Values = {}): Flip =>
  flip(`flux.${key}`, effects, [{ flux: base }, { flux: { ...base, [key]: value } }]);

const upgrade: Effects = { "flux-operator-release": "update" };
const ofOperator = (key: string, value: unknown): Flip =>
  flip(`operator.${key}`, upgrade, [{}, { operator: { [key]: value } }]);

const tolerations = [{ key: "system", operator: "Exists" }];

/** What is set of flux-operator and of the controllers. */
const placement: readonly Flip[] = [
  ofOperator("image", "registry.example.com/flux-operator"),
  ofOperator("env", { LOG: "x" }),
  ofOperator("nodeSelector", { pool: "system" }),
  ofOperator("tolerations", tolerations),
  ofFlux("imagePullSecret", "registry", { ...fluxChanges, ...upgrade }),
  ofFlux("tenantServiceAccount", "tenant", fluxChanges, { multitenant: true }),
  ofFlux("objectLevelWorkloadIdentity", true),
  ofFlux("namespaceLabels", { team: "platform" }, { "flux-operator-namespace": "update" }),
  ofFlux("controllers", { all: { tolerations } }),
  ofFlux(
    "beforeNetwork",
    { apiServerHost: "10.0.0.10" },
    { ...fluxChanges, ...upgrade, "flux-operator-namespace": "update" },
  ),
  ofFlux("proxy", { https: "http://proxy:3128" }, { ...fluxChanges, ...upgrade }),
  ofFlux("shards", ["a"], fluxChanges),
  ofFlux("shardKey", "example.com/shard", fluxChanges, { shards: ["a"] }),
  ofFlux("storage", { class: "fast", size: "20Gi" }),
];

const role = "arn:aws:iam::111122223333:role/flux";
const client = "8d1f0a52-6a3c-4bb3-9f4e-0c8f0b7c1d2e";
const ofDecryption = (key: string, base: Values, more: Values, flux: Values = {}): Flip =>
  flip(`decryption.${key}`, fluxChanges, [
    { flux, decryption: base },
    { flux, decryption: { ...base, ...more } },
  ]);
const aws = { provider: "awskms" };
const azure = { provider: "azurekv", clientId: client };

const decryption: readonly Flip[] = [
  ofDecryption("provider", {}, aws),
  ofDecryption("secretName", { provider: "secret", secretName: "one" }, { secretName: "two" }),
  ofDecryption("roleArn", aws, { roleArn: role }),
  ofDecryption("clientId", { provider: "azurekv" }, { clientId: client }),
  ofDecryption("tenantId", azure, { tenantId: client }),
  ofDecryption(
    "serviceAccountName",
    aws,
    { serviceAccountName: "keys" },
    { objectLevelWorkloadIdentity: true },
  ),
  {
    key: "decryption.sopsFile",
    from: inDev({}),
    to: inDev({ decryption: { sopsFile: "examples/fleet/.sops.yaml" } }),
    effects: {},
  },
];

const ofSource = (key: string, value: unknown): Flip => {
  const url = "https://example.com/fleet.git";
  const sync = { url, path: "./clusters/prod" };
  const effects: Effects = { ...fluxChanges, "flux-sync-probe": "replace" };
  return flip(`sync.${key}`, effects, [{ sync }, { sync: { ...sync, [key]: value } }]);
};

const object = { apiVersion: "v1", kind: "Secret", namespace: "apps", name: "web" };
const gates = [{ name: "secrets-ready", object }];
const manifests = "test/program/support/prerequisite.yaml";
const prerequisites = [{ name: "first", manifests }];
const prerequisite = "prerequisite-first-configmap-default-first";

/** Settings of Flux that few clusters need. */
export const options: readonly Flip[] = [
  ...placement,
  ...decryption,
  ofSource("proxySecret", "proxy"),
  ofSource("verify", { mode: "HEAD", secretName: "keys" }),
  flip("gates", { "gate-secrets-ready-script": "create" }, [{}, { gates }]),
  {
    ...flip("prerequisites", { [prerequisite]: "create" }, [{}, { prerequisites }]),
    what: "added",
  },
  {
    ...flip("prerequisites", { [prerequisite]: "delete" }, [{ prerequisites }, {}]),
    what: "removed",
  },
];
