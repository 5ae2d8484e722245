import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";

import { ConfigMap, Event, FluxInstance, GitRepository } from "../../scripts/lib/kinds.ts";
import { checkout } from "../support/embedded.ts";
import { filesWith } from "../support/search.ts";
import type { Attempt } from "../support/sources/credential-stage.ts";
import { tryApp, tryRegistryAndBucket } from "../support/sources/other-trials.ts";
import { trySsh } from "../support/sources/ssh-trials.ts";
import { Trial } from "../support/sources/trial.ts";

// What is wrong at first stands in a Secret already, which what is right then takes over: each kind is rotated in place by
// that, and pruned by the first good one of the kind that follows.
const trial = new Trial();

before(() => trial.start());
after(() => trial.end());

describe("a token", () => {
  const tried = (token: string): Attempt => ({
    sync: { url: trial.stage.url("locked") },
    secrets: { gitToken: trial.plant(token) },
  });

  before(() => trial.stage.lock("git:token-that-is-right-1"));

  it("that is wrong attaches nothing", async () => {
    const attempt = tried("token-that-is-wrong-1");
    const next = "pulumi config set --secret gitToken";
    await trial.fails(attempt, /authentication required|401/i, next);
    assert.equal(await trial.stage.attached(), undefined);
  });

  it("that is right opens the repository", async () => {
    await trial.rotates("flux-system", tried("token-that-is-right-1"));
    assert.deepEqual(await trial.keysOf("flux-system"), ["password", "username"]);
  });

  it("is rotated in place while it is in use", async () => {
    await trial.stage.lock("git:token-that-is-right-2");
    await trial.rotates("flux-system", tried("token-that-is-right-2"));
  });
});

trySsh(trial);
tryApp(trial);
tryRegistryAndBucket(trial);

describe("credentials that are removed", () => {
  it("take their Secret along, and nothing else", async () => {
    await trial.passes({ sync: { url: trial.stage.url("open") } });
    assert.deepEqual(await trial.stage.sourceSecrets(), []);
    const opened = { resource: ConfigMap, name: "opened", namespace: "flux-system" };
    assert.ok(await trial.stage.embedded.cluster.get(opened));
  });
});

describe("planted secrets of every kind", () => {
  const none = (text: string) => trial.planted.filter((word) => text.includes(word));

  it("are enough to be found", () => {
    assert.ok(trial.planted.length > 30, String(trial.planted.length));
    assert.ok(trial.planted.every((word) => word.length > 16));
  });

  it("are in nothing that an up or a preview printed, whether it failed or not", () => {
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
    for (const resource of [Event, FluxInstance, GitRepository, ConfigMap]) {
      const objects = await trial.stage.embedded.cluster.list(resource);
      assert.ok(objects.length > 0, resource.kind);
      assert.deepEqual(none(JSON.stringify(objects)), [], resource.kind);
    }
  });
});
