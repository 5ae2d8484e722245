import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { snapshots } from "../../../../scripts/lib/commands/restorable/snapshots.ts";
import { velero } from "../../../../scripts/lib/commands/restorable/velero.ts";
import { volsync } from "../../../../scripts/lib/commands/restorable/volsync.ts";
import { ConfigMap, type Resource } from "../../../../scripts/lib/kinds.ts";
import { progressName } from "../../../../scripts/lib/restore/progress-record.ts";
import { markerName } from "../../../../scripts/lib/restore/marker.ts";
import { emptyScene, type Scene } from "./support/scene.ts";

const [sources, destinations] = volsync.map(({ resource }) => resource) as [Resource, Resource];
/** A little longer ago, since the server's clock has a resolution of a second. */
const hours = (count: number) => new Date(Date.now() - count * 3_600_000 - 20_000).toISOString();

/** The kinds that are not installed are not served. */
function serve({ server }: Scene, ...served: readonly Resource[]): void {
  const all = [sources, destinations, snapshots.resource, velero.resource];
  for (const resource of all) {
    if (!served.includes(resource)) server.missing.add(resource.plural);
  }
}

function putSource({ server }: Scene, status: object): void {
  const metadata = { name: "db", namespace: "shop" };
  server.put(sources, { metadata, spec: { sourcePVC: "data-db-0" }, status });
}

function putSnapshot({ server }: Scene, name: string, status: object): void {
  const source = { persistentVolumeClaimName: "data-db-0" };
  server.put(snapshots.resource, {
    metadata: { name, namespace: "shop" },
    spec: { source },
    status,
  });
}

function putBackup({ server }: Scene, name: string, at: number, status: object): void {
  server.put(velero.resource, {
    metadata: {
      name,
      namespace: "velero",
      creationTimestamp: hours(at),
      labels: { "velero.io/schedule-name": "nightly" },
    },
    spec: { includedNamespaces: ["shop"] },
    status,
  });
}

