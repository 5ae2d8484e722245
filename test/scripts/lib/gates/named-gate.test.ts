import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";

import { Cluster } from "../../../../scripts/lib/cluster.ts";
import {
  awaitGate,
  gateState,
  type NamedGate,
  type Wanted,
} from "../../../../scripts/lib/gates/named-gate.ts";
import { Deployment, Namespace, type Resource } from "../../../../scripts/lib/kinds.ts";
import { createLog } from "../../../../scripts/lib/log.ts";
import type { KubernetesObject } from "../../../../scripts/lib/object.ts";
import { FakeApiServer } from "../../../support/api-server.ts";

const Store: Resource = {
  apiVersion: "external-secrets.io/v1",
  kind: "ClusterSecretStore",
  plural: "clustersecretstores",
  namespaced: false,
};

const ready = { condition: "Ready", status: "True" };
const ofStore = (wanted: Wanted): NamedGate => ({
  name: "secrets-ready",
  object: { apiVersion: Store.apiVersion, kind: Store.kind, name: "vault" },
  wanted,
});

const conditions = (status: string, more: object = {}) => ({
  conditions: [{ type: "Ready", status, reason: "Why", message: "because", ...more }],
});

describe("awaitGate", () => {
  let server: FakeApiServer;
  beforeEach(async () => {
    server = await FakeApiServer.start();
  });
  afterEach(() => server.stop());

  const wait = (gate: NamedGate, timeoutMilliseconds = 10_000) =>
    awaitGate(new Cluster(server.kubeconfig(), "test"), gate, {
      timeoutMilliseconds,
      log: createLog(() => undefined),
      signal: new AbortController().signal,
    });
  const put = (status: object) => {
    server.put(Store, { metadata: { name: "vault" }, status });
  };

  it("ends at once when the object is as it is wanted, and writes nothing", async () => {
    put(conditions("True"));
    const { gate, seconds } = await wait(ofStore(ready));
    assert.equal(gate, "secrets-ready");
    assert.ok(seconds < 5);
    assert.deepEqual(server.writes, []);
  });

  it("hears when the object becomes what is wanted", async () => {
    put(conditions("False"));
    server.heard = (request) => {
      if (request.includes("watch=true")) put(conditions("True"));
    };
    await wait(ofStore(ready));
  });

  it("waits for a kind that is not served yet", async () => {
    let asked = 0;
    server.heard = (request) => {
      if (!request.endsWith("/apis/external-secrets.io/v1")) return;
      asked += 1;
      if (asked === 2) put(conditions("True"));
    };
    await wait(ofStore(ready));
    assert.ok(asked >= 2);
  });

  it("says what it saw last and what to run next when time is up", async () => {
    put(conditions("False"));
    await assert.rejects(wait(ofStore(ready), 500), {
      message:
        "gate secrets-ready: ClusterSecretStore/vault (Ready=True) not reached after 0.5s: " +
        "Ready=False Why: because. Next: kubectl describe clustersecretstore.external-secrets.io vault",
    });
  });

  it("says that nobody serves the kind when time is up", async () => {
    await assert.rejects(wait(ofStore({}), 300), {
      message:
        "gate secrets-ready: ClusterSecretStore/vault (exists) not reached after 0.3s: " +
        "the API server does not serve ClusterSecretStore of external-secrets.io/v1. " +
        "Next: kubectl describe clustersecretstore.external-secrets.io vault",
    });
  });

  it("refuses an object without the namespace that its kind has, and the other way around", async () => {
    server.put(Deployment, { metadata: { name: "web", namespace: "apps" } });
    const { apiVersion, kind } = Deployment;
    const nameless: NamedGate = {
      name: "web",
      object: { apiVersion, kind, name: "web" },
      wanted: {},
    };
    await assert.rejects(wait(nameless), {
      message:
        "the object of gate web must name its namespace, since a Deployment has one, got none",
    });
    server.put(Namespace, { metadata: { name: "apps" } });
    const placed = { apiVersion: "v1", kind: "Namespace", namespace: "apps", name: "apps" };
    await assert.rejects(wait({ name: "apps", object: placed, wanted: {} }), {
      message:
        "the object of gate apps must name no namespace, since a Namespace is in none, got apps",
    });
  });
});

describe("gateState", () => {
  const object = (more: object): KubernetesObject => ({
    apiVersion: "v1",
    kind: "Anything",
    metadata: { name: "vault", generation: 2 },
    ...more,
  });
  const claim = object({ status: { phase: "Bound", capacity: { storage: "1Gi" }, ready: true } });

  const cases: readonly (readonly [
    what: string,
    wanted: Wanted,
    object: KubernetesObject | undefined,
    state: string | undefined,
  ])[] = [
    ["what exists", {}, claim, undefined],
    ["what does not exist", {}, undefined, "NotFound"],
    ["a condition", ready, object({ status: conditions("True") }), undefined],
    ["a condition that is not there", ready, object({}), "no Ready condition yet"],
    [
      "another status of it",
      { condition: "Ready", status: "False" },
      object({ status: conditions("True") }),
      "Ready=True Why: because",
    ],
    [
      "a condition of an earlier generation",
      ready,
      object({ status: conditions("True", { observedGeneration: 1 }) }),
      "Ready=True Why: because of generation 1, not of 2",
    ],
    [
      "a status of an earlier generation",
      ready,
      object({ status: { ...conditions("True"), observedGeneration: 1 } }),
      "Ready=True Why: because of generation 1, not of 2",
    ],
    ["a field", { field: ".status.phase", equals: "Bound" }, claim, undefined],
    ["a field that is no text", { field: ".status.ready", equals: "true" }, claim, undefined],
    [
      "another value of a field",
      { field: ".status.phase", equals: "Lost" },
      claim,
      ".status.phase is Bound",
    ],
    [
      "a field that is not there",
      { field: ".status.size", equals: "1" },
      claim,
      ".status.size is not set",
    ],
  ];
  for (const [what, wanted, seen, state] of cases) {
    it(`knows ${what}`, () => {
      assert.equal(gateState(ofStore(wanted), seen), state);
    });
  }

  it("says nothing of what is in a Secret", () => {
    const gate: NamedGate = {
      name: "token",
      object: { apiVersion: "v1", kind: "Secret", namespace: "apps", name: "web" },
      wanted: { field: ".data.token", equals: "YQ==" },
    };
    const secret = { ...object({}), data: { token: "planted" } };
    assert.equal(gateState(gate, secret), ".data.token is another");
  });
});
