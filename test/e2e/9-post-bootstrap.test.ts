import assert from "node:assert/strict";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";

import { ConfigMap, HelmRelease } from "../../scripts/lib/kinds.ts";
import type { Report } from "../../scripts/lib/report/report.ts";
import { type AuditEvent, checkout, type CommandResult, Embedded } from "../support/embedded.ts";
import { withSettings } from "../support/stack-file.ts";
import { refuseDeployments } from "../support/stuck/admission.ts";
import { ServedRepository } from "../support/stuck/git-repository.ts";

const refusal = refuseDeployments("late");

/** A layer that waits for data: without the marker its substitution fails. */
const waitingLayer = `
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: { name: data, namespace: flux-system }
spec:
  interval: 10m
  retryInterval: 5m
  path: ./data
  prune: true
  sourceRef: { kind: GitRepository, name: flux-system }
  postBuild: { substituteFrom: [{ kind: ConfigMap, name: flux-restore }] }
`;
const layerContent = `
apiVersion: v1
kind: ConfigMap
metadata: { name: layer, namespace: default }
data: { state: "\${RESTORE_STATE}" }
`;

/** Brings a ConfigMap back, and reads it. */
const restore = {
  kind: "command",
  find: ["node", "-p", "JSON.stringify({ id: 'backup-1', takenAt: new Date() })"],
  restore: ["kubectl", "-n", "default", "create", "configmap", "restored", "--from-literal=a=kept"],
  verify: [
    "sh",
    "-c",
    "test $(kubectl -n default get configmap restored -o jsonpath={.data.a}) = kept",
  ],
};

/** Releases that give up after one failed install, as Flux does without a strategy; one by what its values say. */
const manifests = (charts: string, key: string) => `
apiVersion: v1
kind: Namespace
metadata: { name: late }
---
apiVersion: source.toolkit.fluxcd.io/v1
kind: OCIRepository
metadata: { name: app, namespace: late }
spec:
  interval: 10m
  url: oci://${charts}/app
  insecure: true
  ref: { semver: "*" }
  layerSelector: { mediaType: application/vnd.cncf.helm.chart.content.v1.tar+gzip, operation: copy }
---
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: { name: denied, namespace: late }
spec: { interval: 10m, timeout: 10s, chartRef: { kind: OCIRepository, name: app } }
---
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: { name: dependent, namespace: late }
spec: { interval: 10m, dependsOn: [{ name: denied }], chartRef: { kind: OCIRepository, name: app } }
---
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: { name: mistaken, namespace: late }
spec:
  interval: 10m
  timeout: 10s
  chartRef: { kind: OCIRepository, name: app }
  values: { config: { "${key}": value } }
`;

const report = () =>
  JSON.parse(readFileSync(join(checkout, ".flux-bootstrap/dev/report.json"), "utf8")) as Report;

const lastLines = ({ output }: CommandResult) => output.split("\n").map((line) => line.trim());

