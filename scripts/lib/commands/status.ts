import type { Diagnosis } from "../classify/verdict.ts";
import type { Command } from "./command.ts";
import { requireFluxIn } from "./connect.ts";
import { frozenSections, frozenState } from "./frozen.ts";
import type { Outcome } from "./outcome.ts";
import type { Session } from "./session.ts";
import { detailOf } from "./status-detail.ts";
import { footer, isWrong, statusRows, statusTable, summaryOf, unseenKinds } from "./status-view.ts";
import { readTargets, type Target } from "./target.ts";
import { watchStatus } from "./watch.ts";

export const status: Command = {
  name: "status",
  summary: "what Flux reconciles, and in what state each object is",
  operands: { usage: "[NAME]", fewest: 0, most: 1 },
  options: {
    watch: {
      type: "boolean",
      text: "Go on with every change until Ctrl-C: a terminal is redrawn, a file gets one line a change.",
    },
  },
  text: [
    "Lists the FluxInstance, ResourceSets, sources, Kustomizations and HelmReleases, the worst first, each with its state, how",
    "long it is in it, its revision and its own message; for suspended ones who did it and why. With a NAME it explains that",
    "one object: what decided, what it waits for, what below it is not ready.",
  ],
  never: "it writes nothing and asks no controller.",
  examples: [
    {
      command: "status",
      text: "Everything. The exit code is 1 when something is failing or stuck.",
    },
    { command: "status shop/cart", text: "One object, explained." },
    { command: "status --watch", text: "While a change rolls out." },
  ],
  prepare(input) {
    const [target] = readTargets(input, input.operands);
    const watch = input.flag("watch");
    if (watch && target !== undefined) {
      input.problem("--watch must stand without a NAME, got both. Leave one of them out.");
    }
    if (watch && input.text("output") === "markdown") {
      input.problem("--watch must write text or json, got markdown. Leave --output out.");
    }
    return (session) => (watch ? watchStatus(session) : show(session, target));
  },
};

async function show(session: Session, target: Target | undefined): Promise<Outcome> {
  const [{ diagnosis, unseen }, frozen] = await Promise.all([
    diagnose(session),
    frozenState(session.cluster, session.namespace),
  ]);
  if (target !== undefined) {
    const { row, sections, json } = detailOf(diagnosis, target, session.next);
    return { code: isWrong(row.standing) ? 1 : 0, sections, json };
  }
  const rows = statusRows(diagnosis);
  return {
    code: unseen.length > 0 || rows.some(({ standing }) => isWrong(standing)) ? 1 : 0,
    sections: [
      ...frozenSections(frozen, session.next),
      statusTable(rows, diagnosis.at),
      { lines: [summaryOf(rows)] },
      footer(rows, diagnosis, session.next),
    ],
    json: {
      at: new Date(diagnosis.at).toISOString(),
      context: session.context,
      fluxNamespace: diagnosis.fluxNamespace,
      ...(frozen !== undefined && { frozen }),
      objects: rows,
      limits: diagnosis.limits,
    },
  };
}

async function diagnose(session: Session): Promise<{ diagnosis: Diagnosis; unseen: string[] }> {
  const { cluster, namespace: fluxNamespace, signal } = session;
  const [{ scan }, { classify }] = await Promise.all([
    import("../fleet/scan.ts"),
    import("../classify/classify.ts"),
  ]);
  const snapshot = await scan(cluster, { fluxNamespace, signal });
  requireFluxIn(snapshot, cluster);
  return { diagnosis: classify(snapshot), unseen: unseenKinds(snapshot) };
}
