import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import type { VerifyConfig } from "../../components/config/types.ts";
import { sourceFields } from "../../components/flux/source-fields.ts";
import { GitRepository, Pod } from "../../scripts/lib/kinds.ts";
import { findCondition, type KubernetesObject, type Reference } from "../../scripts/lib/object.ts";
import {
  holds,
  namespace,
  opened,
  type Opened,
  OptionsStage,
} from "../support/flux-options/options-stage.ts";
import { observed } from "../support/observe.ts";
import { runProbe } from "../support/sources/probe-run.ts";

type Fetched = KubernetesObject<unknown, { readonly artifact?: { readonly url: string } }>;

let stage: OptionsStage;

before(async () => {
  stage = await OptionsStage.start("options");
});
after(() => stage.end());

describe("a cluster without a network", () => {
  const plain: Reference = { resource: Pod, name: "plain", namespace: "default" };

  before(() => stage.upWithoutNetwork());

  it("fetches nothing that has to be signed while nobody knows who signs", async () => {
    const { url } = stage.repository;
    const place = { kind: "GitRepository", url, ref: "refs/heads/main" } as const;
    const verify: VerifyConfig = { mode: "HEAD", secretName: "signers" };
    const fields = sourceFields({ proxySecret: undefined, verify });
    const { code, output } = await runProbe(stage.embedded, { source: { ...place, fields } });
    assert.notEqual(code, 0);
    assert.match(output, /VerificationError: public keys secret error: .*"signers" not found/);
    assert.match(output, /Next: kubectl -n flux-system describe secret signers\n/);
  });

  it("has Flux on the network of its nodes", async () => {
    assert.deepEqual(await stage.onNodes(), [true, true, true, true, true]);
  });

  it("starts nothing else there", async () => {
    const { cluster } = stage.embedded;
    await cluster.create(Pod, {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: plain.name, namespace: "default" },
      spec: { containers: [{ name: "main", image: "example.com/plain:1" }] },
    });
    const pod = await observed(cluster, plain, function unschedulable(object) {
      return findCondition(object, "PodScheduled")?.reason === "Unschedulable";
    });
    assert.match(findCondition(pod, "PodScheduled")?.message ?? "", /untolerated taint/);
    await cluster.delete(plain);
  });

  it("reconciles and decrypts what Flux fetched by the address of a node", async () => {
    const { cluster } = stage.embedded;
    const reference = { resource: GitRepository, name: namespace, namespace };
    const source = await cluster.get<Fetched>(reference);
    assert.match(
      source?.status?.artifact?.url ?? "",
      /^http:\/\/127\.0\.0\.1:\d+\/gitrepository\//,
    );
    assert.ok(holds("first")(await cluster.get<Opened>(opened)));
  });

  it("had its prerequisites before flux-operator", () => {
    const created = stage.embedded
      .audit()
      .filter(({ verb, responseStatus }) => verb !== "delete" && (responseStatus?.code ?? 0) < 300)
      .map(({ objectRef }) => `${objectRef?.resource ?? ""}/${objectRef?.name ?? ""}`);
    const at = (name: string) => created.indexOf(name);
    assert.ok(at("configmaps/first") >= 0);
    assert.ok(at("configmaps/first") < at("deployments/flux-operator"));
  });
});
