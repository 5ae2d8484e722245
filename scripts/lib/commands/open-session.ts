import type { Cluster } from "../cluster.ts";
import type { Log } from "../log.ts";
import type { Redactor } from "../redact.ts";
import type { Input } from "./input.ts";
import type { Kubeconfig } from "./kubeconfig.ts";
import { type Outcome, renderMarkdown, renderText, type Section } from "./outcome.ts";
import type { SameCluster } from "./same-cluster.ts";
import { Declined, type OutputFormat, type Session, type Terminal } from "./session.ts";

interface Parts {
  readonly input: Input;
  readonly kubeconfig: Kubeconfig | undefined;
  readonly cluster: Cluster | undefined;
  readonly sameCluster: SameCluster;
  readonly general: {
    readonly output: OutputFormat;
    readonly timeoutMilliseconds: number;
    readonly namespace: string;
  };
  readonly terminal: Terminal;
  readonly redactor: Redactor;
  readonly log: Log;
}

/** A result that goes to a file or a pipe has room for a whole message. */
const widthOfFile = 240;

/** openSession is the session, and what writes the command's outcome at the end. */
export function openSession(parts: Parts): {
  session: Session;
  finish: (outcome: Outcome) => void;
} {
  const { input, kubeconfig, cluster, general, terminal, redactor, log, sameCluster } = parts;
  const print = (sections: readonly Section[]) => {
    write(terminal, redactor.document(sections), general.output);
  };
  const session: Session = {
    ...general,
    get cluster(): Cluster {
      if (cluster === undefined) throw new Error("this command works without a cluster");
      return cluster;
    },
    context: kubeconfig?.context ?? "",
    next: (command) => sameCluster.next(command),
    log,
    redactor,
    signal: terminal.signal,
    terminal,
    consent: async (writes) => {
      for (const write of writes) log.line(write);
      log.line(`on context ${kubeconfig?.context ?? ""} at ${kubeconfig?.server ?? ""}`);
      if (input.flag("yes")) return;
      const answer = (await terminal.ask?.("Go on? [y/N] ")) ?? "";
      if (!/^y(es)?$/i.test(answer.trim())) throw new Declined();
    },
    print,
  };
  const finish = ({ sections, json }: Outcome) => {
    if (general.output !== "json") print(sections);
    else if (json !== undefined) {
      terminal.write(`${JSON.stringify(redactor.document(json), undefined, 2)}\n`);
    }
  };
  return { session, finish };
}

function write(terminal: Terminal, sections: readonly Section[], output: OutputFormat): void {
  const colour = terminal.columns !== undefined && (terminal.variables["NO_COLOR"] ?? "") === "";
  const width = terminal.columns ?? widthOfFile;
  const lines =
    output === "markdown" ? renderMarkdown(sections) : renderText(sections, { width, colour });
  if (lines.length > 0) terminal.write(`${lines.join("\n")}\n`);
}
