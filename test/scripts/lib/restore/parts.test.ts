import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { UnreachableError } from "../../../../scripts/lib/api-server.ts";
import { Environment, InputError } from "../../../../scripts/lib/environment.ts";
import { judgeAge } from "../../../../scripts/lib/restore/backup-age.ts";
import { readRestore } from "../../../../scripts/lib/restore/input.ts";
import { Lines } from "../../../../scripts/lib/restore/lines.ts";
import { readMoverLog } from "../../../../scripts/lib/restore/mover-log.ts";
import { persist } from "../../../../scripts/lib/restore/persist.ts";
import { byFile } from "./support/restore.ts";

const now = Date.parse("2026-02-01T12:00:00Z");
const hour = 3_600_000;

describe("the age of a backup", () => {
  const judge = (takenAt: string | undefined, onOld: "fail" | "continue" = "fail") => {
    try {
      return judgeAge({ id: "b7", takenAt }, { maxAge: 48 * hour, onOld }, now);
    } catch (error) {
      return (error as Error).message;
    }
  };
  const table: [string | undefined, RegExp][] = [
    ["2026-02-01T11:00:00Z", /^backup b7 was taken at 2026-02-01T11:00:00Z, 1h00m ago$/],
    ["2026-01-30T12:00:00Z", /48h00m ago$/],
    ["2026-01-30T11:59:00Z", /^backup b7 must be at most 48h00m old .* got 48h01m: taken at /],
    ["2026-02-01T14:30:00+02:00", /, 0\.0s ago$/],
    ["2026-02-01T13:01:00Z", /^backup b7 must have been taken in the past, got 2026-02-01T13:01/],
    [undefined, /^backup b7: its age is not known before it is restored$/],
  ];
  for (const [takenAt, expected] of table) {
    it(`taken at ${takenAt ?? "an unknown time"}`, () => {
      assert.match(judge(takenAt), expected);
    });
  }

  it("may be accepted", () => {
    assert.match(judge("2026-01-01T00:00:00Z", "continue"), /more than 48h00m; restore\.onOld is/);
  });
});

describe("the mover's log", () => {
  const table: [string, ReturnType<typeof readMoverLog>][] = [
    [
      "x\nrestoring snapshot 6526a2ff of [/data] at 2026-01-31 09:03:53.753460659 +0000 UTC by root@volsync to .",
      { snapshot: "6526a2ff", takenAt: "2026-01-31T09:03:53Z", nothing: false },
    ],
    [
      "restoring snapshot 65 of [/data] at 2026-01-31 09:03:53 -0330 NST by root@volsync to .",
      { snapshot: "65", takenAt: "2026-01-31T09:03:53-03:30", nothing: false },
    ],
    ["No eligible snapshots found", { snapshot: undefined, takenAt: undefined, nothing: true }],
    ["Restic completed in 3s", { snapshot: undefined, takenAt: undefined, nothing: false }],
  ];
  for (const [logs, expected] of table) {
    it(logs.split("\n").at(-1) ?? "", () => {
      assert.deepEqual(readMoverLog(logs), expected);
    });
  }
});

describe("Lines", () => {
  const cut = (...chunks: string[]) => {
    const texts: string[] = [];
    const lines = new Lines((text) => texts.push(text));
    for (const chunk of chunks) lines.write(chunk);
    lines.end();
    return texts;
  };

  it("puts lines together that come in pieces", () => {
    assert.deepEqual(cut("a\nb", "c\r\n", "d"), ["a", "bc", "d"]);
  });

  it("keeps a private key in one piece, also one without an end", () => {
    const [begin, end] = ["-----BEGIN RSA PRIVATE KEY-----", "-----END RSA PRIVATE KEY-----"];
    assert.deepEqual(cut(`x\n${begin}\nMII`, `\nabc\n${end}\ny\n`), [
      "x",
      `${begin}\nMII\nabc\n${end}`,
      "y",
    ]);
    assert.deepEqual(cut(`${begin}\nMII\n`), [`${begin}\nMII`]);
  });

  it("drops the rest of an endless line", () => {
    const [only, ...more] = cut("x".repeat(50_000), "x".repeat(50_000), "\n");
    assert.deepEqual([only?.length, more], [64 * 1024, []]);
  });
});

describe("persist", () => {
  it("repeats a write until a server hears it", async () => {
    let tries = 0;
    const written = await persist(async () => {
      tries += 1;
      if (tries < 2) throw new UnreachableError("https://x", new Error("refused"));
      return Promise.resolve("written");
    });
    assert.deepEqual([written, tries], ["written", 2]);
  });

  it("does not repeat what a server refused, nor after a cancellation", async () => {
    let tries = 0;
    const fail = (error: Error) => async () => {
      tries += 1;
      return Promise.reject(error);
    };
    await assert.rejects(persist(fail(new Error("forbidden"))), /forbidden/);
    const unreachable = new UnreachableError("https://x", new Error("refused"));
    await assert.rejects(persist(fail(unreachable), AbortSignal.abort()));
    assert.equal(tries, 2);
  });
});

describe("the settings of a restore", () => {
  const read = (document: unknown) => {
    const environment = new Environment({ RESTORE: JSON.stringify(document) });
    const { settings } = readRestore(environment);
    environment.check();
    return settings;
  };

  it("have defaults", () => {
    const { maxAge, onOld, onMissing, resume, timeout, after } = read(byFile) ?? {};
    assert.deepEqual(
      [maxAge, onOld, onMissing, resume, timeout, after],
      [48 * hour, "fail", "continue", false, hour / 2, undefined],
    );
  });

  it("never ask for more time than a timer can count", () => {
    assert.equal(read({ ...byFile, timeout: "9999h" })?.timeout, 2 ** 31 - 1);
  });

  it("are none when none are given", () => {
    assert.equal(readRestore(new Environment({})).settings, undefined);
  });

  const refused: [string, unknown, RegExp][] = [
    ["another driver", { kind: "rsync" }, /restore settings \(kind is not\)/],
    ["no verification", { ...byFile, verify: undefined }, /\(verify is not\)/],
    ["an empty command", { ...byFile, find: [] }, /\(find/],
    [
      "a key that nobody knows",
      { ...byFile, fnid: ["x"] },
      /^RESTORE must be the restore settings/,
    ],
    ["no duration", { ...byFile, maxAge: "2 days" }, /\(maxAge is not\)/],
  ];
  for (const [what, document, expected] of refused) {
    it(`must not have ${what}`, () => {
      assert.throws(
        () => read(document),
        (error) => {
          assert.ok(error instanceof InputError);
          assert.match(error.message, expected);
          return true;
        },
      );
    });
  }
});
