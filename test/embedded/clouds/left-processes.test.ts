import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { describe, it } from "node:test";

import { stateHome } from "../../../embedded/home.ts";
import { processesOf } from "../../support/left-processes.ts";
import { inStateHome } from "./support/test-cloud.ts";

const waiting = ["-e", "process.stdin.resume(); console.log()", "--"];

/** Runs `work` while the process runs, and ends it. */
async function during(words: readonly string[], env: NodeJS.ProcessEnv, work: () => void) {
  const child = spawn(process.execPath, [...waiting, ...words], { env });
  try {
    await once(child.stdout, "data");
    work();
  } finally {
    const ended = once(child, "close");
    child.stdin.end();
    await ended;
  }
}

describe("what is left of a state home", () => {
  inStateHome();
  const pids = () => processesOf(stateHome()).map(({ pid }) => pid);

  it("are the processes that were started with a path in it", async () => {
    await during([`--data-dir=${stateHome()}/etcd`], {}, () => {
      assert.equal(pids().length, 1);
    });
    assert.deepEqual(pids(), []);
  });

  it(
    "are those with it in their environment, where that can be read",
    {
      skip: process.platform !== "linux",
    },
    async () => {
      await during([], { FLUX_BOOTSTRAP_HOME: stateHome() }, () => {
        assert.equal(pids().length, 1);
      });
    },
  );

  it("are no others", async () => {
    await during(["--data-dir=/somewhere/else"], {}, () => {
      assert.deepEqual(pids(), []);
    });
  });
});
