import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { before, describe, it } from "node:test";

import { stateHome } from "../../../embedded/home.ts";
import type { DrainStep } from "../../../scripts/lib/drain/plan/drain-plan.ts";
import { slowestChain } from "../../../scripts/lib/drain/plan/estimate.ts";
import { census } from "../../support/destroy/census.ts";
import { noLatency, setLatencies } from "../../support/destroy/cloud.ts";
import { destroyPlan } from "../../support/destroy/destroy-plan.ts";
import { assertNothingLeft } from "../../support/destroy/nothing-left.ts";
import { Embedded } from "../../support/embedded.ts";

const times = 5;

/** What one life of the stack looks like from outside. */
interface Life {
  readonly objects: readonly string[];
  readonly outputs: object;
  /** Kilobytes below the state home once it was destroyed. */
  readonly disk: number;
  /** How long the destroy took. */
  readonly seconds: number;
}

/** How many seconds a slow cloud takes. */
const slow = { address: 8, volume: 5 };
const latencies = { "release-address": slow.address * 1_000, "delete-volume": slow.volume * 1_000 };

/** What that cloud adds to a step. */
function addedTo({ addresses, volumes }: DrainStep): number {
  const waits = volumes.some(({ fate }) => fate === "deleted");
  return (addresses.length > 0 ? slow.address : 0) + (waits ? slow.volume : 0);
}

/** Names that are drawn anew each time: of pods and what is called after them, of volumes, and after the stack's own id. */
const drawn: readonly (readonly [RegExp, string])[] = [
  [/^(Pod|ReplicaSet|Logs)\/.*$/, "$1"],
  [/pvc-[0-9a-f-]{36}/, "pvc"],
  [/(flux-sync-in-use)-[0-9a-f]{16}$/, "$1"],
];

function steady(name: string): string {
  return drawn.reduce((text, [pattern, instead]) => text.replace(pattern, instead), name);
}

/** The outputs of the stack but for how long something took. */
function steadyOutputs(text: string): object {
  const outputs = Object.entries(JSON.parse(text) as object);
  return Object.fromEntries(outputs.filter(([name]) => !name.endsWith("Seconds")));
}

describe(`a stack that is made and destroyed ${times} times`, () => {
  let embedded: Embedded;
  const lives: Life[] = [];
  /** Of the last life: what the cloud adds along the longest chain, in seconds. */
  let chain = 0;

  before(async () => {
    embedded = await Embedded.start();
    const { code, output } = await embedded.destroy();
    assert.equal(code, 0, output);
    for (let count = 1; count < times; count += 1) lives.push(await live(noLatency));
    lives.push(await live({ ...noLatency, ...latencies }));
  });

  async function live(cloud: typeof noLatency): Promise<Life> {
    const up = await embedded.up();
    assert.equal(up.code, 0, up.output);
    const objects = (await census(embedded.cluster)).map(steady).sort();
    const { stdout } = await embedded.run(["pulumi", "stack", "output", "--json"]);
    await setLatencies(embedded, cloud);
    const { steps } = await destroyPlan(embedded);
    chain = slowestChain(steps.map((step) => ({ ...step, estimateSeconds: addedTo(step) })));
    const started = Date.now();
    const destroy = await embedded.destroy();
    const seconds = (Date.now() - started) / 1_000;
    assert.equal(destroy.code, 0, destroy.output);
    await assertNothingLeft(embedded);
    return { objects, outputs: steadyOutputs(stdout), disk: kilobytes(), seconds };
  }

  /** Without what keeps a record of each life by its nature: logs, etcd, Pulumi's history. */
  function kilobytes(): number {
    const words = ["-sk", "--exclude=logs", "--exclude=etcd", "--exclude=state", stateHome()];
    return Number.parseInt(execFileSync("du", words, { encoding: "utf8" }), 10);
  }

  it("has the same objects each time", () => {
    for (const { objects } of lives) assert.deepEqual(objects, lives[0]?.objects);
  });

  it("has the same outputs each time", () => {
    for (const { outputs } of lives) assert.deepEqual(outputs, lives[0]?.outputs);
  });

  it("takes as long as the cloud along the longest chain, and no tenth longer", (test) => {
    const [slowest = 0, ...others] = lives.map(({ seconds }) => seconds).reverse();
    test.diagnostic(
      `${slowest} s, of which ${chain} s for the cloud; before: ${others.join(", ")} s`,
    );
    assert.ok(chain >= slow.address + slow.volume, `${chain} s`);
    assert.ok(slowest <= 1.1 * (Math.max(...others) + chain), `${slowest} s`);
    assert.ok(slowest >= Math.min(...others) + chain / 2, `${slowest} s`);
  });

  it("grows on disk no more after the second time", (test) => {
    const disk = lives.map((life) => life.disk);
    test.diagnostic(`kilobytes: ${disk.join(", ")}`);
    const [, second = 0] = disk;
    assert.ok(Math.max(...disk) <= second + 64, disk.join());
  });
});
