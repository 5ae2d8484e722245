import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";

import { generateHybridIdentity, generateX25519Identity } from "age-encryption";

import type { VerifyConfig } from "../../components/config/types.ts";
import { sourceFields } from "../../components/flux/source-fields.ts";
import {
  ConfigMap,
  Deployment,
  FluxInstance,
  GitRepository,
  Kustomization,
  Node,
  Pod,
  type Resource,
  Secret,
} from "../../scripts/lib/kinds.ts";
import { findCondition, type KubernetesObject, type Reference } from "../../scripts/lib/object.ts";
import { Embedded } from "../support/embedded.ts";
import { addKey, EncryptedRepository, removeKey } from "../support/encrypted-repository.ts";
import { observed } from "../support/observe.ts";
import { runProbe } from "../support/sources/probe-run.ts";
import { type Settings, withSettings } from "../support/stack-file.ts";
import { stepsOf } from "../support/steps.ts";

/** A cluster of its own, whose nodes have no network at first. */
const name = "options";
const namespace = "flux-system";
const taint = { key: "node.cilium.io/agent-not-ready", effect: "NoSchedule" };
const controllers = ["source", "kustomize", "helm", "notification"].map(
  (name) => `${name}-controller`,
);

type Running = KubernetesObject<{ readonly hostNetwork?: boolean }>;
type Fetched = KubernetesObject<unknown, { readonly artifact?: { readonly url: string } }>;
type Opened = KubernetesObject & { readonly data?: Readonly<Record<string, string>> };

const gateOf = ({ apiVersion, kind }: Resource, name: string) => ({
  name: `${name}-ready`,
  object: { apiVersion, kind, namespace, name },
  condition: "Ready",
});

let embedded: Embedded;
let repository: EncryptedRepository;
let shared: Settings = {};
const folder = mkdtempSync(join(tmpdir(), "flux-bootstrap-"));

const upWith = (settings: Settings) =>
  withSettings(embedded, { ...shared, ...settings }, () => embedded.up());

/** `pulumi up` with these settings, which must pass. */
async function up(settings: Settings): Promise<string> {
  const { code, output } = await upWith(settings);
  assert.equal(code, 0, output);
  return output;
}

const podsOf = async (component: string) => {
  const pods = await embedded.cluster.list<Running>(Pod, { namespace });
  const own = pods.filter(({ metadata }) => metadata.name.startsWith(`${component}-`));
  return own.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
};

const onNodes = async () =>
  Promise.all(
    ["flux-operator", ...controllers].map(async (component) => {
      const [pod] = await podsOf(component);
      return pod?.spec?.hostNetwork ?? false;
    }),
  );

async function taintAll(taints: readonly object[]): Promise<void> {
  for (const { metadata } of await embedded.cluster.list(Node)) {
    await embedded.cluster.patch({ resource: Node, name: metadata.name }, { spec: { taints } });
  }
}

async function suspend(value: true | null): Promise<void> {
  const reference = { resource: Kustomization, name: namespace, namespace };
  await embedded.cluster.patch(reference, { spec: { suspend: value } });
}

const token = (value: string) => (object: Opened) =>
  object.data?.["token"] === Buffer.from(value).toString("base64");
const opened: Reference = { resource: Secret, name: "encrypted", namespace: "default" };

before(async () => {
  embedded = await Embedded.start(name);
  repository = new EncryptedRepository(embedded);
  shared = {
    cluster: { kind: "embedded", name },
    postBootstrap: { required: "none" },
    sync: { url: repository.url, path: "./" },
  };
  await repository.push("first", await addKey(embedded, "first", await generateX25519Identity()));
});
after(async () => {
  repository.remove();
  rmSync(folder, { recursive: true, force: true });
  await embedded.discard();
});

