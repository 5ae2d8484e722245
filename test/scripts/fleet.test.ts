import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";

import { FakeApiServer } from "../support/api-server.ts";
import { putKustomization } from "./support/gitops.ts";
import { kubeconfigFile } from "./lib/commands/support/fleet.ts";

/** What Node has compiled before, which changes nothing but the start time. */
const { PATH, NODE_COMPILE_CACHE } = process.env;
const script = fileURLToPath(new URL("../../scripts/fleet.ts", import.meta.url));

describe("node scripts/fleet.ts", { timeout: 120_000 }, () => {
  let server: FakeApiServer;
  let kubeconfig: Awaited<ReturnType<typeof kubeconfigFile>>;
  before(async () => {
    server = await FakeApiServer.start();
    kubeconfig = await kubeconfigFile(server);
    putKustomization(server, "apps");
  });
  after(async () => {
    await server.stop();
    await kubeconfig.remove();
  });

  const start = (argv: readonly string[]) => {
    const env = { PATH, NODE_COMPILE_CACHE, ...kubeconfig.variables };
    return spawn(process.execPath, [script, ...argv], { env, timeout: 60_000 });
  };
  const run = async (argv: readonly string[], input = "") => {
    const child = start(argv);
    const output = { stdout: "", stderr: "" };
    child.stdout.on("data", (chunk: Buffer) => (output.stdout += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (output.stderr += chunk.toString()));
    child.stdin.end(input);
    const [code] = (await once(child, "close")) as [number | null];
    return { code, ...output };
  };

  it("prints help to stdout", async () => {
    const { code, stdout, stderr } = await run(["help"]);
    assert.deepEqual([code, stderr], [0, ""]);
    assert.match(stdout, /npm run fleet -- COMMAND/);
  });

  it("ends with 2 for an unknown command and 1 for a result that is not well", async () => {
    assert.equal((await run(["statsu"])).code, 2);
    const { code, stdout } = await run(["dr", "-o", "json"]);
    assert.equal(code, 1);
    assert.equal(typeof JSON.parse(stdout), "object");
  });

  it("reads a dump from stdin", async () => {
    const { code, stderr } = await run(["doctor", "--dump", "-"], "nonsense");
    assert.equal(code, 2);
    assert.match(stderr, /the dump must hold/);
  });

  it("asks nobody when stdin is no terminal", async () => {
    const { code, stderr } = await run(["reconcile", "shop/cart"], "y\n");
    assert.equal(code, 2);
    assert.match(stderr, /got no terminal to ask on/);
  });

  it("survives that nobody reads its result", async () => {
    const child = start(["help"]);
    child.stdout.destroy();
    let stderr = "";
    child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
    await once(child, "close");
    assert.equal(stderr, "");
  });

  it("ends a watch without an error when it is interrupted", async () => {
    const child = start(["status", "--watch"]);
    const [first] = (await once(child.stdout, "data")) as [Buffer];
    assert.match(first.toString(), /./);
    child.kill("SIGINT");
    const [code] = (await once(child, "close")) as [number | null];
    assert.equal(code, 0);
  });
});
