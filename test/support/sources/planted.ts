import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";

import {
  Bucket,
  ConfigMap,
  Event,
  FluxInstance,
  GitRepository,
  OCIRepository,
} from "../../../scripts/lib/kinds.ts";
import { checkout } from "../embedded.ts";
import { filesWith } from "../search.ts";
import type { Trial } from "./trial.ts";

/** What was planted during the trial, at least so many words, is searched for wherever it might have gone. */
export function searchPlanted(trial: Trial, atLeast: number): void {
  describe("planted secrets of every kind", () => {
    const none = (text: string) => trial.planted.filter((word) => text.includes(word));

    it("are enough to be found", () => {
      assert.ok(trial.planted.length >= atLeast, String(trial.planted.length));
      assert.ok(trial.planted.every((word) => word.length > 16));
    });

    it("are in nothing that a run printed, whether it failed or not", () => {
      assert.deepEqual(none(trial.stage.outputs.join("\n")), []);
    });

    it("are in no command line", () => {
      const lines = [...trial.stage.commandLines];
      for (const program of ["probe", "deploy-key"]) {
        assert.ok(
          lines.some((line) => line.includes(`scripts/${program}.ts`)),
          program,
        );
      }
      assert.deepEqual(none(lines.join("\n")), []);
    });

    it("are not in the state, its history, the reports or temporary files in clear", async () => {
      const { stdout } = await trial.stage.embedded.pulumi(["stack", "export"]);
      assert.match(stdout, /flux-sync-patch/);
      assert.deepEqual(none(stdout), []);
      const reports = join(checkout, ".flux-bootstrap", "credentials");
      for (const directory of [...trial.stage.pulumiDirectories, trial.stage.temporary, reports]) {
        assert.deepEqual(filesWith(trial.planted, directory), []);
      }
    });

    it("are not in logs of the cluster and its controllers", () => {
      const { embedded } = trial.stage;
      assert.deepEqual(filesWith(trial.planted, embedded.path("logs")), []);
      for (const pod of readdirSync(embedded.path("pods"))) {
        assert.deepEqual(filesWith(trial.planted, embedded.path("pods", pod, "logs")), []);
      }
    });

    it("are in no object but Secrets", async () => {
      const there = [Event, FluxInstance, ConfigMap];
      for (const resource of [...there, GitRepository, OCIRepository, Bucket]) {
        const objects = await trial.stage.embedded.cluster.list(resource);
        assert.ok(objects.length > 0 || !there.includes(resource), resource.kind);
        assert.deepEqual(none(JSON.stringify(objects)), [], resource.kind);
      }
    });
  });
}
