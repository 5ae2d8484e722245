import type { Outcome } from "../../../../../scripts/lib/report/report.ts";
import { cause, diagnosis, node, outcome, pod, repair } from "./outcome.ts";

/** Characters that a terminal or a page would obey. */
export const controls = ["\u0000", "\u001b", "\u202e"];

/** Text that is markup for a page, for Markdown and for a terminal. */
export const hostile =
  '</style></td><script>alert(1)</script><img src=x onerror="alert(2)">\' | `rm` **bold** [link](javascript:x)\n' +
  "# head\n| a | b |\n\u001b[31mred\u0000\u202e";

/** A report in which every text that comes from the cluster is hostile. */
export function hostileOutcome(): Outcome {
  const name = { kind: "HelmRelease", namespace: hostile, name: hostile, created: 1 };
  const bad = { ...name, reason: hostile, message: hostile };
  const evidence = [{ field: hostile, value: hostile }];
  const key = `Pod/${hostile}/${hostile}`;
  const found = cause({
    objects: [key, key],
    text: hostile,
    evidence,
    next: hostile,
    nextRetry: hostile,
  });
  return outcome([bad], {
    missing: [hostile],
    context: hostile,
    clusterUid: hostile,
    fluxNamespace: hostile,
    failure: hostile,
    phases: [{ name: hostile, start: 0, end: undefined }],
    waits: [{ what: hostile, boundSeconds: 1, seconds: 2, reached: false, lastState: hostile }],
    diagnosis: diagnosis([{ ...found, affected: [node(bad).key] }], [hostile]),
    repairs: [repair({ key, text: hostile, outcome: "failed" })],
    pods: [pod({ key, container: hostile, text: hostile, logLines: [hostile], next: hostile })],
    recording: hostile,
  });
}
