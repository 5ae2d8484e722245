import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";

import { Namespace } from "../../scripts/lib/kinds.ts";
import { FakeApiServer } from "../support/api-server.ts";
import { fakeApiServer } from "./support/fake.ts";
import { dependsOnOf, leaveFrozen } from "./support/frozen.ts";
import { putKustomization, putSync } from "./support/gitops.ts";
import { runHosted } from "./support/run.ts";

describe("the scripts of an up", { timeout: 60_000, concurrency: true }, () => {
  const source = { kind: "GitRepository", url: "https://git.example/fleet", ref: "main" };
  const scripts: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
    ["probe.ts", { PROBE_SOURCE: JSON.stringify(source), PROBE_TIMEOUT: "1s" }],
    ["post-bootstrap.ts", { REQUIRED: "none", POST_BOOTSTRAP_TIMEOUT: "2s" }],
  ];
  for (const [script, environment] of scripts) {
    it(`thaw what an interrupted drain stopped: ${script}`, async (t) => {
      const server = await fakeApiServer(t);
      const directory = await mkdtemp(join(tmpdir(), "thaw-"));
      t.after(() => rm(directory, { recursive: true, force: true }));
      server.put(Namespace, { metadata: { name: "flux-system" } });
      putSync(server, []);
      putKustomization(server, "apps", { owner: "flux-system" });
      await leaveFrozen(server);
      const { stderr } = await runHosted(script, {
        KUBECONFIG_CONTENT: server.kubeconfig(),
        CLUSTER_UID: FakeApiServer.uid,
        REPORT_DIRECTORY: directory,
        ...environment,
      });
      assert.match(stderr, /^✔ thawed 2 objects/m);
      assert.equal(dependsOnOf(server), undefined);
    });
  }
});
