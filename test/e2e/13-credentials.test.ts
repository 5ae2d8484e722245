import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";

import { ConfigMap, Event, FluxInstance, GitRepository } from "../../scripts/lib/kinds.ts";
import { checkout } from "../support/embedded.ts";
import { filesWith } from "../support/search.ts";
import { secretOf, withToken } from "../support/sources/attempts.ts";
import { tryApp, tryRegistryAndBucket } from "../support/sources/other-trials.ts";
import { trySsh } from "../support/sources/ssh-trials.ts";
import { Trial } from "../support/sources/trial.ts";

// What is wrong at first stands in a Secret already, which what is right then takes over: each kind is rotated in place by
// that, and pruned by the first good one of the kind that follows.
const trial = new Trial();

before(() => trial.start());
after(() => trial.end());

describe("a token", () => {
  const [wrong, right, next] = ["wrong-1", "right-1", "right-2"].map((word) =>
    trial.plant(`token-that-is-${word}`),
  ) as [string, string, string];
  const tried = (token: string) => withToken(trial.stage.url("locked"), token);

  before(() => trial.stage.lock(`git:${right}`));

  it("that is wrong attaches nothing", async () => {
    const command = "pulumi config set --secret gitToken";
    await trial.fails(tried(wrong), /authentication required|401/i, command);
    assert.equal(await trial.stage.attached(), undefined);
  });

  it("that is right opens the repository", async () => {
    await trial.rotates(secretOf.token, tried(right));
    assert.deepEqual(await trial.keysOf(secretOf.token), ["password", "username"]);
  });

  it("is rotated in place while it is in use", async () => {
    await trial.stage.lock(`git:${next}`);
    await trial.rotates(secretOf.token, tried(next));
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
    for (const resource of [Event, FluxInstance, GitRepository, ConfigMap]) {
      const objects = await trial.stage.embedded.cluster.list(resource);
      assert.ok(objects.length > 0, resource.kind);
      assert.deepEqual(none(JSON.stringify(objects)), [], resource.kind);
    }
  });
});
