import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { FakeApiServer } from "../support/api-server.ts";
import { ClusterRecords, ended } from "../support/program.ts";

const records = new ClusterRecords();
after(() => {
  records.remove();
});

/** Each step may begin when all before it have ended. */
const steps: readonly (readonly string[])[] = [
  ["kubernetes"],
  ["flux-operator-namespace"],
  ["flux-operator-release"],
  ["flux-operator-crds"],
  ["flux-credentials-age", "flux-credentials-source", "flux-credentials-runtime-info"],
  ["flux-instance-object"],
  ["reconcile-gate-script"],
  ["drain-script"],
  ["flux-sync-probe"],
  ["flux-sync-patch"],
  ["post-bootstrap-script"],
];

const config = {
  cluster: { kind: "embedded" },
  sync: { path: "./" },
  gitToken: "token",
};

describe("the program registers nothing of a later step while", () => {
  for (const [index, step] of steps.slice(0, -1).entries()) {
    const later = steps.slice(index + 1).flat();
    for (const held of step) {
      it(`${held} is being made`, async () => {
        const { engine } = await records.start({ config, hold: held, preview: true });
        await engine.registration(held);
        await engine.idle();
        const early = engine.names().filter((name) => later.includes(name));
        assert.deepEqual(early, []);
        engine.release();
        await ended(engine);
        assert.deepEqual(
          later.filter((name) => !engine.names().includes(name)),
          [],
        );
      });
    }
  }
});

describe("in an up", () => {
  let server: FakeApiServer;
  before(async () => {
    server = await FakeApiServer.start();
    records.add("dev", server.kubeconfig());
  });
  after(() => server.stop());

  it("nothing but the identity's record reaches the cluster before the identity is known", async () => {
    const stdout = { "scripts/identity.ts": { uid: FakeApiServer.uid } };
    const { engine } = await records.start({ hold: "cluster-identity", stdout });
    await engine.registration("cluster-identity");
    await engine.idle();
    const others = engine.registered.filter(({ type }) => !type.startsWith("flux-bootstrap:"));
    assert.deepEqual(
      others.map(({ name }) => name),
      ["cluster-identity"],
    );
    engine.release();
    await ended(engine);
    assert.deepEqual(server.writes, []);
  });
});
