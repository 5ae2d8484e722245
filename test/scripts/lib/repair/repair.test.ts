import assert from "node:assert/strict";
import { describe, it } from "node:test";

import {
  HelmChart,
  HelmRelease,
  HelmRepository,
  Kustomization,
  Lease,
} from "../../../../scripts/lib/kinds.ts";
import { leaseName } from "../../../../scripts/lib/repair/lease.ts";
import { namespace } from "../../support/flux.ts";
import { fakeApiServer } from "../../support/fake.ts";
import {
  applyFailedStatus,
  exhaustedStatus,
  handles,
  heals,
  patchedNames,
  put,
  putFlux,
  putRelease,
  readyStatus,
  repair,
  runRequests,
} from "./support/fleet.ts";

const lease = { resource: Lease, name: leaseName, namespace };

describe("repairFleet", { timeout: 60_000 }, () => {
  it("touches 90 of 100 releases, each once, and none when it runs again", async (t) => {
    const server = await fakeApiServer(t);
    putFlux(server);
    const young = { creationTimestamp: new Date().toISOString(), finalizers: [] };
    for (let index = 0; index < 90; index += 1) putRelease(server, `stuck-${index}`);
    for (const name of ["suspended-0", "suspended-1", "suspended-2"]) {
      putRelease(server, name, { spec: { suspend: true } });
    }
    for (let index = 0; index < 5; index += 1) {
      putRelease(server, `sourceless-${index}`, {
        spec: { chartRef: { kind: "OCIRepository", name: "none" } },
        status: {
          observedGeneration: -1,
          conditions: [
            {
              type: "Ready",
              status: "False",
              reason: "ArtifactFailed",
              message: 'could not get Source object: OCIRepository "none" not found',
              lastTransitionTime: "2026-01-01T00:00:00Z",
            },
          ],
        },
      });
    }
    for (const name of ["young-0", "young-1"]) {
      putRelease(server, name, { metadata: young, status: { observedGeneration: -1 } });
    }
    runRequests(server, heals);

    const { records } = await repair(server);
    const stuck = Array.from({ length: 90 }, (_, index) => `stuck-${index}`);
    assert.deepEqual(patchedNames(server).sort(), stuck.sort());
    assert.equal(records.length, 90);
    assert.deepEqual(new Set(records.map(({ outcome }) => outcome)), new Set(["effective"]));
    assert.equal(new Set(records.map(({ token }) => token)).size, 90);
    assert.equal(server.get(lease), undefined);

    server.writes.length = 0;
    const again = await repair(server);
    assert.deepEqual(server.writes, []);
    assert.deepEqual(again.records, []);
    assert.deepEqual(
      again.left.map(({ affected, objects }) => affected.length + objects.length > 0),
      [true, ...again.left.slice(1).map(() => true)],
    );
  });

  it("writes nothing at all to a healthy fleet, not even a lease", async (t) => {
    const server = await fakeApiServer(t);
    putFlux(server);
    putRelease(server, "web", { status: readyStatus });
    const { records, left, stuck } = await repair(server);
    assert.deepEqual([records, left, stuck, server.writes], [[], [], false, []]);
  });

  it("says in a dry run what it would do, and writes nothing", async (t) => {
    const server = await fakeApiServer(t);
    putFlux(server);
    putRelease(server, "web");
    const unobserved = { metadata: { finalizers: [] }, status: { observedGeneration: -1 } };
    putRelease(server, "unobserved", unobserved);
    const { records, stuck } = await repair(server, { dryRun: true });
    assert.deepEqual(server.writes, []);
    assert.deepEqual(
      records.map(({ key, action, outcome, token }) => [key, action, outcome, token]),
      [["HelmRelease/apps/web", "reset", "planned", undefined]],
    );
    assert.equal(stuck, true);
  });

  it("gives up an object that gets stuck again, after one reset", async (t) => {
    const server = await fakeApiServer(t);
    putFlux(server);
    putRelease(server, "web");
    runRequests(server, handles(exhaustedStatus));
    const { records, planned, stuck } = await repair(server, {
      limits: { spacingMilliseconds: 1 },
    });
    assert.deepEqual(patchedNames(server), ["web"]);
    assert.deepEqual(
      records.map(({ outcome }) => outcome),
      ["ineffective"],
    );
    assert.match(planned[0]?.why ?? "", /^one reset in a run has to do, last ineffective/);
    assert.equal(stuck, true);
  });

  it("tries what may be tried again three times", async (t) => {
    const server = await fakeApiServer(t);
    putFlux(server);
    put(server, Kustomization, "infra", { status: applyFailedStatus });
    runRequests(server, handles(applyFailedStatus));
    const { records, planned } = await repair(server, { limits: { spacingMilliseconds: 100 } });
    assert.deepEqual(
      records.map(({ attempt, outcome }) => [attempt, outcome]),
      [
        [1, "ineffective"],
        [2, "ineffective"],
        [3, "ineffective"],
      ],
    );
    assert.match(planned[0]?.why ?? "", /^tried 3 times/);
  });

  it("resets anew with another token when the first was spent before it counted", async (t) => {
    const server = await fakeApiServer(t);
    putFlux(server);
    putRelease(server, "web");
    let requests = 0;
    runRequests(server, (object, token) => {
      requests += 1;
      return requests === 1
        ? { ...exhaustedStatus, lastHandledReconcileAt: token }
        : heals(object, token);
    });
    const { records } = await repair(server, { limits: { spacingMilliseconds: 100 } });
    assert.deepEqual(
      records.map(({ outcome }) => outcome),
      ["ineffective", "effective"],
    );
    assert.match(records[0]?.text ?? "", /^the token was spent before it counted/);
    assert.notEqual(records[0]?.token, records[1]?.token);
  });

  it("asks what depends on another only when that is Ready", async (t) => {
    const server = await fakeApiServer(t);
    putFlux(server);
    putRelease(server, "a-web", { spec: { dependsOn: [{ name: "b-api" }] } });
    putRelease(server, "b-api", { spec: { dependsOn: [{ name: "c-db" }] } });
    putRelease(server, "c-db");
    runRequests(server, heals);
    await repair(server);
    assert.deepEqual(patchedNames(server), ["c-db", "b-api", "a-web"]);
  });

  it("asks source, chart and release in that order, each when the one before has answered", async (t) => {
    const server = await fakeApiServer(t);
    putFlux(server);
    const sourceRef = { kind: "HelmRepository", name: "charts" };
    put(server, HelmRepository, "charts", {});
    put(server, HelmChart, "apps-web", { spec: { sourceRef } });
    const lost = {
      observedGeneration: 1,
      conditions: [
        {
          type: "Ready",
          status: "False",
          reason: "ArtifactFailed",
          message: "Could not load chart: artifact not found",
          lastTransitionTime: "2026-01-01T00:00:00Z",
        },
      ],
    };
    for (const name of ["web", "shop"]) {
      put(server, HelmRelease, name, { spec: { chart: { spec: { sourceRef } } }, status: lost });
    }
    put(server, HelmChart, "apps-shop", { spec: { sourceRef } });
    const answered: string[] = [];
    runRequests(
      server,
      (object, token) => {
        answered.push(object.metadata.name);
        return heals(object, token);
      },
      [HelmRepository, HelmChart, HelmRelease],
    );
    await repair(server);
    const asked = patchedNames(server);
    assert.deepEqual(asked[0], "charts");
    assert.deepEqual(asked.slice(1).sort(), ["apps-shop", "apps-web", "shop", "web"]);
    for (const name of ["web", "shop"]) {
      assert.ok(asked.indexOf(`apps-${name}`) < asked.indexOf(name), asked.join(", "));
    }
    assert.deepEqual(answered, asked);
  });

  it("counts by the server's clock, which is ten minutes off", async (t) => {
    const server = await fakeApiServer(t);
    server.faults.clockOffset = 600_000;
    putFlux(server);
    const renewTime = new Date(Date.now() + 600_000).toISOString();
    const name = "helm-controller-leader-election";
    server.merge({ resource: Lease, name, namespace }, { spec: { renewTime } });
    putRelease(server, "web");
    runRequests(server, heals);
    const { records } = await repair(server);
    const ahead = (records[0]?.at ?? 0) - Date.now();
    assert.ok(ahead > 590_000 && ahead < 610_000, `${ahead} ms ahead`);
    assert.equal(records[0]?.outcome, "effective");
  });

  it("repairs one object and nothing else", async (t) => {
    const server = await fakeApiServer(t);
    putFlux(server);
    putRelease(server, "web");
    putRelease(server, "shop");
    runRequests(server, heals);
    const { records } = await repair(server, { only: "HelmRelease/apps/web", action: "force" });
    assert.deepEqual(patchedNames(server), ["web"]);
    assert.deepEqual(
      records.map(({ action, outcome }) => [action, outcome]),
      [["force", "effective"]],
    );
  });
});
