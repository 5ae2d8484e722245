import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { Resource } from "../../scripts/lib/kinds.ts";
import type { KubernetesObject } from "../../scripts/lib/object.ts";
import type { Embedded } from "./embedded.ts";

/** A moment of a run of Pulumi: some object of that kind is seen for which `test` is true. */
export interface Moment {
  readonly resource: Resource;
  readonly namespace?: string;
  readonly test: (object: KubernetesObject) => boolean;
}

/** How a run of Pulumi ended. */
export interface Ended {
  readonly code: number;
  readonly output: string;
}

const boundMilliseconds = 180_000;

/** Starts an up in the checkout and sends its whole process group the signal at that moment; it has ended afterwards. */
export async function killUpAt(
  embedded: Embedded,
  moment: Moment,
  signal: NodeJS.Signals = "SIGKILL",
): Promise<Ended> {
  return endAt(embedded, "up", moment, ({ pid = 0 }) => {
    process.kill(-pid, signal);
  });
}

/** Starts a destroy in the checkout and cancels Pulumi, and nothing else, at that moment; it has ended afterwards. */
export async function cancelDestroyAt(embedded: Embedded, moment: Moment): Promise<Ended> {
  return endAt(embedded, "destroy", moment, (pulumi) => pulumi.kill("SIGINT"));
}

async function endAt(
  embedded: Embedded,
  verb: "up" | "destroy",
  moment: Moment,
  end: (pulumi: ChildProcess) => void,
): Promise<Ended> {
  // What a killed Pulumi leaves running would keep a pipe open.
  const directory = mkdtempSync(join(tmpdir(), "flux-bootstrap-pulumi-"));
  const file = openSync(join(directory, "output"), "w+");
  const output = () => readFileSync(join(directory, "output"), "utf8");
  try {
    const { checkout, environment } = embedded.pulumiEnvironment;
    const child = spawn("pulumi", [verb, "--yes", "--skip-preview", "--non-interactive"], {
      cwd: checkout,
      env: environment,
      detached: true,
      stdio: ["ignore", file, file],
    });
    const ended = once(child, "close");
    const over = new AbortController();
    const timeout = setTimeout(() => child.kill("SIGKILL"), boundMilliseconds);
    const reached = reach(embedded, moment, over.signal);
    const first = await Promise.race([reached, ended.then(() => "ended" as const)]);
    over.abort();
    clearTimeout(timeout);
    assert.equal(first, "reached", `the ${verb} ended before that moment: ${output()}`);
    end(child);
    const [code] = (await ended) as [number | null];
    return { code: code ?? 128, output: output() };
  } finally {
    closeSync(file);
    rmSync(directory, { recursive: true, force: true });
  }
}

async function reach(embedded: Embedded, moment: Moment, signal: AbortSignal) {
  const { promise, resolve } = Promise.withResolvers<"reached">();
  const { resource, namespace, test } = moment;
  const options = { signal, ...(namespace !== undefined && { namespace }) };
  embedded.cluster.follow(resource, options, {
    seen: (object) => {
      if (test(object)) resolve("reached");
    },
    gone: () => undefined,
  });
  return promise;
}

/** Removes the lock that a killed Pulumi leaves. */
export async function unlockStack(embedded: Embedded): Promise<void> {
  const { code, output } = await embedded.pulumi(["cancel", "--yes"]);
  assert.equal(code, 0, output);
}
