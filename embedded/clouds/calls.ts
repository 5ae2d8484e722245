import { setTimeout as delay } from "node:timers/promises";

import { type CloudName, withAccount } from "./account.ts";
import { type Fault, type Operation, readSettings, type Settings } from "./settings.ts";

/** What a cloud says to one that calls too often. */
export const throttled: Readonly<Record<CloudName, string>> = {
  aws: "api error ThrottlingException: Rate exceeded",
  azure: 'Code="TooManyRequests" Message="The request is being throttled."',
};

/** After so many refusals the clouds' own clients give up; between two they wait longer and longer. */
const attempts = 10;
const firstPause = 5;
const longestPause = 50;

/** A fault that leaves the resource behind, not ready. */
export class RemainingFault extends Error {}

/**
 * admit takes the time that the operation takes and throws the fault that is injected for it, if one is left. A call
 * that is throttled is made again, as the clouds' own clients do.
 */
export async function admit(
  cloud: CloudName,
  operation: Operation,
  type: string,
  signal: AbortSignal,
): Promise<Settings> {
  const settings = readSettings(cloud);
  await notThrottled(cloud, settings, signal);
  const took = settings.latencies[`${operation} ${type}`] ?? 0;
  if (took > 0) await delay(took, undefined, { signal });
  for (const fault of settings.faults) {
    if (fault.type === type && fault.operation === operation) await fail(cloud, fault);
  }
  return settings;
}

async function notThrottled(
  cloud: CloudName,
  { throttleEvery }: Settings,
  signal: AbortSignal,
): Promise<void> {
  if (throttleEvery === 0) return;
  for (let attempt = 0; attempt < attempts; attempt++) {
    const calls = await withAccount(cloud, (account) => account.count("calls"));
    if (calls % throttleEvery !== 0) return;
    await delay(Math.min(firstPause * 2 ** attempt, longestPause), undefined, { signal });
  }
  throw new Error(`exceeded maximum number of attempts, ${attempts}, ${throttled[cloud]}`);
}

async function fail(cloud: CloudName, fault: Fault): Promise<void> {
  const name = `fault ${fault.operation} ${fault.type} ${fault.message}`;
  const met = await withAccount(cloud, (account) => {
    if (account.calls(name) >= fault.times) return false;
    account.count(name);
    return true;
  });
  if (!met) return;
  throw fault.remains === true ? new RemainingFault(fault.message) : new Error(fault.message);
}
