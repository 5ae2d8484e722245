import { setTimeout as pause } from "node:timers/promises";

import { requireFluxIn } from "./connect.ts";
import { type Outcome, renderText } from "./outcome.ts";
import type { Session } from "./session.ts";
import { footer, statusRows, type StatusRow, statusTable, summaryOf } from "./status-view.ts";

/** A screen that changes more often than this cannot be read. */
const shortestMilliseconds = 250;
const clearScreen = "\u001b[H\u001b[2J";

/** watchStatus shows every change until the person ends it. */
export async function watchStatus(session: Session): Promise<Outcome> {
  const { cluster, namespace: fluxNamespace, signal } = session;
  const { FleetWatch } = await import("../fleet/fleet-watch.ts");
  const { classify } = await import("../classify/classify.ts");
  const watch = new FleetWatch(cluster, { fluxNamespace });
  const screen = screenOf(session);
  let changes = Promise.withResolvers<undefined>();
  signal.addEventListener("abort", () => {
    changes.resolve(undefined);
  });
  watch.start(signal, () => {
    changes.resolve(undefined);
  });
  for (;;) {
    await changes.promise;
    if (signal.aborted) break;
    changes = Promise.withResolvers();
    if (!watch.listed) continue;
    const snapshot = watch.snapshot();
    requireFluxIn(snapshot, cluster);
    const diagnosis = classify(snapshot);
    const rows = statusRows(diagnosis);
    screen({
      rows,
      at: diagnosis.at,
      lost: watch.lost,
      lines: footer(rows, diagnosis, session.next).lines ?? [],
    });
    await pause(shortestMilliseconds, undefined, { signal }).catch(() => undefined);
  }
  return { code: 0, sections: [], json: undefined };
}

interface View {
  readonly rows: readonly StatusRow[];
  readonly at: number;
  readonly lost: string | undefined;
  readonly lines: NonNullable<ReturnType<typeof footer>["lines"]>;
}

function screenOf(session: Session): (view: View) => void {
  const { terminal, output } = session;
  if (output === "text" && terminal.columns !== undefined)
    return (view) => {
      redraw(session, view);
    };
  const shown = new Map<string, string>();
  return ({ rows, at }) => {
    const fresh = rows.filter((row) => shown.get(row.object) !== fingerprint(row));
    const there = new Set(rows.map(({ object }) => object));
    const gone = [...shown.keys()].filter((object) => !there.has(object));
    for (const row of fresh) shown.set(row.object, fingerprint(row));
    for (const object of gone) shown.delete(object);
    const time = new Date(at).toISOString();
    for (const row of fresh) append(session, time, row);
    for (const object of gone) append(session, time, { object, stateName: "gone" });
  };
}

/** What of a row is a change worth a line. */
function fingerprint({ state, revision, message }: StatusRow): string {
  return JSON.stringify([state, revision, message]);
}

function append(
  { terminal, redactor, output, print }: Session,
  time: string,
  row: Partial<StatusRow>,
): void {
  if (output === "json") {
    terminal.write(`${JSON.stringify(redactor.document({ at: time, ...row }))}\n`);
    return;
  }
  const { object = "", stateName = "", revision = "", message = "" } = row;
  const text = [time, object, stateName, revision, message].filter((part) => part !== "");
  print([{ lines: [text.join("  ")] }]);
}

function redraw({ terminal, redactor, context }: Session, { rows, at, lost, lines }: View): void {
  const time = new Date(at).toISOString().slice(11, 19);
  const width = terminal.columns ?? 80;
  const height = terminal.rows ?? 24;
  const colour = (terminal.variables["NO_COLOR"] ?? "") === "";
  const head = [
    `${context}  ${time} UTC  ${summaryOf(rows)}`,
    ...(lost === undefined ? [] : [`connection lost: ${lost}`]),
  ];
  // Besides the rows: two blank lines, the columns, how many more, and where the cursor stands.
  const room = Math.max(1, height - head.length - lines.length - 5);
  const more = rows.length - room;
  const sections = redactor.document([
    { lines: head },
    statusTable(rows.slice(0, room), at),
    { lines: [...(more > 0 ? [`… and ${more} more`] : []), ...lines] },
  ]);
  terminal.write(`${clearScreen}${renderText(sections, { width, colour }).join("\n")}\n`);
}
