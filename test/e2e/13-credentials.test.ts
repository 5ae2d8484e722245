import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { ConfigMap } from "../../scripts/lib/kinds.ts";
import { secretOf, withToken } from "../support/sources/attempts.ts";
import { searchPlanted } from "../support/sources/planted.ts";
import { trySsh } from "../support/sources/ssh-trials.ts";
import { Trial } from "../support/sources/trial.ts";

// What is wrong at first stands in a Secret already, which what is right then takes over: each kind is rotated in place by
// that, and pruned by the first good one of the kind that follows. Apps, registries and buckets: full/13-more-credentials.
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

describe("credentials that are removed", () => {
  it("take their Secret along, and nothing else", async () => {
    await trial.passes({ sync: { url: trial.stage.url("open") } });
    assert.deepEqual(await trial.stage.sourceSecrets(), []);
    const opened = { resource: ConfigMap, name: "opened", namespace: "flux-system" };
    assert.ok(await trial.stage.embedded.cluster.get(opened));
  });
});

searchPlanted(trial, 16);
