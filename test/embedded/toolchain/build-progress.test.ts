import assert from "node:assert/strict";
import { test } from "node:test";

import { BuildProgress } from "../../../embedded/toolchain/build-progress.ts";
import { createLog } from "../../../scripts/lib/log.ts";
import { alpha, beta } from "./support/fake-go.ts";

test("prints every 15 seconds what is being built, how far it is and what is left", (t) => {
  t.mock.timers.enable({ apis: ["setInterval", "Date"] });
  const lines: string[] = [];
  const reports: string[] = [];
  const plans = [alpha, beta].map((group) => ({
    group,
    tools: group.tools,
    definition: "",
    directory: "",
  }));
  const [first, second] = plans;
  assert.ok(first !== undefined && second !== undefined);
  const log = createLog((line) => lines.push(line));
  const progress = new BuildProgress(plans, log, (text) => reports.push(text));

  progress.fetching(first)();
  t.mock.timers.tick(15_000);
  const onLine = progress.compiling(first);
  progress.fetching(second);
  for (const line of ["k8s.io/api", "k8s.io/client-go", "./main.go:1:1: no package"]) onLine(line);
  t.mock.timers.tick(15_000);
  for (let index = 0; index < 8; index++) onLine(`example.org/${index}`);
  t.mock.timers.tick(15_000);
  progress.done(first);
  progress.compiling(second);
  t.mock.timers.tick(15_000);
  progress.stop();
  t.mock.timers.tick(60_000);

  assert.deepEqual(lines, [
    "  alpha (1 of 2): modules fetched so far 1; 15s gone, about 3m left",
    "► building alpha (1 of 2): one, two",
    "  alpha (1 of 2): 2 of about 10 packages; 30s gone, about 4m left",
    "  alpha (1 of 2): 10 packages, linking; 45s gone, about 1m left",
    "► building beta (2 of 2): three",
    "  beta (2 of 2): 0 of about 5 packages; 1m00s gone, about 1m left",
  ]);
  assert.deepEqual(reports[1], "alpha (1 of 2): 2 of about 10 packages");
});