describe("an up whose fleet has a release that gave up", () => {
  let embedded: Embedded;
  let settings: Record<string, unknown>;
  let push: (key: string) => Promise<void>;
  let first: CommandResult;
  let firstReport: Report;

  const up = () => withSettings(embedded, settings, () => embedded.up());

  before(async () => {
    embedded = await Embedded.start();
    const { code, output } = await embedded.destroy();
    assert.equal(code, 0, output);
    const { git, registry } = embedded.record.ports;
    const repository = new ServedRepository(embedded.path("git"), "late");
    push = async (key) =>
      repository.commit({
        "cluster/late.yaml": manifests(`127.0.0.1:${registry}/charts`, key),
        "cluster/data.yaml": waitingLayer,
        "data/layer.yaml": layerContent,
      });
    await push("no key");
    const url = `http://127.0.0.1:${git}/late.git`;
    settings = {
      sync: { path: "./cluster", url, interval: "10m" },
      postBootstrap: { required: "all" },
      restore,
    };
    for (const { resource, object } of refusal) await embedded.cluster.apply(resource, object);
    first = await up();
    firstReport = report();
  });

  after(async () => {
    rmSync(embedded.path("git", "late.git"), { recursive: true, force: true });
    // What a restore brings back is nothing of Flux, and stays.
    await embedded.cluster.delete({ resource: ConfigMap, name: "restored", namespace: "default" });
  });

  const writesTo = (events: readonly AuditEvent[], release: string) =>
    events.filter(
      ({ objectRef, userAgent = "", verb, responseStatus }) =>
        // A write that meets a newer version of the object is refused, and made anew.
        responseStatus?.code === 200 &&
        objectRef?.resource === "helmreleases" &&
        objectRef.name === release &&
        verb === "patch" &&
        userAgent.startsWith("flux-bootstrap/post-bootstrap"),
    ).length;

  it("fails while the cause is there, with the report's path at the end of what it says", () => {
    assert.notEqual(first.code, 0, first.output);
    assert.match(first.output, /required objects are not Ready and will not become so/);
    assert.ok(lastLines(first).includes(".flux-bootstrap/dev/report.json"), first.output);
  });

  it("blames the release that was refused and the one that Git has wrong, and nothing else", () => {
    const stuck = firstReport.causes.filter(({ standing }) => standing === "stuck");
    assert.deepEqual(
      stuck.map(({ objects, state }) => [objects, state]),
      [
        [["HelmRelease/late/denied"], "H10"],
        [["HelmRelease/late/mistaken"], "H10"],
      ],
    );
    assert.match(stuck[0]?.text ?? "", /not yet/);
    assert.deepEqual(stuck[0]?.affected, ["HelmRelease/late/dependent"]);
  });

  it("tried one reset, which did not help, and never touched what Git has wrong, nor what depends on it", () => {
    assert.deepEqual(
      firstReport.repairs.map(({ object, action, outcome }) => [object, action, outcome]),
      [["HelmRelease/late/denied", "reset", "ineffective"]],
    );
    assert.equal(writesTo(embedded.audit(), "denied"), 1);
    assert.equal(writesTo(embedded.audit(), "mistaken"), 0);
    assert.equal(writesTo(embedded.audit(), "dependent"), 0);
  });

  it("brought data back first, verified, for the layer that waits for it", async () => {
    const layer = { resource: ConfigMap, name: "layer", namespace: "default" };
    const found = (await embedded.cluster.get(layer)) as { data?: object } | undefined;
    assert.deepEqual(found?.data, { state: "restored" });
    const created = (name: string) => {
      const isCreation = ({ verb, objectRef }: AuditEvent) =>
        objectRef?.resource === "configmaps" &&
        objectRef.name === name &&
        ["create", "patch"].includes(verb);
      // The cluster has been bootstrapped before, for other tests.
      const event = embedded.audit().findLast(isCreation);
      assert.ok(event, `no creation of ${name}`);
      return Date.parse(event.stageTimestamp);
    };
    assert.ok(created("restored") < created("flux-restore"));
    assert.ok(created("flux-restore") < created("layer"));
  });

  it("passes the next time, when one cause is gone and the remedy of the other was just pushed", async () => {
    for (const { resource, object } of refusal) {
      await embedded.cluster.delete({ resource, name: object.metadata.name });
    }
    await push("key");
    const { code, output } = await up();
    assert.equal(code, 0, output);
    const { outcome, repairs } = report();
    assert.deepEqual(
      [outcome, ...repairs.map(({ object, action, outcome: came }) => [object, action, came])],
      ["ready", ["HelmRelease/late/denied", "reset", "effective"]],
    );
    assert.equal(writesTo(embedded.audit(), "denied"), 2);
    assert.equal(writesTo(embedded.audit(), "mistaken"), 0);
    assert.equal((await embedded.cluster.list(HelmRelease)).length, 3);
  });

  it("writes nothing the time after that", async () => {
    const before = embedded.audit().length;
    const { code, output } = await up();
    assert.equal(code, 0, output);
    const own = embedded
      .audit()
      .slice(before)
      .filter(({ userAgent = "" }) => userAgent.startsWith("flux-bootstrap/post-bootstrap"));
    assert.deepEqual(own, []);
  });
});
