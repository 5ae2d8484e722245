import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";

import { moments, replay } from "../../../../scripts/lib/fleet/recording.ts";
import { HelmRelease } from "../../../../scripts/lib/kinds.ts";
import { displayName } from "../../../../scripts/lib/object.ts";
import { Flight, ready, release, startedAt } from "./support/flight.ts";

const unread = { resource: HelmRelease, why: "forbidden", message: "no" } as const;

describe("a recording", { timeout: 20_000 }, () => {
  let flight: Flight;

  beforeEach(async () => {
    flight = await Flight.prepare();
  });
  afterEach(async () => {
    await flight.remove();
  });

  it("gives the fleet at any moment, and at its end", async () => {
    flight.record();
    assert.deepEqual(await flight.namesAt("00:00"), ["HelmRelease/apps/one"]);
    assert.deepEqual(await flight.namesAt("10s"), ["HelmRelease/apps/one", "HelmRelease/apps/two"]);
    assert.deepEqual(await flight.namesAt("2026-01-01T12:00:29Z"), [
      "HelmRelease/apps/one",
      "HelmRelease/apps/two",
    ]);
    assert.deepEqual(await flight.namesAt(), ["HelmRelease/apps/two"]);
    await assert.rejects(
      replay(flight.path, "00:31"),
      /must lie between 00:00 and 00:30, got "00:31"/,
    );
  });

  it("gives the whole object as it was, though only its changes are written", async () => {
    flight.record();
    const { objects, at, fluxNamespace } = await replay(flight.path, "00:25");
    assert.deepEqual(objects[0], release("one", ready("True", "InstallSucceeded")));
    assert.equal(at, startedAt + 25_000);
    assert.equal(fluxNamespace, "flux-system");
    assert.match((await flight.lines())[3] ?? "", /"spec":"same"/);
  });

  it("lists what happened in it", async () => {
    flight.record();
    const recording = await moments(flight.path);
    assert.equal(recording.startedAt, startedAt);
    assert.equal(recording.length, 30_000);
    assert.equal(recording.clusterUid, "uid");
    assert.deepEqual(recording.moments, [
      { t: 0, key: "HelmRelease/apps/one", text: "Ready=False InstallFailed: is InstallFailed" },
      {
        t: 20_000,
        key: "HelmRelease/apps/one",
        text: "Ready=True InstallSucceeded: is InstallSucceeded",
      },
      { t: 30_000, key: "HelmRelease/apps/one", text: "deleted" },
      { t: 30_000, key: undefined, text: "the gate passed" },
    ]);
  });

  it("knows what could not be read, what controllers answered and what crashed containers wrote", async () => {
    const recorder = flight.open();
    recorder.readable(HelmRelease, unread);
    recorder.learned({ answers: new Map([["helm-controller", "silent"]]) });
    flight.now += 10_000;
    recorder.readable(HelmRelease, undefined);
    recorder.learned({ logs: new Map([["apps/a/app", ["why"]]]) });
    recorder.close();
    const before = await replay(flight.path, "5s");
    assert.deepEqual(before.unread, [unread]);
    assert.deepEqual([...before.answers], [["helm-controller", "silent"]]);
    const after = await replay(flight.path);
    assert.deepEqual(after.unread, []);
    assert.deepEqual([...after.logs], [["apps/a/app", ["why"]]]);
  });

  describe("that is damaged", () => {
    it("gives what is whole when its last line is cut", async () => {
      flight.record();
      const text = await readFile(flight.path, "utf8");
      await writeFile(flight.path, text.slice(0, text.indexOf('"spec":"same"')));
      const { objects, limits } = await replay(flight.path);
      assert.deepEqual(objects.map(displayName), ["HelmRelease/apps/one", "HelmRelease/apps/two"]);
      assert.deepEqual(limits, [
        "the recording is cut: its last line is not whole and was left out",
      ]);
    });

    it("gives what is whole when lines in the middle are broken", async () => {
      flight.record();
      const [header, one, ...more] = await flight.lines();
      await writeFile(flight.path, [header, one, "\0\0\0", "", ...more, ""].join("\n"));
      assert.deepEqual(await flight.namesAt("25s"), [
        "HelmRelease/apps/one",
        "HelmRelease/apps/two",
      ]);
      assert.deepEqual((await replay(flight.path)).limits, [
        "2 of the recording's 8 lines are damaged and were left out",
      ]);
    });

    it("reads lines of 100 KiB", async () => {
      const recorder = flight.open();
      recorder.seen(release("one", ready("False", "x".repeat(100 * 1024))));
      recorder.close();
      assert.deepEqual(await flight.namesAt(), ["HelmRelease/apps/one"]);
    });

    const table = [
      ["is none", "{}\n", /must be a recording of schema 1, got something else/],
      ["is empty", "", /must be a recording of schema 1, got something else/],
      ["is of another schema", '{"schema":2}\n', /must be a recording of schema 1/],
      ["is no JSON", "hello\n", /must be a recording of schema 1/],
    ] as const;
    for (const [name, text, message] of table) {
      it(`is refused when it ${name}`, async () => {
        flight.open().close();
        await writeFile(flight.path, text);
        await assert.rejects(replay(flight.path), { name: "InputError", message });
        await assert.rejects(moments(flight.path), { name: "InputError", message });
      });
    }

    it("is refused when it is not there, or a flight.folder", async () => {
      await assert.rejects(replay(join(flight.folder, "none")), {
        name: "InputError",
        message: /must be a readable recording, got ENOENT/,
      });
      await assert.rejects(replay(flight.folder), { name: "InputError", message: /EISDIR/ });
    });
  });
});
