import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { stringify } from "yaml";

import type { Snapshot } from "../../../../scripts/lib/classify/snapshot.ts";
import { readDump } from "../../../../scripts/lib/fleet/dump.ts";
import { displayName } from "../../../../scripts/lib/object.ts";
import { helm, json, list, object, release } from "./support/dumps.ts";

const names = ({ objects }: Snapshot) => objects.map(displayName);
const unreadOf = ({ unread }: Snapshot, kind: string) =>
  unread.find(({ resource }) => resource.kind === kind)?.message;

const one = "HelmRelease/apps/one";
const two = "HelmRelease/apps/two";

describe("readDump", () => {
  const pair = list(release("one"), release("two"));
  const table: [string, string][] = [
    ["a list", json(pair)],
    ["a list on one line", JSON.stringify(pair)],
    ["lists one behind the other", json(list(release("one"))) + json(list(release("two")))],
    [
      "objects, one a line",
      `${JSON.stringify(release("one"))}\n${JSON.stringify(release("two"))}\n`,
    ],
    ["an array", JSON.stringify([release("one"), release("two")])],
    ["a list of lists", json(list(list(release("one")), list(release("two"))))],
    [
      "a list with a byte order mark and Windows' line ends",
      `\uFEFF${json(pair).replaceAll("\n", "\r\n")}`,
    ],
    [
      "what the API answers, whose items carry no type",
      JSON.stringify({
        kind: "HelmReleaseList",
        apiVersion: helm,
        metadata: {},
        items: [
          { metadata: { name: "one", namespace: "apps" } },
          { metadata: { name: "two", namespace: "apps" } },
        ],
      }),
    ],
    ["a list in YAML", stringify(pair)],
    ["documents in YAML", `${stringify(release("one"))}---\n${stringify(release("two"))}`],
    [
      "documents in YAML that nothing separates",
      stringify(release("one")) + stringify(release("two")),
    ],
  ];
  for (const [name, text] of table) {
    it(`reads ${name}`, () => {
      const snapshot = readDump(text);
      assert.deepEqual(names(snapshot), [one, two]);
      assert.deepEqual(snapshot.limits, []);
      assert.equal(snapshot.objects[0]?.apiVersion, helm);
    });
  }

  it("reads the bytes of a file, as Windows PowerShell writes it too", () => {
    const bytes = [Buffer.from(json(pair)), Buffer.from(`\uFEFF${json(pair)}`, "utf16le")];
    for (const dump of bytes) assert.deepEqual(names(readDump(dump)), [one, two]);
  });

  it("takes the last of an object that is there twice", () => {
    const text = json(list(release("one", { status: 1 }))) + json(release("one", { status: 2 }));
    assert.deepEqual(readDump(text).objects, [release("one", { status: 2 })]);
  });

  it("passes over Secrets, ConfigMaps and what is no object", () => {
    const odd = [
      null,
      3,
      {},
      { kind: "Pod" },
      object("Pod", ""),
      { ...object("Pod", "x"), metadata: null },
    ];
    const text = JSON.stringify(
      list(...(odd as object[]), object("Secret", "s"), object("ConfigMap", "c"), release("one")),
    );
    assert.deepEqual(names(readDump(text)), [one]);
  });

  it("keeps objects whose status is odd", () => {
    const text = JSON.stringify(
      list(release("one", { status: "what" }), release("two", { status: null })),
    );
    assert.deepEqual(names(readDump(text)), [one, two]);
  });

  it("reads messages of 100 KiB, with brackets and quotes in them", () => {
    const message = `${'"}{][\\" \\'.repeat(12_000)}"}`;
    const text = json(list(release("one", { status: { message } }), release("two")));
    assert.deepEqual(names(readDump(text)), [one, two]);
    const cut = readDump(text.slice(0, -40));
    assert.deepEqual(cut.objects[0]?.status, { message });
  });

  it("drops what is only ballast", () => {
    const { objects } = readDump(
      JSON.stringify(release("one", { metadata: { name: "one", managedFields: [{ time: "x" }] } })),
    );
    assert.deepEqual(objects[0]?.metadata, { name: "one" });
  });

  describe("of a dump that is cut", () => {
    const whole = json(list(object("GitRepository", "git"), release("one"), release("two")));

    it("gives whatever is whole, wherever it is cut", () => {
      const ends = { one: whole.indexOf("\n        },", whole.indexOf('"one"')) + 10, two: 0 };
      ends.two = whole.indexOf("\n        }\n", whole.indexOf('"two"')) + 10;
      for (let length = ends.one; length < whole.length - 1; length += 1) {
        const found = names(readDump(whole.slice(0, length)));
        const expected = ["GitRepository/apps/git", one, ...(length >= ends.two ? [two] : [])];
        assert.deepEqual(found, expected, `cut at ${length}`);
      }
    });

    it("says how much is lost, and that more of the last kind may be missing", () => {
      const snapshot = readDump(whole.slice(0, whole.indexOf('"two"')));
      assert.match(
        snapshot.limits?.[0] ?? "",
        /^the dump is cut: its last \d+ characters are of an object that is not whole, and were left out$/,
      );
      assert.equal(unreadOf(snapshot, "HelmRelease"), "HelmRelease: the dump is cut among them");
      assert.equal(unreadOf(snapshot, "Pod"), "Pod: not in the dump");
    });

    it("gives the whole documents before the one that is cut", () => {
      const text = json(list(release("one"))) + json(release("two")).slice(0, -30);
      assert.deepEqual(names(readDump(text)), [one]);
    });

    it("gives the typed items of what the API answered", () => {
      const items = [
        { metadata: { name: "one", namespace: "apps" } },
        { metadata: { name: "two" } },
      ];
      const text = JSON.stringify({
        kind: "HelmReleaseList",
        apiVersion: helm,
        metadata: {},
        items,
      });
      const [found] = readDump(text.slice(0, -5)).objects;
      assert.deepEqual([found?.apiVersion, found && displayName(found)], [helm, one]);
    });

    it("leaves out the last object of YAML, which may be valid though cut", () => {
      const text = stringify(list(release("one"), release("two", { status: { a: 1, b: 2 } })));
      const snapshot = readDump(text.slice(0, text.indexOf("b: 2")));
      assert.deepEqual(names(snapshot), [one]);
      assert.deepEqual(snapshot.limits, [
        "the dump is cut: its last object may not be whole and was left out",
      ]);
    });
  });

  it("says that an object is damaged", () => {
    const text = `${JSON.stringify(release("one"))}\n{"kind": oops}\n`;
    assert.deepEqual(readDump(text).limits, ["1 object of the dump is damaged and was left out"]);
  });

  for (const text of [
    "",
    "hello",
    "{",
    json(list()),
    json(release("one")).slice(0, -3),
    "a: [",
    "a: *b",
    '"x',
  ] as const) {
    it(`refuses ${JSON.stringify(text.slice(0, 20))}`, () => {
      assert.throws(() => readDump(text), {
        name: "InputError",
        message:
          /^the dump must hold at least one whole Kubernetes object, got \d+ characters without any\. Make one with: kubectl get /,
      });
    });
  }

  it("says which kinds are not in it, for they may exist all the same", () => {
    const snapshot = readDump(json(list(release("one"))));
    assert.equal(unreadOf(snapshot, "HelmRelease"), undefined);
    assert.equal(unreadOf(snapshot, "GitRepository"), "GitRepository: not in the dump");
    assert.ok(snapshot.unread.every(({ why }) => why === "failed"));
  });

  it("finds Flux's namespace by its controllers", () => {
    const controller = (namespace: string) =>
      object("Deployment", "helm-controller", { metadata: { name: "helm-controller", namespace } });
    assert.equal(readDump(json(controller("gitops"))).fluxNamespace, "gitops");
    assert.equal(
      readDump(json(controller("gitops")), { fluxNamespace: "mine" }).fluxNamespace,
      "mine",
    );
    assert.equal(readDump(json(release("one"))).fluxNamespace, "flux-system");
  });
});
