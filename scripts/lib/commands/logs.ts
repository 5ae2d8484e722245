import type { Command } from "./command.ts";
import { isError, renderEntry } from "./log-entry.ts";
import { controllersOf, mostLines, readStream, streamsOf } from "./log-streams.ts";
import type { Outcome } from "./outcome.ts";
import type { Session } from "./session.ts";

export const logs: Command = {
  name: "logs",
  summary: "the logs of all Flux controllers, in the order of time",
  operands: { usage: "", fewest: 0, most: 0 },
  options: {
    errors: {
      type: "boolean",
      text: "Only errors, and lines that are no log entries, such as a panic.",
    },
    since: {
      type: "string",
      value: "DURATION",
      default: "10m",
      text: "How far back, by the cluster's clock.",
    },
    controller: {
      type: "string",
      value: "NAME",
      multiple: true,
      text: "Only this controller, such as helm-controller or helm. May be repeated.",
    },
    follow: {
      type: "boolean",
      text: "Go on with what is written until Ctrl-C, across restarts and new pods; in JSON one entry a line.",
    },
  },
  text: [
    "Merges the logs of flux-operator and the Flux controllers, those of a container before its last restart too, and",
    "renders each JSON entry as one line: time, level, controller, object, message, error.",
  ],
  never: "it writes nothing, to no log and no cluster.",
  examples: [
    { command: "logs --errors", text: "What went wrong in the last ten minutes." },
    {
      command: "logs --since 1h --controller helm",
      text: "All that helm-controller did in an hour.",
    },
    { command: "logs --follow --since 1m", text: "What happens while a change rolls out." },
  ],
  prepare(input) {
    const wanted = {
      errors: input.flag("errors"),
      sinceMilliseconds: input.duration("since"),
      controllers: input.texts("controller"),
      follow: input.flag("follow"),
    };
    if (wanted.follow && input.text("output") === "markdown") {
      input.problem("--follow must write text or json, got markdown. Leave --output out.");
    }
    return (session) => show(session, wanted);
  },
};

interface Wanted {
  readonly errors: boolean;
  readonly sinceMilliseconds: number;
  readonly controllers: readonly string[];
  readonly follow: boolean;
}

async function show(session: Session, wanted: Wanted): Promise<Outcome> {
  const { cluster, log, output, terminal, redactor } = session;
  const controllers = await controllersOf(session, wanted.controllers);
  const streams = await streamsOf(session, controllers);
  const since = cluster.now() - wanted.sinceMilliseconds;
  const read = await Promise.all(
    streams.map((stream) => readStream(session, stream, wanted.sinceMilliseconds)),
  );
  for (const { stream, lines } of read) {
    if (lines.length < mostLines) continue;
    log.line(`${stream.pod}: only its last ${mostLines} lines; shorten --since for all`);
  }
  const wants = wanted.errors ? isError : () => true;
  const entries = read
    .flatMap((one) => one.entries)
    .filter(({ at }) => at === undefined || at >= since)
    .filter(wants)
    .toSorted((a, b) => (a.at ?? 0) - (b.at ?? 0));
  const sections = [{ lines: entries.map(renderEntry) }];
  if (wanted.follow) {
    const { followLogs } = await import("./logs-follow.ts");
    if (output !== "json") session.print(sections);
    else
      for (const entry of entries) terminal.write(`${JSON.stringify(redactor.document(entry))}\n`);
    return followLogs(session, { since, controllers, read, wants });
  }
  if (entries.length === 0) log.line(`nothing logged${wanted.errors ? " as an error" : ""}`);
  return { code: 0, sections, json: { entries } };
}
