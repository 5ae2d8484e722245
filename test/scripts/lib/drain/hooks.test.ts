import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";

import { parseHooks } from "../../../../scripts/lib/drain/hooks.ts";
import { failed, run, setUp } from "../../support/drain.ts";
import { runFlux } from "../../support/fake-flux.ts";

async function temporary(t: TestContext): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "hooks-"));
  t.after(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

function shell(name: string, text: string, timeoutMilliseconds = 10_000) {
  return { name, command: ["sh", "-c", text] as const, timeoutMilliseconds };
}

describe("a destroy hook", { timeout: 60_000, concurrency: 4 }, () => {
  it("runs before the first deletion, in order, with a private kubeconfig that is removed", async (t) => {
    const server = await setUp(t);
    runFlux(server);
    const directory = await temporary(t);
    const told = join(directory, "told");
    // The writes to Flux objects other than canaries, each with what the hooks had written before it.
    const before: string[] = [];
    server.heard = (request) => {
      const isWrite =
        /^(PATCH|DELETE) .*\/(fluxinstances\/flux|kustomizations\/apps|helmreleases\/cart)/;
      if (isWrite.test(request)) before.push(existsSync(told) ? readFileSync(told, "utf8") : "");
    };
    const hooks = [
      shell(
        "first",
        `stat -c %a "$KUBECONFIG" > ${told}; echo "$KUBECONFIG" >> ${told}; echo seen`,
      ),
      shell("second", `echo second >> ${told}`),
    ];
    const lines: string[] = [];
    await run(server, { hooks }, lines);
    const [mode, file = "", last] = (await readFile(told, "utf8")).trim().split("\n");
    assert.deepEqual([mode, last], ["600", "second"]);
    assert.ok(before.length >= 4 && before.every((text) => text.endsWith("second\n")));
    await assert.rejects(stat(file), { code: "ENOENT" });
    assert.ok(lines.includes("► destroy hook first") && lines.includes("  first: seen"));
  });

  it("that fails stops the drain: nothing is stopped, nothing deleted", async (t) => {
    const server = await setUp(t);
    runFlux(server);
    const { message, details, next } = await failed(server, {
      hooks: [shell("backup", "echo no space left; exit 3")],
    });
    assert.equal(
      message,
      "the destroy hook backup must end with exit code 0 within 10s, got 3. Nothing was deleted",
    );
    assert.deepEqual(details, ["backup: no space left"]);
    assert.equal(next, "pulumi config get drain.hooks");
    const written = server.writes.filter((write) => !/canary|gate-|leases/.test(write));
    assert.deepEqual(
      written.filter((write) => !/POST .*\/(kustomizations|helmreleases)$/.test(write)),
      [],
    );
  });

  it("that does not end in its time is ended", async (t) => {
    const server = await setUp(t);
    runFlux(server);
    const { message } = await failed(server, { hooks: [shell("slow", "sleep 60", 200)] });
    assert.match(message, /^the destroy hook slow must end .* got no end\./);
  });

  const bad: readonly unknown[] = [
    {},
    [{ name: "x" }],
    [{ name: "x", command: [] }],
    [{ name: "x", command: ["a"], timeout: "0s" }],
  ];
  for (const document of bad) {
    it(`is not ${JSON.stringify(document)}`, () => {
      assert.throws(() => parseHooks(document), /be a JSON list of/);
    });
  }

  it("has five minutes unless it says otherwise", () => {
    assert.deepEqual(parseHooks([{ name: "x", command: ["a", "b"] }]), [
      { name: "x", command: ["a", "b"], timeoutMilliseconds: 300_000 },
    ]);
  });
});
