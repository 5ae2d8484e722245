import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { generateHybridIdentity } from "age-encryption";

import {
  ConfigMap,
  Deployment,
  FluxInstance,
  GitRepository,
  Secret,
} from "../../../scripts/lib/kinds.ts";
import type { KubernetesObject, Reference } from "../../../scripts/lib/object.ts";
import { addKey, removeKey } from "../../support/encrypted-repository.ts";
import {
  gateOf,
  holds,
  namespace,
  opened,
  type Opened,
  OptionsStage,
} from "../../support/flux-options/options-stage.ts";
import { observed } from "../../support/observe.ts";
import { type Settings, withSettings } from "../../support/stack-file.ts";
import { stepsOf } from "../../support/steps.ts";

type Instance = KubernetesObject<{ readonly sync?: object }>;

const flux: Reference = { resource: FluxInstance, name: "flux", namespace };
const gates = [gateOf(FluxInstance, "flux")];
const settings: Settings = {
  gates,
  flux: { shards: ["a"], controllers: { all: { env: { TEAM: "platform" } } } },
};

let stage: OptionsStage;

// The short suite ends where this begins: with Flux on the network of the nodes.
before(async () => {
  stage = await OptionsStage.start("options");
  await stage.upWithoutNetwork();
  await stage.moveToNetwork(settings);
});
after(() => stage.end());

describe("the cluster, once it has a network", () => {
  let recipient = "";

  it("has Flux on the network of the pods, and the prerequisites no more", async () => {
    assert.deepEqual(await stage.onNodes(), [false, false, false, false, false]);
    const first = { resource: ConfigMap, name: "first", namespace };
    assert.equal(await stage.embedded.cluster.get(first), undefined);
  });

  it("has shards that the gate heard of, with what is set of their controllers", async () => {
    const { stdout } = await stage.embedded.pulumi(["stack", "export"]);
    const name = "kustomize-controller-a";
    assert.ok(stdout.includes(name), "the gate did not ask the shard");
    const reference = { resource: Deployment, name, namespace };
    const spec = JSON.stringify((await stage.embedded.cluster.get(reference))?.spec);
    assert.ok(spec.includes("--watch-label-selector=sharding.fluxcd.io/key=a"), spec);
    assert.ok(spec.includes('{"name":"TEAM","value":"platform"}'), spec);
  });

  it("sees no change in a second up", async () => {
    assert.match(await stage.up(settings), /Resources:\n +\d+ unchanged\n/);
  });

  it("fails an up for a gate that stays shut, with the last state and one next command", async () => {
    const { embedded } = stage;
    const keys = { resource: Secret, name: "sops-age", namespace };
    const uids = async () => [
      (await embedded.cluster.get(keys))?.metadata.uid,
      ...(await stage.podsOf("kustomize-controller")).map(({ metadata }) => metadata.uid),
    ];
    const unchanged = await uids();
    recipient = await addKey(embedded, "quantum", await generateHybridIdentity());
    const object = { apiVersion: "v1", kind: "Secret", namespace: "default", name: "never" };
    const shut = { name: "never-ready", object, timeout: "1s" };
    const { code, output } = await stage.upWith({ ...settings, gates: [...gates, shut] });
    assert.notEqual(code, 0);
    assert.match(
      output,
      /gate never-ready: Secret\/default\/never \(exists\) not reached after 1\.0s: NotFound\. Next: kubectl -n default describe secret never/,
    );
    assert.deepEqual(await uids(), unchanged);
  });

  it("opens with the post-quantum key that came beside the first, without a restart", async () => {
    const { cluster } = stage.embedded;
    await stage.repository.push("second", recipient);
    const source = { resource: GitRepository, name: namespace, namespace };
    const annotations = { "reconcile.fluxcd.io/requestedAt": "now" };
    await cluster.patch(source, { metadata: { annotations } });
    await observed<Opened>(cluster, opened, holds("second"));
  });

  it("takes its keys to be none when the last one is removed, and changes nothing else", async () => {
    const { embedded, shared } = stage;
    for (const key of ["first", "quantum"]) await removeKey(embedded, key);
    const preview = await withSettings(embedded, { ...shared, ...settings }, () =>
      embedded.run(["pulumi", "preview", "--json", "--non-interactive"]),
    );
    const changes = { "flux-credentials-age": "update", "gate-never-ready": "delete" };
    assert.deepEqual(stepsOf(preview), changes);
  });
});

describe("the destroy of its stack", () => {
  it("leaves nothing", async () => {
    const { code, output } = await stage.embedded.destroy();
    assert.equal(code, 0, output);
    assert.equal(await stage.embedded.cluster.get(opened), undefined);
    assert.equal(await stage.embedded.cluster.get(flux), undefined);
  });

  it("leaves room for a source that has to be signed, of which nothing is attached", async () => {
    const sync = { url: stage.repository.url, path: "./", verify: { secretName: "signers" } };
    const { code, output } = await stage.upWith({ sync });
    assert.notEqual(code, 0, output);
    assert.match(output, /VerificationError: public keys secret error: .*"signers" not found/);
    assert.equal((await stage.embedded.cluster.get<Instance>(flux))?.spec?.sync, undefined);
  });
});
