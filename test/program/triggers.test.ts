import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { plain } from "../support/mocks.ts";
import { ClusterRecords } from "../support/program.ts";
import { embedded, type Values } from "../support/settings.ts";

const records = new ClusterRecords();
after(() => {
  records.remove();
});

interface Change {
  readonly config?: Values;
  readonly stdout?: Values;
}

const scripts = [
  "cluster-identity",
  "flux-operator-crds",
  "reconcile-gate-script",
  "drain-script",
  "flux-sync-probe",
  "post-bootstrap-script",
];

async function triggersOf({ config = {}, stdout = {} }: Change): Promise<Values> {
  const settings = { ...embedded, gitToken: "token", ...config };
  const { engine } = await records.run({ config: settings, stdout, preview: true });
  return Object.fromEntries(
    scripts.map((name) => [name, plain(engine.get(name).inputs["triggers"])]),
  );
}

const sync = { path: "./clusters/dev" };

/** What runs again for which change; a change of anything else runs nothing again. */
const cases: readonly (readonly [what: string, change: Change, again: readonly string[]])[] = [
  ["nothing", {}, []],
  [
    "another cluster",
    { stdout: { "scripts/identity.ts": { uid: "another" } } },
    scripts.filter((name) => name !== "cluster-identity" && name !== "drain-script"),
  ],
  [
    "the version of Flux",
    { config: { flux: { version: "2.9.5" } } },
    ["reconcile-gate-script", "post-bootstrap-script"],
  ],
  [
    "a patch of a controller",
    { config: { flux: { controllerPatches: [{ patch: "x" }] } } },
    ["reconcile-gate-script", "post-bootstrap-script"],
  ],
  [
    "another branch",
    { config: { sync: { ...sync, ref: "refs/heads/next" } } },
    ["flux-sync-probe", "post-bootstrap-script"],
  ],
  ["another path", { config: { sync: { path: "./x" } } }, ["post-bootstrap-script"]],
  ["another credential", { config: { gitToken: "rotated" } }, ["flux-sync-probe"]],
  [
    "what is required",
    { config: { postBootstrap: { required: "all" } } },
    ["post-bootstrap-script"],
  ],
  ["a time-out", { config: { gateTimeout: "9m", postBootstrap: { timeout: "9m" } } }, []],
  [
    "how it drains",
    {
      config: {
        drain: { timeout: "9m", volumes: "keep", hooks: [{ name: "backup", command: ["backup"] }] },
      },
    },
    [],
  ],
  ["a protection", { config: { protect: true } }, []],
  ["an expiry", { config: { expiresAt: "2026-01-31T12:00:00Z" } }, []],
  ["a variable of Git", { config: { runtimeInfo: { REGION: "here" } } }, []],
];

describe("what runs again after a change of", () => {
  let unchanged: Values = {};
  before(async () => {
    unchanged = await triggersOf({});
  });

  for (const [what, change, again] of cases) {
    it(`${what}: ${again.length === 0 ? "nothing" : again.join(", ")}`, async () => {
      const now = await triggersOf(change);
      const changed = scripts.filter(
        (name) => JSON.stringify(unchanged[name]) !== JSON.stringify(now[name]),
      );
      assert.deepEqual(changed, again);
    });
  }

  it("anything whatever: never the drain, which a trigger would run", () => {
    assert.equal(unchanged["drain-script"], undefined);
  });
});
