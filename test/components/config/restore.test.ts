import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { Fields } from "../../../components/config/fields.ts";
import { readRestore } from "../../../components/config/restore.ts";
import { parseRestore } from "../../../scripts/lib/restore/settings.ts";
import type { Values } from "../../support/settings.ts";

const command = { kind: "command", find: ["./find"], restore: ["./restore", ""], verify: ["./v"] };
const claim = { namespace: "shop", name: "data", capacity: "10Gi" };
const volsync = { kind: "volsync", volumes: [{ ...claim, repository: "data-restic" }] };
const populator = { kind: "populator", volumes: [{ ...claim, source: { name: "nightly" } }] };
const rules = {
  resume: false,
  maxAge: "48h",
  onOld: "fail",
  onMissing: "continue",
  after: undefined,
  timeout: "30m",
};
const claimed = { ...claim, storageClass: undefined, accessModes: ["ReadWriteOnce"] };

function read(restore: unknown) {
  const problems: string[] = [];
  const root = new Fields({ restore }, { path: "", problems, hides: () => false });
  return { restore: readRestore(root), problems };
}

describe("the configuration of the restore", () => {
  const good: [string, Values, object][] = [
    ["of a command", command, { ...command, ...rules }],
    [
      "of VolSync",
      volsync,
      {
        kind: "volsync",
        volumes: [
          {
            ...claimed,
            repository: "data-restic",
            copyMethod: "Snapshot",
            snapshotClass: undefined,
            restoreAsOf: undefined,
          },
        ],
        ...rules,
      },
    ],
    [
      "of a populator",
      populator,
      {
        kind: "populator",
        volumes: [
          {
            ...claimed,
            source: {
              apiVersion: "snapshot.storage.k8s.io/v1",
              kind: "VolumeSnapshot",
              plural: undefined,
              name: "nightly",
            },
          },
        ],
        ...rules,
      },
    ],
  ];
  for (const [what, values, expected] of good) {
    it(`${what} has defaults, and the script understands it`, () => {
      const { restore, problems } = read(values);
      assert.deepEqual([restore, problems], [expected, []]);
      const { kind } = parseRestore(JSON.parse(JSON.stringify(restore)));
      assert.equal(kind, restore?.kind);
    });
  }

  it("is understood by the script with every key set", () => {
    const every = { storageClass: "fast", accessModes: ["ReadWriteMany"] };
    const [first] = volsync.volumes;
    const more = { copyMethod: "Direct", snapshotClass: "s", restoreAsOf: "2026-01-31T12:00:00Z" };
    const set = {
      kind: "volsync",
      volumes: [{ ...first, ...every, ...more }],
      ...{ resume: true, maxAge: "7h", onOld: "continue", onMissing: "fail" },
      ...{ after: "flux-system/storage", timeout: "2h" },
    };
    const { restore, problems } = read(set);
    assert.deepEqual([restore, problems], [set, []]);
    assert.equal(parseRestore(JSON.parse(JSON.stringify(restore))).timeout, 7_200_000);
  });

  it("may be left out", () => {
    assert.deepEqual(read(undefined), { restore: undefined, problems: [] });
  });

  const fix = "Correct it in the stack's configuration file.";
  const refused: [string, unknown, string][] = [
    [
      "no driver",
      { maxAge: "1h" },
      'restore.kind must be "command" or "volsync" or "populator", got nothing. Run: pulumi config set --path restore.kind command',
    ],
    [
      "a command that is a text",
      { ...command, find: "./find" },
      `restore.find must be a list of words, the program first, got "./find". ${fix}`,
    ],
    [
      "a command without a program",
      { ...command, verify: ["", "-v"] },
      `restore.verify must be a list of words, the program first, got ["","-v"]. ${fix}`,
    ],
    [
      "no verification",
      { ...command, verify: undefined },
      `restore.verify must be a list of words, the program first, got nothing. ${fix}`,
    ],
    [
      "the key of another driver",
      { ...volsync, find: ["./find"] },
      'restore must hold only the keys "after", "kind", "maxAge", "onMissing", "onOld", "resume", "timeout", "volumes", got "find". Did you mean "restore.kind"?',
    ],
    [
      "no volumes",
      { ...volsync, volumes: [] },
      `restore.volumes must be a list of volumes, at least one, got []. ${fix}`,
    ],
    [
      "a volume without its size",
      { ...volsync, volumes: [{ ...volsync.volumes[0], capacity: "ten" }] },
      "restore.volumes[0].capacity must be a size such as 10Gi, got \"ten\". Run: pulumi config set --path 'restore.volumes[0].capacity' 10Gi",
    ],
    [
      "a mistyped key of a volume",
      { ...populator, volumes: [{ ...populator.volumes[0], storageclass: "fast" }] },
      'restore.volumes[0] must hold only the keys "accessModes", "capacity", "name", "namespace", "source", "storageClass", got "storageclass". Did you mean "restore.volumes[0].storageClass"?',
    ],
    [
      "a claim twice",
      { ...volsync, volumes: [volsync.volumes[0], volsync.volumes[0]] },
      "restore.volumes[1].name must name a claim no other volume has, got \"data\". Run: pulumi config rm --path 'restore.volumes[1]'",
    ],
    [
      "a layer without its namespace",
      { ...command, after: "infrastructure" },
      'restore.after must be namespace/name, got "infrastructure". Run: pulumi config set --path restore.after flux-system/apps',
    ],
  ];
  for (const [what, values, message] of refused) {
    it(`must not hold ${what}`, () => {
      assert.deepEqual(read(values).problems, [message]);
    });
  }
});
