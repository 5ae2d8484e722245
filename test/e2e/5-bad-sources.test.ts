import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, describe, it } from "node:test";

import { FluxInstance, GitRepository } from "../../scripts/lib/kinds.ts";
import type { KubernetesObject } from "../../scripts/lib/object.ts";
import { freePorts } from "../../embedded/cluster/ports.ts";
import { Embedded } from "../support/embedded.ts";
import { type Settings, withSettings } from "../support/stack-file.ts";

const flux = { resource: FluxInstance, name: "flux", namespace: "flux-system" };

type Instance = KubernetesObject<{ readonly sync?: { readonly url: string } }>;

describe("a source that cannot be fetched", () => {
  let embedded: Embedded;
  let url: string;

  before(async () => {
    embedded = await Embedded.start();
    const { code, output } = await embedded.up();
    assert.equal(code, 0, output);
    url = (await attached())?.url ?? "";
    assert.match(url, /fleet\.git$/);
  });

  const attached = async () => (await embedded.cluster.get<Instance>(flux))?.spec?.sync;
  const path = "./clusters/dev";

  const cases: readonly [string, () => Promise<Settings>, RegExp][] = [
    [
      "a URL at which nothing answers",
      async () => {
        const [port = 0] = await freePorts(1);
        return { sync: { path, url: `http://127.0.0.1:${port}/fleet.git` } };
      },
      /connection refused/,
    ],
    [
      "a branch that is not there",
      () => Promise.resolve({ sync: { path, url, ref: "refs/heads/nowhere" } }),
      /nowhere|couldn't find remote ref|not found/,
    ],
    [
      "a wrong password",
      () => {
        const repository = join(embedded.path("git"), "private.git");
        execFileSync("git", [
          "clone",
          "--quiet",
          "--bare",
          embedded.path("git", "fleet.git"),
          repository,
        ]);
        writeFileSync(join(repository, "flux-bootstrap-credentials"), "robot:right-one\n");
        return Promise.resolve({
          sync: { path, url: url.replace("fleet.git", "private.git") },
          gitUsername: "robot",
        });
      },
      /authentication required|authorization failed|401/i,
    ],
  ];

  for (const [name, settings, reason] of cases) {
    it(`fails the up with the source's own message: ${name}`, async () => {
      const wanted = await settings();
      const password = "gitUsername" in wanted;
      if (password)
        await embedded.pulumi(["config", "set", "--secret", "gitPassword", "wrong-7351"]);
      try {
        const { code, output } = await withSettings(embedded, wanted, () => embedded.up());
        assert.notEqual(code, 0, output);
        assert.match(output, reason);
        assert.doesNotMatch(output, /wrong-7351/);
      } finally {
        if (password) await embedded.pulumi(["config", "rm", "gitPassword"]);
      }
    });

    it(`leaves what is attached, and no probe: ${name}`, async () => {
      assert.equal((await attached())?.url, url);
      const names = (await embedded.cluster.list(GitRepository)).map(
        ({ metadata }) => metadata.name,
      );
      assert.deepEqual(names, ["flux-system"]);
    });
  }

  it("is forgotten once the settings are right again", async () => {
    const { code, output } = await embedded.up();
    assert.equal(code, 0, output);
    const preview = await embedded.pulumi(["preview", "--expect-no-changes"]);
    assert.equal(preview.code, 0, preview.output);
  });
});
