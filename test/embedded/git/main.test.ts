import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { describe, it, type TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { temporaryDirectory } from "./support/fleet-checkout.ts";

const program = fileURLToPath(new URL("../../../embedded/git/main.ts", import.meta.url));

function start(test: TestContext, ...args: string[]) {
  const child = spawn(process.execPath, [program, ...args], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  test.after(() => child.kill("SIGKILL"));
  return { child, lines: createInterface(child.stderr)[Symbol.asyncIterator]() };
}

describe("the process of the Git server", () => {
  it("answers on the port it names and ends with 0 on SIGTERM", async (test) => {
    const { child, lines } = start(test, "--repositories", await temporaryDirectory(test));
    const line = String((await lines.next()).value);
    const url = line.replace(/^✔ Git server listens on /, "");
    assert.match(url, /^http:\/\/127\.0\.0\.1:\d+$/);
    assert.equal((await fetch(`${url}/healthz`)).status, 200);
    const exit = once(child, "exit");
    child.kill("SIGTERM");
    assert.deepEqual(await exit, [0, null]);
  });

  it("names every bad argument and ends with 2", async (test) => {
    const { child, lines } = start(test, "--port", "70000");
    const exit = once(child, "exit");
    assert.deepEqual(
      [(await lines.next()).value, (await lines.next()).value],
      [
        "✗ --repositories must be a directory, got nothing. Pass --repositories DIR.",
        '✗ --port must be a number from 0 to 65535, got "70000". Pass --port P.',
      ],
    );
    assert.deepEqual(await exit, [2, null]);
  });
});
