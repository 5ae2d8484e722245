import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";

import { Cluster } from "../../../../scripts/lib/cluster.ts";
import {
  deployKeyLabel,
  keepDeployKey,
  removeDeployKey,
} from "../../../../scripts/lib/deploy-key/deploy-key.ts";
import { Secret } from "../../../../scripts/lib/kinds.ts";
import type { KubernetesObject } from "../../../../scripts/lib/object.ts";
import { FakeApiServer } from "../../../support/api-server.ts";

const namespace = "flux-system";
const name = "flux-system-deploy-key";
const wanted = { namespace, name, generation: "true", knownHosts: "host ssh-ed25519 KEY\n" };

type SecretObject = KubernetesObject & { readonly data?: Readonly<Record<string, string>> };

describe("the deploy key", () => {
  let server: FakeApiServer;
  let cluster: Cluster;
  beforeEach(async () => {
    server = await FakeApiServer.start();
    cluster = new Cluster(server.kubeconfig(), "deploy-key");
  });
  afterEach(async () => {
    await server.stop();
  });

  const secret = async () => {
    const found = await cluster.get<SecretObject>({ resource: Secret, name, namespace });
    assert.ok(found);
    return found;
  };
  const decoded = ({ data = {} }: SecretObject) =>
    Object.fromEntries(
      Object.entries(data).map(([key, value]) => [key, Buffer.from(value, "base64").toString()]),
    );

  it("is made where there is none, with the keys that Flux reads", async () => {
    const { made, publicKey, fingerprint } = await keepDeployKey(cluster, wanted);
    assert.ok(made);
    assert.match(fingerprint, /^SHA256:/);
    const found = await secret();
    assert.deepEqual(found.metadata.labels, {
      "reconcile.fluxcd.io/watch": "Enabled",
      ...deployKeyLabel,
    });
    const { identity, ...others } = decoded(found);
    assert.match(identity ?? "", /^-----BEGIN PRIVATE KEY-----/);
    assert.deepEqual(others, { "identity.pub": publicKey, known_hosts: wanted.knownHosts });
  });

  it("stays as it is, without a write", async () => {
    const first = await keepDeployKey(cluster, wanted);
    const writes = server.writes.length;
    const second = await keepDeployKey(cluster, wanted);
    assert.deepEqual(second, { ...first, made: false });
    assert.equal(server.writes.length, writes);
  });

  it("stays when the host keys are others", async () => {
    const first = await keepDeployKey(cluster, wanted);
    const before = await secret();
    const knownHosts = "host ssh-ed25519 OTHER\n";
    const second = await keepDeployKey(cluster, { ...wanted, knownHosts });
    assert.equal(second.publicKey, first.publicKey);
    assert.equal(decoded(await secret())["known_hosts"], knownHosts);
    assert.equal((await secret()).data?.["identity"], before.data?.["identity"]);
  });

  it("is another one of another generation, in the same Secret", async () => {
    const first = await keepDeployKey(cluster, wanted);
    const { uid } = (await secret()).metadata;
    const second = await keepDeployKey(cluster, { ...wanted, generation: "2" });
    assert.ok(second.made);
    assert.notEqual(second.publicKey, first.publicKey);
    assert.equal((await secret()).metadata.uid, uid);
    assert.equal(decoded(await secret())["identity.pub"], second.publicKey);
  });

  it("is made anew where its private half is gone", async () => {
    const first = await keepDeployKey(cluster, wanted);
    server.merge({ resource: Secret, name, namespace }, { data: { identity: null } });
    const second = await keepDeployKey(cluster, wanted);
    assert.ok(second.made);
    assert.notEqual(second.publicKey, first.publicKey);
  });

  it("goes into no Secret that was made elsewhere", async () => {
    server.put(Secret, { metadata: { name, namespace } });
    await assert.rejects(keepDeployKey(cluster, wanted), {
      name: "Failure",
      message:
        "Secret/flux-system/flux-system-deploy-key must be free for the deploy key, got one that was made elsewhere",
      next: "kubectl -n flux-system describe secret flux-system-deploy-key",
    });
    assert.deepEqual(server.writes, []);
  });

  it("goes with its Secret", async () => {
    await keepDeployKey(cluster, wanted);
    assert.equal(await removeDeployKey(cluster, wanted), true);
    assert.deepEqual(server.all(Secret), []);
    assert.equal(await removeDeployKey(cluster, wanted), false);
  });

  it("takes no Secret along that was made elsewhere", async () => {
    server.put(Secret, { metadata: { name, namespace } });
    assert.equal(await removeDeployKey(cluster, wanted), false);
    assert.equal(server.all(Secret).length, 1);
  });
});
