import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { before, describe, it } from "node:test";

import { stateHome } from "../../../embedded/home.ts";
import { census } from "../../support/destroy/census.ts";
import { assertNothingLeft } from "../../support/destroy/nothing-left.ts";
import { Embedded } from "../../support/embedded.ts";

const times = 5;

/** What one life of the stack looks like from outside. */
interface Life {
  readonly objects: readonly string[];
  readonly outputs: unknown;
  /** Kilobytes below the state home once it was destroyed. */
  readonly disk: number;
}

/** Names that a controller draws anew, and what differs from one life to the next. */
const drawn: readonly (readonly [RegExp, string])[] = [
  [/^(Pod|ReplicaSet)\/.*$/, "$1"],
  [/pvc-[0-9a-f-]{36}/g, "pvc-UID"],
  [/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, "UID"],
  [/\d+(\.\d+)?s\b|\b\d+m\d+s\b/g, "SECONDS"],
  [/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "TIME"],
  [/127\.0\.0\.1:\d+/g, "127.0.0.1:PORT"],
  [/"(seconds|[a-z]+Seconds|[a-z]*Milliseconds)":[\d.]+/g, '"$1":0'],
];

const leaving = (text: string) =>
  drawn.reduce((current, [pattern, instead]) => current.replace(pattern, instead), text);

describe(`a stack that is made and destroyed ${times} times`, () => {
  let embedded: Embedded;
  const lives: Life[] = [];

  before(async () => {
    embedded = await Embedded.start();
    const { code, output } = await embedded.destroy();
    assert.equal(code, 0, output);
    for (let count = 0; count < times; count += 1) lives.push(await live());
  });

  async function live(): Promise<Life> {
    const up = await embedded.up();
    assert.equal(up.code, 0, up.output);
    const objects = (await census(embedded.cluster)).map(leaving).sort();
    const { stdout } = await embedded.run(["pulumi", "stack", "output", "--json"]);
    const outputs: unknown = JSON.parse(leaving(stdout));
    const destroy = await embedded.destroy();
    assert.equal(destroy.code, 0, destroy.output);
    await assertNothingLeft(embedded);
    return { objects, outputs, disk: kilobytes() };
  }

  /** Without the logs and the data of etcd, which keep what happened. */
  function kilobytes(): number {
    const words = ["-sk", "--exclude=logs", "--exclude=etcd", "--exclude=history", stateHome()];
    return Number.parseInt(execFileSync("du", words, { encoding: "utf8" }), 10);
  }

  it("has the same objects each time", () => {
    for (const { objects } of lives) assert.deepEqual(objects, lives[0]?.objects);
  });

  it("has the same outputs each time", () => {
    for (const { outputs } of lives) assert.deepEqual(outputs, lives[0]?.outputs);
  });

  it("grows on disk no more after the second time", (test) => {
    const disk = lives.map((life) => life.disk);
    test.diagnostic(`kilobytes: ${disk.join(", ")}`);
    const [, second = 0] = disk;
    assert.ok(Math.max(...disk) <= second + 1024, disk.join());
  });
});
