import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { encodeRelease } from "../../scripts/lib/helm-storage.ts";
import { ConfigMap, Secret } from "../../scripts/lib/kinds.ts";
import { FakeApiServer } from "../support/api-server.ts";
import { ClusterRecords, ended } from "../support/program.ts";

const namespace = "flux-system";
const name = "sh.helm.release.v1.flux-operator.v1";
const stdout = { "scripts/identity.ts": { uid: FakeApiServer.uid } };

const records = new ClusterRecords();
let server: FakeApiServer;
before(async () => {
  server = await FakeApiServer.start();
  records.add("dev", server.kubeconfig());
  const labels = { owner: "helm", name: "flux-operator", status: "deployed", version: "1" };
  const release = encodeRelease({ info: { status: "deployed" } });
  const object = { metadata: { name, namespace, labels }, data: { release } };
  server.put(Secret, object);
});
after(async () => {
  records.remove();
  await server.stop();
});

const status = () => server.get({ resource: Secret, name, namespace })?.metadata.labels?.["status"];

/** Runs the program and answers the status of the release when Pulumi gets to it. */
async function statusAtRelease(preview = false) {
  const { engine } = await records.start({ stdout, preview, hold: "flux-operator-release" });
  await engine.registration("flux-operator-release");
  const seen = status();
  engine.release();
  await ended(engine);
  return seen;
}

describe("a release that a killed run left behind", () => {
  it("is left alone by a preview", async () => {
    assert.equal(await statusAtRelease(true), "deployed");
  });

  it("is left alone when Pulumi has recorded it", async () => {
    const marker = { metadata: { name: "flux-runtime-info", namespace } };
    server.put(ConfigMap, marker);
    assert.equal(await statusAtRelease(), "deployed");
    server.remove({ resource: ConfigMap, name: "flux-runtime-info", namespace });
    assert.deepEqual(server.writes, []);
  });

  it("is ready to be installed over when Pulumi gets to it", async () => {
    assert.equal(await statusAtRelease(), "failed");
  });
});
