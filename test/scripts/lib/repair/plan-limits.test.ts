import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { Journal } from "../../../../scripts/lib/repair/journal.ts";
import { now, verdictOf } from "./support/diagnosis.ts";
import { due, note, outline, plan, whyOf } from "./support/plan.ts";

const controller = (name: string, state: "C1" | "C4" | "C5" | "C6" | "ok") =>
  verdictOf(name, state, { kind: "Deployment", namespace: "flux-system" });

describe("what bounds planRepairs", () => {
  describe("limits", () => {
    const release = verdictOf("web", "H8");
    const tried = { phase: "closed", outcome: "ineffective", text: "as before" } as const;
    const past = (attempts: number, more: Parameters<typeof note>[2] = {}) => {
      const journal = new Journal();
      for (let attempt = 1; attempt <= attempts; attempt += 1) {
        note(journal, release, { at: now - 61_000, attempt, ...tried, ...more });
      }
      return journal;
    };

    it("tries an object three times and then says so", () => {
      assert.deepEqual(due([release], { journal: past(2) }), [release.key]);
      assert.equal(plan([release], { journal: past(2) })[0]?.attempt, 3);
      const journal = past(3);
      assert.deepEqual(due([release], { journal }), []);
      assert.equal(
        whyOf(release.key, [release], { journal }),
        "tried 3 times, last ineffective: as before",
      );
    });

    it("keeps a minute between two tries", () => {
      const [planned] = plan([release], { journal: past(1, { at: now - 20_000 }) });
      assert.equal(planned?.disposition, "held");
      assert.equal(planned.until, now + 40_000);
    });

    it("resets once, but does not count a reset whose token was spent before it counted", () => {
      const stuck = verdictOf("web", "H10");
      assert.deepEqual(due([stuck], { journal: past(1, { action: "reset" }) }), []);
      const text = "the token was spent before it counted: H4";
      const burnt = past(1, { action: "reset", text });
      assert.deepEqual(due([stuck], { journal: burnt }), [stuck.key]);
    });

    it("does not try again what was refused for good", () => {
      const journal = past(1, { outcome: "failed", text: "forbidden", final: true });
      assert.deepEqual(due([release], { journal }), []);
    });

    it("forgets all that for an object that was deleted and made anew", () => {
      const anew = verdictOf("web", "H8", { metadata: { uid: "another" } });
      assert.deepEqual(due([anew], { journal: past(3) }), [anew.key]);
    });
  });

  describe("controllers", () => {
    const release = verdictOf("web", "H10");

    it("asks nothing of a controller that is down, only of the others", () => {
      const kustomization = verdictOf("apps", "K6", { kind: "Kustomization" });
      const fleet = [release, kustomization, controller("helm-controller", "C1")];
      assert.deepEqual(due(fleet), [kustomization.key]);
      assert.match(whyOf(release.key, fleet) ?? "", /helm-controller does not work: scaled to 0/);
    });

    it("waits for one that does not lead yet", () => {
      assert.deepEqual(outline([release, controller("helm-controller", "C5")]), [
        `${release.key}: held reset`,
      ]);
    });

    it("asks nothing of one whose queue is full, and advises a larger size", () => {
      assert.deepEqual(outline([release, verdictOf("queued", "U1")]), [
        "HelmRelease/apps/queued: advice raise-concurrency",
        "HelmRelease/apps/web: held reset",
      ]);
    });

    it("restarts one last: not while anything is due or under way", () => {
      const silent = controller("helm-controller", "C6");
      const restart = "Deployment/flux-system/helm-controller: due restart-controller";
      assert.deepEqual(outline([silent]), [restart]);
      const kustomization = verdictOf("apps", "K6", { kind: "Kustomization" });
      assert.deepEqual(outline([silent, kustomization]), [
        "Kustomization/apps/apps: due reconcile",
        "Deployment/flux-system/helm-controller: held restart-controller",
      ]);
      assert.deepEqual(outline([silent, release]).at(-1), restart);
    });

    it("restarts one once", () => {
      const silent = controller("helm-controller", "C6");
      const journal = new Journal();
      const entry = note(journal, silent) ?? assert.fail();
      assert.deepEqual(outline([silent], { journal }), []);
      journal.change(entry, { phase: "closed", outcome: "effective" });
      assert.deepEqual(outline([silent], { journal }), [
        "Deployment/flux-system/helm-controller: advice restart-controller",
      ]);
    });
  });
});