describe("a cluster without a network", () => {
  const plain: Reference = { resource: Pod, name: "plain", namespace: "default" };

  before(async () => {
    await taintAll([taint]);
    const manifests = join(folder, "first.yaml");
    writeFileSync(
      manifests,
      "apiVersion: v1\nkind: Namespace\nmetadata: {name: first}\n---\n" +
        `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: first, namespace: ${namespace}}\n`,
    );
    const apiServerPort = embedded.record.ports.apiServer;
    await up({
      prerequisites: [{ name: "first", manifests }],
      gates: [gateOf(Kustomization, namespace)],
      flux: { beforeNetwork: { apiServerHost: "127.0.0.1", apiServerPort } },
    });
  });

  it("fetches nothing that has to be signed while nobody knows who signs", async () => {
    const place = { kind: "GitRepository", url: repository.url, ref: "refs/heads/main" } as const;
    const verify: VerifyConfig = { mode: "HEAD", secretName: "signers" };
    const fields = sourceFields({ proxySecret: undefined, verify });
    const { code, output } = await runProbe(embedded, { source: { ...place, fields } });
    assert.notEqual(code, 0);
    assert.match(output, /VerificationError: public keys secret error: .*"signers" not found/);
    assert.match(output, /Next: kubectl -n flux-system describe secret signers\n/);
  });

  it("has Flux on the network of its nodes", async () => {
    assert.deepEqual(await onNodes(), [true, true, true, true, true]);
  });

  it("starts nothing else there", async () => {
    await embedded.cluster.create(Pod, {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: plain.name, namespace: "default" },
      spec: { containers: [{ name: "main", image: "example.com/plain:1" }] },
    });
    const pod = await observed(embedded.cluster, plain, function unschedulable(object) {
      return findCondition(object, "PodScheduled")?.reason === "Unschedulable";
    });
    assert.match(findCondition(pod, "PodScheduled")?.message ?? "", /untolerated taint/);
    await embedded.cluster.delete(plain);
  });

  it("reconciles and decrypts what Flux fetched by the address of a node", async () => {
    const reference = { resource: GitRepository, name: namespace, namespace };
    const source = await embedded.cluster.get<Fetched>(reference);
    assert.match(
      source?.status?.artifact?.url ?? "",
      /^http:\/\/127\.0\.0\.1:\d+\/gitrepository\//,
    );
    assert.ok(token("first")((await embedded.cluster.get<Opened>(opened)) as Opened));
  });

  it("had its prerequisites before flux-operator", () => {
    const created = embedded
      .audit()
      .filter(({ verb, responseStatus }) => verb !== "delete" && (responseStatus?.code ?? 0) < 300)
      .map(({ objectRef }) => `${objectRef?.resource ?? ""}/${objectRef?.name ?? ""}`);
    const at = (name: string) => created.indexOf(name);
    assert.ok(at("configmaps/first") >= 0);
    assert.ok(at("configmaps/first") < at("deployments/flux-operator"));
  });
});

describe("the cluster, once it has a network", () => {
  let recipient = "";
  const gates = [gateOf(FluxInstance, "flux")];
  const settings: Settings = {
    gates,
    flux: { shards: ["a"], controllers: { all: { env: { TEAM: "platform" } } } },
  };

  before(async () => {
    await taintAll([]);
    // What reconciles during the move asks the address that source-controller had, for minutes.
    await suspend(true);
    await up(settings);
    await suspend(null);
  });

  it("has Flux on the network of the pods, and the prerequisites no more", async () => {
    assert.deepEqual(await onNodes(), [false, false, false, false, false]);
    const first = { resource: ConfigMap, name: "first", namespace };
    assert.equal(await embedded.cluster.get(first), undefined);
  });

  it("has shards that the gate heard of, with what is set of their controllers", async () => {
    const { stdout } = await embedded.pulumi(["stack", "export"]);
    const name = "kustomize-controller-a";
    assert.ok(stdout.includes(name), "the gate did not ask the shard");
    const deployment = await embedded.cluster.get({ resource: Deployment, name, namespace });
    const spec = JSON.stringify(deployment?.spec);
    assert.ok(spec.includes("--watch-label-selector=sharding.fluxcd.io/key=a"), spec);
    assert.ok(spec.includes('{"name":"TEAM","value":"platform"}'), spec);
  });

  it("fails an up for a gate that stays shut, with the last state and one next command", async () => {
    const keys = { resource: Secret, name: "sops-age", namespace };
    const uids = async () => [
      (await embedded.cluster.get(keys))?.metadata.uid,
      ...(await podsOf("kustomize-controller")).map(({ metadata }) => metadata.uid),
    ];
    const unchanged = await uids();
    recipient = await addKey(embedded, "quantum", await generateHybridIdentity());
    const object = { apiVersion: "v1", kind: "Secret", namespace: "default", name: "never" };
    const shut = { name: "never-ready", object, timeout: "1s" };
    const { code, output } = await upWith({ ...settings, gates: [...gates, shut] });
    assert.notEqual(code, 0);
    assert.match(
      output,
      /gate never-ready: Secret\/default\/never \(exists\) not reached after 1\.0s: NotFound\. Next: kubectl -n default describe secret never/,
    );
    assert.deepEqual(await uids(), unchanged);
  });

  it("opens with the post-quantum key that came beside the first, without a restart", async () => {
    await repository.push("second", recipient);
    const source = { resource: GitRepository, name: namespace, namespace };
    const annotations = { "reconcile.fluxcd.io/requestedAt": "now" };
    await embedded.cluster.patch(source, { metadata: { annotations } });
    await observed<Opened>(embedded.cluster, opened, token("second"));
  });

  it("takes its keys to be none when the last one is removed, and changes nothing else", async () => {
    for (const key of ["first", "quantum"]) await removeKey(embedded, key);
    const preview = await withSettings(embedded, { ...shared, ...settings }, () =>
      embedded.run(["pulumi", "preview", "--json", "--non-interactive"]),
    );
    const changes = { "flux-credentials-age": "update", "gate-never-ready": "delete" };
    assert.deepEqual(stepsOf(preview), changes);
  });
});
