import { readFile } from "node:fs/promises";

import type { Snapshot } from "../classify/snapshot.ts";
import type { Cause, Diagnosis } from "../classify/verdict.ts";
import { InputError } from "../environment.ts";
import type { PodFinding } from "../pods/finding.ts";
import { type Findings, findingsOf } from "../report/findings.ts";
import type { Command } from "./command.ts";
import { requireFluxIn } from "./connect.ts";
import { findingsSection, withNext } from "./findings-section.ts";
import { frozenSections, type FrozenState, frozenState } from "./frozen.ts";
import type { Outcome } from "./outcome.ts";
import type { Session } from "./session.ts";
import { isWrong, unseenKinds } from "./status-view.ts";

export const doctor: Command = {
  name: "doctor",
  summary: "what is wrong, why, what suffers from it, and what to do next",
  operands: { usage: "", fewest: 0, most: 0 },
  options: {
    dump: {
      type: "string",
      value: "FILE",
      text: "Read what kubectl get … -A -o json printed, instead of a cluster; - is stdin.",
    },
    replay: {
      type: "string",
      value: "FILE",
      text: "Read a flight recording, such as .flux-bootstrap/<stack>/recording.jsonl, instead of a cluster.",
    },
    at: {
      type: "string",
      value: "TIME",
      text: "The moment of the recording: 00:37 or 1m20s after its start, or an ISO time. Without it: its end.",
    },
    evidence: { type: "boolean", text: "Also the fields and values that decided." },
  },
  text: [
    "Classifies every object by its own fields and walks down from what is not ready, by dependencies, sources, inventories and",
    "health checks, to the object to blame, down to the pod. Equal causes are one: however much suffers from it, one broken",
    "thing is one entry, with the one command that helps.",
  ],
  never: "it writes nothing: repair does.",
  examples: [
    { command: "doctor", text: "Why something is not ready." },
    {
      command: "doctor --dump dump.json",
      text: "The same for a cluster that you cannot reach, from what someone sent you.",
    },
    {
      command: "doctor --replay .flux-bootstrap/dev/recording.jsonl --at 00:37",
      text: "What it looked like 37 seconds into the bootstrap.",
    },
  ],
  prepare(input) {
    const [dump, replay, at] = [input.text("dump"), input.text("replay"), input.text("at")];
    const evidence = input.flag("evidence");
    input.exclude("dump", "replay");
    if (at !== undefined && replay === undefined) {
      input.problem("--at must come with --replay FILE, got no recording. Add it.");
    }
    if (dump !== undefined || replay !== undefined) input.stayOffline();
    const named = input.flag("namespace") ? input.text("namespace") : undefined;
    return async (session) => {
      const snapshot =
        dump !== undefined
          ? await fromDump(session, dump, named)
          : replay !== undefined
            ? await fromRecording(replay, at)
            : await live(session);
      const frozen = input.offline
        ? undefined
        : await frozenState(session.cluster, session.namespace);
      return examine(session, snapshot, { evidence, frozen });
    };
  },
};

async function live(session: Session): Promise<Snapshot> {
  const { cluster, namespace: fluxNamespace, signal } = session;
  const [{ scan }, { logsWanted }] = await Promise.all([
    import("../fleet/scan.ts"),
    import("../pods/logs-wanted.ts"),
  ]);
  const snapshot = await scan(cluster, { fluxNamespace, signal, logs: logsWanted });
  requireFluxIn(snapshot, cluster);
  return snapshot;
}

async function fromDump(
  { terminal }: Session,
  file: string,
  fluxNamespace: string | undefined,
): Promise<Snapshot> {
  const { readDump } = await import("../fleet/dump.ts");
  const text =
    file === "-" ? await terminal.readInput() : await readFile(file, "utf8").catch(noFile);
  return readDump(text, fluxNamespace === undefined ? {} : { fluxNamespace });
}

function noFile(error: NodeJS.ErrnoException): never {
  throw new InputError([
    `--dump must be a file that can be read, got ${error.path ?? ""} (${error.code ?? ""}). Check the path.`,
  ]);
}

async function fromRecording(file: string, at: string | undefined): Promise<Snapshot> {
  const { replay } = await import("../fleet/recording.ts");
  return replay(file, at);
}

async function examine(
  { next }: Session,
  snapshot: Snapshot,
  { evidence, frozen }: { readonly evidence: boolean; readonly frozen: FrozenState | undefined },
): Promise<Outcome> {
  const [{ classify }, { examinePods }] = await Promise.all([
    import("../classify/classify.ts"),
    import("../pods/doctor.ts"),
  ]);
  const diagnosis = classify(snapshot);
  const pods = podsToName(examinePods(snapshot), diagnosis);
  const findings = withNext(findingsOf({ diagnosis, pods }), next);
  const sick = findings.causes.some(({ standing }) => isWrong(standing));
  return {
    code: sick || unseenKinds(snapshot).length > 0 ? 1 : 0,
    sections: [
      ...frozenSections(frozen, next),
      { lines: [headOf(diagnosis, findings)] },
      await findingsSection(findings, evidence),
    ],
    json: {
      at: new Date(diagnosis.at).toISOString(),
      fluxNamespace: diagnosis.fluxNamespace,
      ...(frozen !== undefined && { frozen }),
      ...findings,
    },
  };
}

/** A pod that is a cause by itself is told there. */
function podsToName(pods: readonly PodFinding[], { causes }: Diagnosis): PodFinding[] {
  const told = new Set(causes.flatMap(({ objects }: Cause) => objects));
  return pods.filter(({ key, workload }) => !told.has(key) && !told.has(workload.key));
}

function headOf({ verdicts }: Diagnosis, { causes, pods }: Findings): string {
  const sick = causes.filter(({ standing }) => isWrong(standing)).length;
  const open = causes.length - sick;
  const ready = [...verdicts.values()].filter(({ standing }) => standing === "ready").length;
  const parts = [
    `${ready} of ${verdicts.size} objects are well`,
    sick === 0 ? "nothing is wrong" : `${sick} ${sick === 1 ? "thing is" : "things are"} wrong`,
    ...(open === 0 ? [] : [`${open} ${open === 1 ? "wait goes" : "waits go"} on`]),
    ...(pods.length === 0 ? [] : [`${pods.length} workloads have pods in trouble`]),
  ];
  return parts.join("; ");
}
