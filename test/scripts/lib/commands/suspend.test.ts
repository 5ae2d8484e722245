import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { HelmRelease } from "../../../../scripts/lib/kinds.ts";
import type { KubernetesObject } from "../../../../scripts/lib/object.ts";
import {
  annotationsOf,
  apps,
  cart,
  fleetScene,
  notReady,
  patched,
  runAnswering,
} from "./support/scene.ts";

const suspendCart = ["suspend", "hr/shop/cart", "--reason", "INC-42", "--by", "ann", "--yes"];
const isSuspended = (object: KubernetesObject | undefined) =>
  (object?.spec as { suspend?: boolean } | undefined)?.suspend;

describe("fleet suspend and resume", { timeout: 60_000, concurrency: true }, () => {
  it("suspends with who, why and when, and status shows that", async (test) => {
    const { server, fleet } = await fleetScene(test);
    const { code, stdout } = await fleet(suspendCart);
    assert.equal(code, 0);
    assert.match(stdout, /HelmRelease\/shop\/cart +suspended/);
    assert.equal(isSuspended(server.get(cart)), true);
    const annotations = annotationsOf(server, cart);
    assert.equal(annotations["flux-bootstrap.dev/suspended-by"], "ann");
    assert.equal(annotations["flux-bootstrap.dev/suspended-reason"], "INC-42");
    assert.match(annotations["flux-bootstrap.dev/suspended-at"] ?? "", /^\d{4}-.*Z$/);
    const status = await fleet(["status"]);
    assert.match(status.stdout, /HelmRelease\/shop\/cart +suspended +\ds .*by ann: INC-42/);
  });

  it("takes the time from the server's clock", async (test) => {
    const { server, fleet } = await fleetScene(test);
    server.faults.clockOffset = -600_000;
    await fleet(suspendCart);
    const at = annotationsOf(server, cart)["flux-bootstrap.dev/suspended-at"] ?? "";
    assert.ok(Math.abs(Date.now() - 600_000 - Date.parse(at)) < 60_000, at);
  });

  it("writes nothing when it is suspended already, and says who did it", async (test) => {
    const { server, fleet } = await fleetScene(test);
    await fleet(suspendCart);
    server.writes.length = 0;
    const again = await fleet(["suspend", "hr/shop/cart", "--reason", "other", "--yes"]);
    assert.equal(again.code, 0);
    assert.match(again.stdout, /was suspended +by ann: INC-42, \ds ago; nothing was written/);
    assert.deepEqual(server.writes, []);
  });

  it("says that Git will put its own value back", async (test) => {
    const { server, fleet } = await fleetScene(test);
    const fieldsV1 = { "f:spec": { "f:suspend": {} } };
    const managedFields = [{ manager: "kustomize-controller", operation: "Apply", fieldsV1 }];
    server.merge(cart, { metadata: { managedFields } });
    assert.match((await fleet(suspendCart)).stdout, /Git sets spec\.suspend too/);
  });

  it("wants a reason", async (test) => {
    const { server, fleet } = await fleetScene(test);
    const { code, stderr } = await fleet(["suspend", "hr/shop/cart", "--yes"]);
    assert.equal(code, 2);
    assert.match(stderr, /--reason must say why, got nothing/);
    assert.deepEqual(server.writes, []);
  });

  it("resumes with one patch, forgets who suspended it, and waits until it is Ready", async (test) => {
    const { server, fleet } = await fleetScene(test);
    runAnswering(server);
    await fleet(suspendCart);
    server.writes.length = 0;
    const { code, stdout, stderr } = await fleet(["resume", "hr/shop/cart", "--yes"]);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /HelmRelease\/shop\/cart +ready/);
    assert.match(stderr, /resume HelmRelease\/shop\/cart, suspended by ann: INC-42/);
    assert.deepEqual(patched(server), ["helmreleases/cart"]);
    assert.equal(isSuspended(server.get(cart)), undefined);
    const left = Object.keys(annotationsOf(server, cart));
    assert.deepEqual(
      left.filter((name) => name.includes("suspended")),
      [],
    );
  });

  it("writes nothing when it is not suspended, and asks nobody", async (test) => {
    const { server, fleet } = await fleetScene(test);
    const { code, stdout } = await fleet(["resume", "hr/shop/cart", "flux-system/apps"], {
      answer: "n",
    });
    assert.equal(code, 0);
    assert.match(stdout, /HelmRelease\/shop\/cart +not suspended .*nothing was written/);
    assert.deepEqual(server.writes, []);
  });

  it("fails when what was resumed does not become Ready", async (test) => {
    const { server, fleet } = await fleetScene(test);
    runAnswering(server, ({ metadata }) =>
      notReady("BuildFailed", "no such path", metadata.generation),
    );
    server.merge(apps, { spec: { suspend: true } });
    const { code, stdout } = await fleet(["resume", "flux-system/apps", "--yes"]);
    assert.equal(code, 1);
    assert.match(stdout, /failed .*Ready=False BuildFailed: no such path/);
  });

  for (const command of [["suspend", "--reason", "x"], ["resume"]] as const) {
    it(`${command[0]} names the right that is missing, before a write`, async (test) => {
      const { server, fleet } = await fleetScene(test);
      server.merge(apps, { spec: { suspend: true } });
      server.faults.forbid("patch", HelmRelease);
      if (command[0] === "resume") server.merge(cart, { spec: { suspend: true } });
      const { code, stderr } = await fleet([...command, "hr/shop/cart", "--yes"]);
      assert.equal(code, 1);
      assert.match(stderr, /patch helmreleases/);
      assert.deepEqual(server.writes, []);
    });

    it(`${command[0]} says so when the object is deleted before the patch`, async (test) => {
      const { server, fleet } = await fleetScene(test);
      if (command[0] === "resume") server.merge(cart, { spec: { suspend: true } });
      server.heard = (request) => {
        if (!request.startsWith("PATCH")) return;
        server.merge(cart, { metadata: { finalizers: null } });
        server.remove(cart);
      };
      const { code, stdout } = await fleet([...command, "hr/shop/cart", "--yes"]);
      assert.equal(code, 1);
      assert.match(stdout, /HelmRelease\/shop\/cart +gone/);
    });
  }
});
