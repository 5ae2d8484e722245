import { readFileSync } from "node:fs";
import { join } from "node:path";

import { parseAllDocuments, stringify } from "yaml";

import { layoutOf } from "../../../embedded/cluster/layout.ts";
import { kwok } from "../../../embedded/cluster/nodes.ts";
import { startProcess, stopProcesses } from "../../../embedded/cluster/process.ts";
import { readRecord, writeAtomically, writeRecord } from "../../../embedded/cluster/record.ts";
import type { Embedded } from "../../support/embedded.ts";

export interface Delay {
  readonly shortestMilliseconds: number;
  readonly longestMilliseconds: number;
}

interface Stage {
  readonly metadata: { readonly name: string };
  readonly spec: object;
}

/** Starts kwok anew, so that a simulated pod is ready some time after it was scheduled instead of at once. */
export async function slowPods(embedded: Embedded, delay: Delay): Promise<void> {
  const { name, toolchain } = embedded;
  const record = readRecord(name) ?? embedded.record;
  const running = record.processes.find((process) => process.name === "kwok");
  if (running === undefined) throw new Error(`cluster ${name} must run kwok, got no process of it`);
  const layout = layoutOf(name);
  const file = join(layout.config, "kwok.yaml");
  writeAtomically(file, delayed(readFileSync(file, "utf8"), delay));
  await stopProcesses([running]);
  const started = startProcess(kwok({ layout, ports: record.ports, bin: toolchain.bin }));
  const others = record.processes.filter((process) => process !== running);
  writeRecord({ ...record, processes: [...others, started] });
}

function delayed(stages: string, { shortestMilliseconds, longestMilliseconds }: Delay): string {
  const delay = {
    durationMilliseconds: shortestMilliseconds,
    jitterDurationMilliseconds: longestMilliseconds,
  };
  return parseAllDocuments(stages)
    .map((document) => document.toJS() as Stage)
    .map((stage) =>
      stage.metadata.name === "pod-ready" ? { ...stage, spec: { ...stage.spec, delay } } : stage,
    )
    .map((stage) => stringify(stage))
    .join("---\n");
}
