import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";

import type { Resource } from "../../scripts/lib/kinds.ts";
import type { KubernetesObject } from "../../scripts/lib/object.ts";
import type { Embedded } from "./embedded.ts";

/** A moment of an up: some object of that kind is seen for which `test` is true. */
export interface Moment {
  readonly resource: Resource;
  readonly namespace?: string;
  readonly test: (object: KubernetesObject) => boolean;
}

const boundMilliseconds = 180_000;

/** Starts an up in the checkout and sends its whole process group the signal at that moment; it has ended afterwards. */
export async function killUpAt(
  embedded: Embedded,
  moment: Moment,
  signal: NodeJS.Signals = "SIGKILL",
): Promise<void> {
  const { checkout, environment } = embedded.pulumiEnvironment;
  const child = spawn("pulumi", ["up", "--yes", "--skip-preview", "--non-interactive"], {
    cwd: checkout,
    env: environment,
    detached: true,
    stdio: "ignore",
  });
  const ended = once(child, "close");
  const over = new AbortController();
  const { promise, resolve } = Promise.withResolvers<"reached">();
  const { resource, namespace, test } = moment;
  const options = { signal: over.signal, ...(namespace !== undefined && { namespace }) };
  embedded.cluster.follow(resource, options, {
    seen: (object) => {
      if (test(object)) resolve("reached");
    },
    gone: () => undefined,
  });
  const timeout = setTimeout(() => child.kill("SIGKILL"), boundMilliseconds);
  const first = await Promise.race([promise, ended.then(() => "ended" as const)]);
  over.abort();
  clearTimeout(timeout);
  assert.equal(first, "reached", "the up ended before that moment");
  process.kill(-(child.pid ?? 0), signal);
  await ended;
}

/** Removes the lock that a killed Pulumi leaves. */
export async function unlockStack(embedded: Embedded): Promise<void> {
  const { code, output } = await embedded.pulumi(["cancel", "--yes"]);
  assert.equal(code, 0, output);
}
