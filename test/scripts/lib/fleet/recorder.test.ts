import assert from "node:assert/strict";
import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";

import { moments, replay } from "../../../../scripts/lib/fleet/recording.ts";
import { Flight, release } from "./support/flight.ts";

describe("Recorder", { timeout: 20_000 }, () => {
  let flight: Flight;

  beforeEach(async () => {
    flight = await Flight.prepare();
  });
  afterEach(async () => {
    await flight.remove();
  });

  it("skips what says nothing new", async () => {
    const recorder = flight.open();
    const at = (resourceVersion: string, more: object = {}) =>
      release("one", {
        metadata: { name: "one", namespace: "apps", resourceVersion },
        ...more,
      });
    const lease = (renewTime: string, holderIdentity = "pod-1") => ({
      apiVersion: "coordination.k8s.io/v1",
      kind: "Lease",
      metadata: { name: "helm-controller" },
      spec: { renewTime, holderIdentity },
    });
    recorder.seen(at("1"));
    recorder.seen(at("2"));
    recorder.seen(lease("2026-01-01T12:00:01.000000Z"));
    recorder.seen(lease("2026-01-01T12:00:09.000000Z"));
    recorder.close();
    assert.equal((await flight.lines()).length, 3);
    const longer = flight.open();
    longer.seen(at("1"));
    longer.seen(at("2", { status: {} }));
    longer.gone(at("2"));
    longer.seen(at("3", { status: {} }));
    longer.seen(lease("2026-01-01T12:00:01.000000Z"));
    longer.seen(lease("2026-01-01T12:00:02.000000Z", "pod-2"));
    longer.seen(lease("2026-01-01T12:00:11.000000Z", "pod-2"));
    longer.close();
    assert.equal((await flight.lines()).length, 8);
  });

  it("keeps no secret, and is for its owner's eyes only", async () => {
    flight.redactor.add("planted-known");
    const recorder = flight.open();
    recorder.seen(
      release("one", {
        spec: { values: { password: "planted-values" }, interval: "1h" },
        status: { lastHandled: "planted-known", text: "token=planted-shape" },
      }),
    );
    recorder.seen({
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "p" },
      spec: {
        containers: [
          {
            name: "app",
            env: [
              { name: "A", value: "planted-env" },
              { name: "B", valueFrom: { secretKeyRef: { name: "s", key: "k" } } },
            ],
          },
        ],
      },
    });
    recorder.seen({
      apiVersion: "kustomize.toolkit.fluxcd.io/v1",
      kind: "Kustomization",
      metadata: { name: "k" },
      spec: { postBuild: { substitute: { PASSWORD: "planted-substitute" }, strict: true } },
    });
    recorder.note("it is planted-known");
    recorder.learned({ logs: new Map([["a", ["password: planted-log"]]]) });
    recorder.close();
    const text = await readFile(flight.path, "utf8");
    assert.doesNotMatch(text, /planted/);
    const [, pod, kustomization] = (await replay(flight.path)).objects;
    assert.deepEqual(pod?.spec, {
      containers: [
        {
          name: "app",
          env: [{ name: "A" }, { name: "B", valueFrom: { secretKeyRef: { name: "s", key: "k" } } }],
        },
      ],
    });
    assert.deepEqual(kustomization?.spec, { postBuild: { strict: true } });
    assert.equal((await stat(flight.path)).mode & 0o777, 0o600);
  });

  it("ends with a note when it has grown to its greatest size, and stays readable", async () => {
    const recorder = flight.open({ mostBytes: 4096 });
    for (let count = 0; count < 100; count += 1) {
      recorder.seen(release(`release-${count}`, { status: { text: "x".repeat(100) } }));
    }
    assert.equal(recorder.ended, "it reached its greatest size");
    recorder.note("too late");
    recorder.close();
    assert.ok((await stat(flight.path)).size <= 4096);
    const { moments: found, limits } = await moments(flight.path);
    assert.deepEqual(found, [
      { t: 0, key: undefined, text: "the recording ends here: it reached its greatest size" },
    ]);
    assert.deepEqual(limits, []);
  });

  it("never runs backwards when the server's clock is corrected", async () => {
    const recorder = flight.open();
    flight.now += 5000;
    recorder.seen(release("one"));
    flight.now -= 800;
    recorder.seen(release("two"));
    recorder.close();
    const times = (await flight.lines()).map((line) => (JSON.parse(line) as { t?: number }).t);
    assert.deepEqual(times, [undefined, 5000, 5000]);
  });

  it("says where it cannot be written, and takes no harm from a disk that is full", async (test) => {
    await writeFile(join(flight.folder, "file"), "");
    flight.path = join(flight.folder, "file", "run.jsonl");
    assert.throws(() => flight.open(), /ENOTDIR|EEXIST/);
    flight.path = "/dev/full";
    if (!(await stat(flight.path).catch(() => undefined))) {
      test.skip("no /dev/full");
      return;
    }
    const recorder = flight.open();
    recorder.close();
    assert.match(recorder.ended ?? "", /ENOSPC/);
  });
});
