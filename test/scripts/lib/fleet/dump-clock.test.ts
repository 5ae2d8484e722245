import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { readDump } from "../../../../scripts/lib/fleet/dump.ts";
import { json, list, object, release } from "./support/dumps.ts";

describe("a dump's clock", () => {
  const created = "2026-01-01T00:00:00Z";
  const at = (...objects: object[]) => new Date(readDump(json(list(...objects))).at).toISOString();
  const dated = (more: object) =>
    release("one", { metadata: { name: "one", creationTimestamp: created }, ...more });

  it("is as old as the newest time in it", () => {
    const condition = { type: "Ready", lastTransitionTime: "2026-01-01T00:05:00Z" };
    const managed = { manager: "helm-controller", time: "2026-01-01T00:06:00Z" };
    assert.equal(at(dated({ status: { conditions: [condition] } })), "2026-01-01T00:05:00.000Z");
    assert.equal(
      at(release("one", { metadata: { name: "one", managedFields: [managed] } })),
      "2026-01-01T00:06:00.000Z",
    );
    const lease = object("Lease", "x", { spec: { renewTime: "2026-01-01T00:07:00.123456Z" } });
    assert.equal(at(dated({}), lease), "2026-01-01T00:07:00.123Z");
    const event = object("Event", "e", { lastTimestamp: "2026-01-01T00:08:00Z" });
    assert.equal(at(dated({}), event), "2026-01-01T00:08:00.000Z");
  });

  it("is not misled by what people write and by what is to come", () => {
    const later = "2027-01-01T00:00:00Z";
    const metadata = {
      name: "one",
      creationTimestamp: created,
      deletionTimestamp: later,
      annotations: { "reconcile.fluxcd.io/requestedAt": later },
    };
    const status = { lastHandledReconcileAt: later, note: later, startTime: "no time" };
    const certificate = { ...object("Certificate", "c"), status: { renewalTime: later } };
    const text = dated({ metadata, spec: { startTime: later }, status });
    assert.equal(at(text, certificate), "2026-01-01T00:00:00.000Z");
  });

  it("is what the caller says, and of now when nothing tells", () => {
    assert.equal(readDump(json(dated({})), { at: 7 }).at, 7);
    assert.ok(Math.abs(readDump(json(release("one"))).at - Date.now()) < 1000);
  });
});
