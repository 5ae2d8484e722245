import assert from "node:assert/strict";
import { before, describe, it } from "node:test";

import { HelmRelease, Kustomization, Secret } from "../../scripts/lib/kinds.ts";
import { findCondition, type KubernetesObject } from "../../scripts/lib/object.ts";
import { type AuditEvent, Embedded, ownWrites } from "../support/embedded.ts";

/** When the API server answered the first write like this with a success. */
function firstWrite(
  events: readonly AuditEvent[],
  resource: string,
  test: (event: AuditEvent) => boolean = () => true,
): number {
  const event = events.find(
    (candidate) =>
      candidate.objectRef?.resource === resource &&
      (candidate.responseStatus?.code ?? 0) < 300 &&
      test(candidate),
  );
  assert.ok(event, `no write of ${resource} in the audit log`);
  return Date.parse(event.stageTimestamp);
}

describe("a bootstrapped cluster", () => {
  let embedded: Embedded;
  let events: AuditEvent[];

  before(async () => {
    embedded = await Embedded.fresh();
    const { code, output } = await embedded.up();
    assert.equal(code, 0, output);
    events = embedded.audit();
  });

  describe("by its audit log", () => {
    const canary = ({ objectRef }: AuditEvent) => objectRef?.name?.startsWith("gate-") === true;
    const creating = ({ verb }: AuditEvent) => verb === "create" || verb === "patch";

    it("had the operator's CRDs before the FluxInstance", () => {
      const definition = firstWrite(
        events,
        "customresourcedefinitions",
        ({ objectRef }) => objectRef?.name === "fluxinstances.fluxcd.controlplane.io",
      );
      assert.ok(definition < firstWrite(events, "fluxinstances", creating));
    });

    it("had canaries of every controller, all gone, before the first source", () => {
      const source = firstWrite(
        events,
        "gitrepositories",
        (event) => creating(event) && !canary(event),
      );
      for (const resource of ["helmreleases", "kustomizations", "gitrepositories", "receivers"]) {
        const removed = firstWrite(
          events,
          resource,
          (event) => canary(event) && event.verb === "delete",
        );
        assert.ok(removed < source, `a canary of ${resource} was there when the source came`);
      }
    });

    it("had no HelmRelease but the canaries before the gate passed", () => {
      const gatePassed = Math.max(
        ...events
          .filter((event) => event.verb === "delete" && canary(event))
          .map(({ stageTimestamp }) => Date.parse(stageTimestamp)),
      );
      const release = firstWrite(
        events,
        "helmreleases",
        (event) => creating(event) && !canary(event),
      );
      assert.ok(gatePassed < release);
    });
  });

  it("has the whole fleet Ready", async () => {
    const releases = await embedded.cluster.list(HelmRelease);
    const kustomizations = await embedded.cluster.list(Kustomization);
    assert.equal(releases.length, 30);
    assert.equal(kustomizations.length, 7);
    for (const object of [...releases, ...kustomizations]) {
      assert.equal(findCondition(object, "Ready")?.status, "True", object.metadata.name);
    }
  });

  it("has the encrypted Secret decrypted", async () => {
    type SecretObject = KubernetesObject & { readonly data?: Readonly<Record<string, string>> };
    const reference = { resource: Secret, name: "payments", namespace: "checkout" };
    const secret = await embedded.cluster.get<SecretObject>(reference);
    const values = Object.values(secret?.data ?? {});
    assert.ok(values.length > 0);
    for (const value of values) {
      assert.doesNotMatch(Buffer.from(value, "base64").toString(), /^ENC\[/);
    }
  });

  it("is left alone by a second up: unchanged, and not one write of ours", async () => {
    const before = embedded.audit().length;
    const { code, output } = await embedded.up();
    assert.equal(code, 0, output);
    assert.match(output, /\d+ unchanged/);
    assert.doesNotMatch(output, /created|updated|replaced|deleted/);
    assert.deepEqual(ownWrites(embedded.audit().slice(before)), []);
  });

  it("shows no change to a refresh", async () => {
    const refresh = ["refresh", "--preview-only", "--expect-no-changes"];
    const { code, output } = await embedded.pulumi(refresh);
    assert.equal(code, 0, output);
  });

  it("answers kubectl logs with a controller's own log", async () => {
    const logs = ["kubectl", "-n", "flux-system", "logs", "deploy/helm-controller"] as const;
    const { code, stdout, output } = await embedded.run(logs);
    assert.equal(code, 0, output);
    assert.match(stdout, /"msg":"Starting workers"/);
  });
});