describe("fleet dr", { timeout: 60_000, concurrency: true }, () => {
  it("says honestly that nothing was found, and ends with 1", async (test) => {
    const scene = await emptyScene(test);
    serve(scene);
    const { code, stdout } = await scene.fleet(["dr"]);
    assert.equal(code, 1);
    assert.match(
      stdout,
      /nothing found that data could be restored from: the cluster serves no kind/,
    );
    assert.match(stdout, /no marker: nothing is known of a restore/);
  });

  it("tells kinds without an object from kinds that are not there", async (test) => {
    const scene = await emptyScene(test);
    serve(scene, snapshots.resource);
    const { stdout } = await scene.fleet(["dr"]);
    assert.match(stdout, /serves kinds of VolumeSnapshots, and there is no object of them/);
  });

  it("ends with 0 when everything it finds is young enough", async (test) => {
    const scene = await emptyScene(test);
    serve(scene, sources, snapshots.resource, velero.resource);
    putSource(scene, { lastSyncTime: hours(3), latestMoverStatus: { result: "Successful" } });
    putSnapshot(scene, "one", { readyToUse: true, creationTime: hours(30), restoreSize: "1Gi" });
    putSnapshot(scene, "two", { readyToUse: true, creationTime: hours(4), restoreSize: "1Gi" });
    putBackup(scene, "nightly-1", 20, { phase: "Completed", completionTimestamp: hours(20) });
    const { code, stdout } = await scene.fleet(["dr"]);
    assert.equal(code, 0, stdout);
    const claim = "PersistentVolumeClaim/shop/data-db-0";
    for (const row of [
      `VolSync +ReplicationSource/shop/db +${claim} +good +3h`,
      `VolumeSnapshots +VolumeSnapshot/shop/two +${claim} +good +4h +2 +1Gi`,
      "Velero +Backup/velero/nightly-1 +shop +good +20h +1",
    ]) {
      assert.match(stdout, new RegExp(`^${row}`, "m"));
    }
    assert.deepEqual(scene.server.writes, []);
  });

  const wrong: readonly (readonly [string, (scene: Scene) => void, RegExp])[] = [
    [
      "what is too old",
      (scene) => {
        putSource(scene, { lastSyncTime: hours(50) });
      },
      /too old +2d2h/,
    ],
    [
      "a mover that failed",
      (scene) => {
        putSource(scene, {
          lastSyncTime: hours(50),
          latestMoverStatus: { result: "Failed", logs: "no space" },
        });
      },
      /failed +2d2h .*no space/,
    ],
    [
      "what was never copied",
      (scene) => {
        putSource(scene, {});
      },
      /none +never/,
    ],
    [
      "a snapshot that failed",
      (scene) => {
        putSnapshot(scene, "one", { readyToUse: false, error: { message: "driver gone" } });
      },
      /failed +never +0 +driver gone/,
    ],
    [
      "a backup that failed after good ones",
      (scene) => {
        putBackup(scene, "nightly-1", 26, { phase: "Completed", completionTimestamp: hours(26) });
        putBackup(scene, "nightly-2", 2, {
          phase: "PartiallyFailed",
          completionTimestamp: hours(2),
        });
      },
      /nightly-1 +shop +failed +1d2h +1 +nightly-2 PartiallyFailed/,
    ],
  ];
  for (const [what, arrange, expected] of wrong) {
    it(`ends with 1 for ${what}`, async (test) => {
      const scene = await emptyScene(test);
      serve(scene, sources, snapshots.resource, velero.resource);
      arrange(scene);
      const { code, stdout } = await scene.fleet(["dr"]);
      assert.equal(code, 1);
      assert.match(stdout, expected);
    });
  }

  it("takes the age that is still good, and the server's clock", async (test) => {
    const scene = await emptyScene(test);
    serve(scene, sources);
    putSource(scene, { lastSyncTime: hours(3) });
    assert.equal((await scene.fleet(["dr", "--max-age", "2h"])).code, 1);
    scene.server.faults.clockOffset = -2 * 3_600_000;
    assert.equal((await scene.fleet(["dr", "--max-age", "2h"])).code, 0);
  });

  it("names a kind that it may not read, and does not call that well", async (test) => {
    const scene = await emptyScene(test);
    serve(scene, sources, velero.resource);
    putSource(scene, { lastSyncTime: hours(3) });
    scene.server.faults.forbid("list", velero.resource);
    const { code, stdout } = await scene.fleet(["dr"]);
    assert.equal(code, 1);
    assert.match(stdout, /cannot list resource "backups"/);
  });

  it("tells of the bootstrap's own restore, and of one that did not finish", async (test) => {
    const scene = await emptyScene(test);
    serve(scene, sources);
    putSource(scene, { lastSyncTime: hours(3) });
    const put = (name: string, data: object) => {
      const object = { metadata: { name, namespace: "flux-system" }, data };
      scene.server.put(ConfigMap, object);
    };
    put(markerName, {
      RESTORE_STATE: "restored",
      RESTORE_DRIVER: "command",
      RESTORE_BACKUP: "b-7",
      RESTORE_TAKEN_AT: hours(9),
      RESTORE_AT: hours(1),
    });
    const settled = await scene.fleet(["dr"]);
    assert.equal(settled.code, 0);
    assert.match(settled.stdout, /command restored b-7, taken at .*, 1h ago/);
    const record = {
      state: "failed",
      startedAt: hours(1),
      by: "ci",
      driver: "command",
      backup: "b-8",
    };
    put(progressName, { ...record, reason: "verify said no" });
    const unfinished = await scene.fleet(["dr"]);
    assert.equal(unfinished.code, 1);
    assert.match(
      unfinished.stdout,
      /a restore of b-8 with command by ci began 1h ago and failed: verify/,
    );
  });
});
