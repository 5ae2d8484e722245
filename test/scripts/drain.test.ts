import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { Lease } from "../../scripts/lib/kinds.ts";
import { FakeApiServer } from "../support/api-server.ts";
import { cart, root, setUp } from "./support/drain.ts";
import { runFlux } from "./support/fake-flux.ts";
import { runHosted, runScript, startScript } from "./support/run.ts";

describe("node scripts/drain.ts", { timeout: 60_000, concurrency: true }, () => {
  it("does nothing on create and update", async () => {
    const { code, stdout } = await runHosted("drain.ts", { DRAIN_ACTION: "record" });
    assert.deepEqual([code, stdout], [0, '{"recorded":true}\n']);
  });

  it("lists all problems of its input and exits 2", async () => {
    const { code, stderr } = await runHosted("drain.ts", {
      FLUX_BOOTSTRAP_DESTROY_MODE: "burn",
      FLUX_BOOTSTRAP_FORCE: "yes",
      FLUX_BOOTSTRAP_GONE: "prod",
      CLUSTER_NAME: "dev",
      DRAIN_TIMEOUT: "0s",
      DRAIN_HOOKS: "[{}]",
    });
    assert.equal(code, 2);
    const problems = stderr.split("\n").filter((line) => line.startsWith("✗ "));
    assert.deepEqual(
      problems.map((line) => line.split(" ")[1]),
      [
        "KUBECONFIG_CONTENT",
        "CLUSTER_UID",
        "FLUX_BOOTSTRAP_DESTROY_MODE",
        "FLUX_BOOTSTRAP_FORCE",
        "DRAIN_TIMEOUT",
        "DRAIN_HOOKS",
        "FLUX_BOOTSTRAP_GONE",
      ],
    );
    assert.match(
      stderr,
      /✗ FLUX_BOOTSTRAP_GONE must name the cluster of this stack, "dev", got "prod"\. Leave it out unless/,
    );
  });

  it("fails with the endpoint and a next command when no API server answers", async () => {
    const server = await FakeApiServer.start();
    const environment = { KUBECONFIG_CONTENT: server.kubeconfig(), CLUSTER_UID: FakeApiServer.uid };
    await server.stop();
    const { code, stdout, stderr } = await runHosted("drain.ts", environment);
    assert.deepEqual([code, stdout], [1, ""]);
    assert.match(stderr, new RegExp(`✗ ${server.url} does not answer`));
    assert.match(stderr, /^Next: kubectl cluster-info$/m);
    const skip = { ...environment, FLUX_BOOTSTRAP_DESTROY_MODE: "skip" };
    const skipped = await runHosted("drain.ts", skip);
    assert.equal(skipped.code, 0, skipped.stderr);
  });

  it("takes a person's word, said by name, that the cluster is gone, and asks nobody", async () => {
    const server = await FakeApiServer.start();
    const environment = {
      KUBECONFIG_CONTENT: server.kubeconfig(),
      CLUSTER_UID: FakeApiServer.uid,
      CLUSTER_NAME: "dev",
    };
    await server.stop();
    const refused = await runHosted("drain.ts", environment);
    assert.equal(refused.code, 1);
    assert.match(
      refused.stderr,
      /When it is gone for good: FLUX_BOOTSTRAP_GONE=dev PULUMI_K8S_DELETE_UNREACHABLE=true pulumi destroy/,
    );
    const gone = await runHosted("drain.ts", { ...environment, FLUX_BOOTSTRAP_GONE: "dev" });
    assert.equal(gone.code, 0, gone.stderr);
    const { drained } = JSON.parse(gone.stdout) as { drained: boolean };
    assert.equal(drained, false);
  });

  it("takes up what a drain that was killed has begun", async (t) => {
    const server = await setUp(t);
    // Nothing lets the release go before the first drain is dead.
    const environment = { KUBECONFIG_CONTENT: server.kubeconfig(), CLUSTER_UID: FakeApiServer.uid };
    const play = runFlux(server, { dead: ["HelmRelease"] });
    const { child, finished } = startScript("drain.ts", environment);
    server.react(({ metadata }) => {
      if (metadata.name === "cart" && metadata.deletionTimestamp !== undefined) {
        child.kill("SIGKILL");
      }
    });
    await finished;
    assert.notEqual(server.get(cart), undefined);
    runFlux(server);
    server.merge(cart, { metadata: { labels: { touched: "true" } } });
    const { code, stderr } = await runScript("drain.ts", environment);
    assert.equal(code, 0, stderr);
    assert.match(stderr, /^taking up the drain by /m);
    assert.deepEqual([server.get(root), play.recreated], [undefined, []]);
  });

  it("ends when it is told to, gives its lease back and says how to go on", async (t) => {
    const server = await setUp(t);
    runFlux(server, { dead: ["HelmRelease"] });
    const environment = { KUBECONFIG_CONTENT: server.kubeconfig(), CLUSTER_UID: FakeApiServer.uid };
    const { child, finished } = startScript("drain.ts", environment);
    server.react(({ metadata }) => {
      if (metadata.name === "cart" && metadata.deletionTimestamp !== undefined) child.kill();
    });
    const { code, stderr } = await finished;
    assert.equal(code, 1);
    assert.match(stderr, /^✗ the drain was cancelled; 0 of 3 objects are gone$/m);
    assert.match(stderr, /^Next: pulumi destroy$/m);
    const lease = { resource: Lease, name: "flux-bootstrap-drain", namespace: "flux-system" };
    assert.equal(server.get(lease), undefined);
  });
});
