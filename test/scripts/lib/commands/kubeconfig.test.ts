import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";

import { readKubeconfig } from "../../../../scripts/lib/commands/kubeconfig.ts";

const document = {
  "current-context": "dev",
  contexts: [
    { name: "dev", context: { cluster: "one", user: "me" } },
    { name: "prod", context: { cluster: "two", user: "me" } },
    { name: "broken", context: { cluster: "none", user: "me" } },
  ],
  clusters: [
    { name: "one", cluster: { server: "https://one", "certificate-authority": "ca.crt" } },
    { name: "two", cluster: { server: "https://two", "certificate-authority": "/etc/ca.crt" } },
  ],
  users: [
    {
      name: "me",
      user: { "client-key": "keys/me.key", exec: { command: "./login", args: ["planted"] } },
    },
    { name: "bare", user: { exec: { command: "aws" } } },
  ],
};

describe("readKubeconfig", () => {
  let directory: string;
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "kubeconfig-"));
  });
  after(async () => rm(directory, { recursive: true }));

  const read = async (content: unknown, context?: string) => {
    const file = join(directory, "config");
    await writeFile(file, typeof content === "string" ? content : JSON.stringify(content));
    const problems: string[] = [];
    const wanted = { file, context, variables: {} };
    const kubeconfig = readKubeconfig(wanted, (problem) => problems.push(problem));
    return { kubeconfig, problems };
  };

  it("takes the current context, or the one that is named", async () => {
    const current = (await read(document)).kubeconfig;
    assert.deepEqual([current?.context, current?.server], ["dev", "https://one"]);
    const named = (await read(document, "prod")).kubeconfig;
    assert.deepEqual([named?.context, named?.server], ["prod", "https://two"]);
  });

  it("makes paths absolute that count from its own directory, and no others", async () => {
    const content = JSON.parse((await read(document)).kubeconfig?.content ?? "") as typeof document;
    assert.deepEqual(
      content.clusters.map(({ cluster }) => cluster["certificate-authority"]),
      [join(directory, "ca.crt"), "/etc/ca.crt"],
    );
    const [me, bare] = content.users.map(({ user }) => user);
    assert.equal(me?.["client-key"], join(directory, "keys/me.key"));
    assert.equal(me.exec.command, join(directory, "login"));
    assert.equal(bare?.exec.command, "aws");
  });

  const bad: readonly (readonly [string, unknown, string | undefined, RegExp])[] = [
    ["an unknown context", document, "dv", /--context must be one of "dev", "prod", .* got "dv"/],
    ["no current context", { ...document, "current-context": "" }, undefined, /got none and no/],
    ["a context without a cluster", document, "broken", /must name a cluster .*got "none"/],
    ["text that is no YAML", "a: [planted", undefined, /must be one that can be read/],
    ["something else", "planted", undefined, /must be one that can be read/],
    ["an empty file", "", undefined, /must be one that can be read/],
  ];
  for (const [what, content, context, expected] of bad) {
    it(`says what is wrong with ${what}, without a word of its content`, async () => {
      const { kubeconfig, problems } = await read(content, context);
      assert.equal(kubeconfig, undefined);
      assert.equal(problems.length, 1);
      assert.match(problems[0] ?? "", expected);
      assert.doesNotMatch(problems.join(), /planted/);
    });
  }
});
