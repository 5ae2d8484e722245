import type { Snapshot } from "../classify/snapshot.ts";
import type { Diagnosis } from "../classify/verdict.ts";
import type { Cluster } from "../cluster.ts";
import { Pod } from "../kinds.ts";
import { formatDuration } from "../log.ts";
import type { KubernetesObject, Reference } from "../object.ts";
import { identityOf, resourceOf } from "./eligibility.ts";
import { isBusy } from "./controllers.ts";
import { isHopeless } from "./hope.ts";
import type { Change, Entry, Journal } from "./journal.ts";
import type { Limits } from "./limits.ts";
import { verifyRestart } from "./restart.ts";
import {
  finalChange,
  type Finding,
  handledChange,
  isHandled,
  requestedToken,
  verify,
} from "./verification.ts";

interface Context {
  readonly journal: Journal;
  readonly limits: Limits;
  readonly changed: () => void;
  readonly doubted: (component: string) => void;
}

/** What is known of the cluster at one moment. */
export interface View {
  readonly diagnosis: Diagnosis;
  readonly snapshot: Snapshot;
  readonly now: number;
}

/** Verifier follows every open entry to its end. */
export class Verifier {
  readonly #cluster: Cluster;
  readonly #context: Context;
  readonly #lookingAgain = new Set<string>();
  #concluded: Entry[] = [];

  constructor(cluster: Cluster, context: Context) {
    this.#cluster = cluster;
    this.#context = context;
  }

  /** Takes in what the view tells about open entries, and returns those that came to their end since the last look. */
  look(view: View): Entry[] {
    const { journal } = this.#context;
    for (const open of journal.allOpen) {
      const entry = this.#see(open, view);
      this.#take(entry, this.#findingOf(entry, view), view);
    }
    const concluded = this.#concluded;
    this.#concluded = [];
    return concluded;
  }

  /** Closes what is open: the run is over. */
  close(diagnosis: Diagnosis | undefined): void {
    const { journal } = this.#context;
    for (const entry of journal.allOpen.filter(({ phase }) => phase !== "writing")) {
      this.change(entry, finalChange(entry, diagnosis?.verdicts.get(entry.key)));
    }
  }

  #see(entry: Entry, { diagnosis }: View): Entry {
    const object = diagnosis.verdicts.get(entry.key)?.object;
    if (entry.seen || object === undefined || requestedToken(object) !== entry.token) return entry;
    return this.#context.journal.change(entry, { seen: true }) ?? entry;
  }

  #findingOf(entry: Entry, { diagnosis, snapshot, now }: View): Finding | undefined {
    const { journal, limits } = this.#context;
    const verdict = diagnosis.verdicts.get(entry.key);
    const hopeless = verdict !== undefined && isHopeless(verdict, diagnosis.verdicts, journal);
    const moment = { now, limits, sign: journal.sign(entry.component), hopeless };
    return entry.action === "restart-controller"
      ? verifyRestart(entry, snapshot, moment)
      : verify(entry, verdict, moment);
  }

  #take(entry: Entry, finding: Finding | undefined, view: View): void {
    const { journal } = this.#context;
    const { component } = entry;
    if (finding === undefined) return;
    if (finding.kind === "change") {
      if (finding.change.handledAt !== undefined) journal.noteSign(component, view.now);
      this.change(entry, finding.change);
    } else if (finding.kind === "alive" || isBusy(component, view.diagnosis, view.snapshot)) {
      journal.noteSign(component, view.now);
    } else {
      void this.#lookAgain(entry, objectOf(entry, view));
    }
  }

  /** Records what is known of the entry from elsewhere. */
  change(entry: Entry, change: Change): void {
    const changed = this.#context.journal.change(entry, change);
    if (changed?.phase !== "closed") return;
    this.#concluded.push(changed);
    const isRestarted = changed.action === "restart-controller";
    if (changed.outcome === "unanswered" || isRestarted) this.#context.doubted(entry.component);
  }

  /** A watch may have missed it: only the API server's own answer makes a request unanswered. */
  async #lookAgain(entry: Entry, object: KubernetesObject | undefined): Promise<void> {
    if (this.#lookingAgain.has(entry.identity)) return;
    this.#lookingAgain.add(entry.identity);
    const change = await this.#secondLook(entry, object);
    this.#lookingAgain.delete(entry.identity);
    const { journal, changed } = this.#context;
    if (journal.open(entry.identity)?.token !== entry.token) return;
    if (change.handledAt !== undefined) journal.noteSign(entry.component, change.handledAt);
    this.change(entry, change);
    changed();
  }

  async #secondLook(entry: Entry, object: KubernetesObject | undefined): Promise<Change> {
    const now = this.#cluster.now();
    const bound = formatDuration(this.#context.limits.handledWithinMilliseconds);
    const unanswered: Change = {
      phase: "closed",
      outcome: "unanswered",
      text: `not handled within ${bound}: ${entry.component} did not answer`,
    };
    const reference = object === undefined ? undefined : referenceOf(object);
    if (reference === undefined) return unanswered;
    try {
      const found = await this.#cluster.get(reference);
      if (found === undefined || identityOf(found) !== entry.identity) {
        const text = "it was deleted meanwhile";
        return { phase: "closed", outcome: "gone", text, final: true };
      }
      // What is read now is newer than the write.
      return isHandled({ ...entry, seen: true }, found) ? handledChange(entry, now) : unanswered;
    } catch {
      // An outage is not the controller's silence: it gets its time anew.
      return { askedAt: now };
    }
  }
}

function objectOf(entry: Entry, { diagnosis, snapshot }: View): KubernetesObject | undefined {
  const known = diagnosis.verdicts.get(entry.key)?.object;
  return known ?? snapshot.objects.find((object) => identityOf(object) === entry.identity);
}

function referenceOf(object: KubernetesObject): Reference | undefined {
  const { name, namespace } = object.metadata;
  const resource = object.kind === Pod.kind ? Pod : resourceOf(object);
  if (resource === undefined) return undefined;
  return { resource, name, ...(namespace !== undefined && { namespace }) };
}
