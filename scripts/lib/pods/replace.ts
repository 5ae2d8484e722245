import { ApiError } from "../api-server.ts";
import type { Cluster } from "../cluster.ts";
import { Pod } from "../kinds.ts";
import { waitFor, type Waiting, WaitTimeout } from "../wait.ts";
import type { PodFinding } from "./finding.ts";
import type { FixContext, PodFixRecord } from "./fix-record.ts";
import { isReady, readPod } from "./pod-view.ts";
import { Replacement } from "./replacement.ts";
import type { Surroundings } from "./surroundings.ts";

/** What replacing one pod takes; times are milliseconds. */
export interface Replacing {
  readonly finding: PodFinding;
  readonly surroundings: Surroundings;
  readonly patience: { readonly readyWithin: number; readonly steady: number };
}

type Ending = Pick<PodFixRecord, "outcome" | "replacement" | "text">;

/**
 * replacePod deletes the pod, and no other that has its name by now, and resolves when its successor is Ready for a
 * while, shows the same trouble, or the time is up.
 */
export async function replacePod(
  cluster: Cluster,
  replacing: Replacing,
  { log, signal }: FixContext,
): Promise<PodFixRecord> {
  const { finding, patience } = replacing;
  const at = cluster.now();
  const wait = {
    what: `a new pod of ${finding.workload.key} (Ready)`,
    timeoutMilliseconds: patience.readyWithin,
    next: finding.next,
    log,
    signal,
  };
  const successor = new Successor(cluster, replacing);
  const ending = await waitFor<Ending>(wait, (waiting) => {
    successor.follow(waiting);
  }).catch((error: unknown) => successor.givenUp(error));
  const { key, workload, problem } = finding;
  const seconds = (cluster.now() - at) / 1000;
  return { key, workload: workload.key, problem, ...ending, at, seconds };
}

/** Successor deletes a pod once all pods of its namespace are known, and follows what comes after it. */
class Successor {
  readonly #cluster: Cluster;
  readonly #finding: PodFinding;
  readonly #steady: number;
  readonly #pods: Replacement;
  /** Whether the deletion was sent. */
  #asked = false;
  /** Whether the API server took it. */
  #deleted = false;
  /** UID of the pod that is Ready since the timer runs. */
  #ready: string | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(cluster: Cluster, { finding, surroundings, patience }: Replacing) {
    this.#cluster = cluster;
    this.#finding = finding;
    this.#steady = patience.steady;
    this.#pods = new Replacement(finding, surroundings, () => cluster.now());
  }

  follow(waiting: Waiting<Ending>): void {
    const { namespace } = this.#finding;
    waiting.signal.addEventListener("abort", () => {
      clearTimeout(this.#timer);
    });
    const listed = () => {
      this.#listed(waiting);
    };
    const lost = ({ message }: Error) => {
      waiting.state(message);
    };
    this.#cluster.follow(
      Pod,
      { namespace, signal: waiting.signal, listed, lost },
      {
        seen: (pod) => {
          this.#pods.seen(pod);
          this.#judge(waiting);
        },
        gone: (pod) => {
          this.#pods.gone(pod);
          this.#judge(waiting);
        },
      },
    );
  }

  givenUp(error: unknown): Ending {
    const because = error instanceof Error ? error.message : String(error);
    const lastState = error instanceof WaitTimeout ? error.lastState : because;
    if (!this.#deleted) return ended("failed", `not deleted: ${lastState}`);
    const { progress } = this.#pods;
    const replacement = "key" in progress ? progress.key : undefined;
    return { ...ended("not-fixed", lastState), replacement };
  }

  /** The watch lists anew after each lost connection: the pod is deleted once. */
  #listed(waiting: Waiting<Ending>): void {
    if (this.#asked) return;
    this.#asked = true;
    const unneeded = this.#unneeded();
    if (unneeded !== undefined) {
      waiting.resolve(unneeded);
      return;
    }
    this.#pods.deleting();
    waiting.state("the deletion is not answered yet");
    this.#delete().then(
      (there) => {
        this.#deleted = there;
        if (there) this.#judge(waiting);
        else waiting.resolve(replaced);
      },
      (error: unknown) => {
        if (error instanceof ApiError && error.code === 409) waiting.resolve(replaced);
        else waiting.reject(error as Error);
      },
    );
  }

  async #delete(): Promise<boolean> {
    const { uid, namespace, key } = this.#finding;
    const name = key.split("/")[2] ?? "";
    return this.#cluster.delete(
      { resource: Pod, namespace, name },
      uid === undefined ? {} : { uid },
    );
  }

  /** Much may have happened since the pod was examined. */
  #unneeded(): Ending | undefined {
    const pod = this.#pods.predecessor;
    if (pod === undefined) return replaced;
    const view = readPod(pod);
    if (view.deleted !== undefined) return ended("gone", "it is being deleted already");
    return isReady(view) ? ended("recovered", "it is Ready by itself by now") : undefined;
  }

  #judge(waiting: Waiting<Ending>): void {
    if (!this.#deleted) return;
    const { progress } = this.#pods;
    const ready = progress.state === "ready" ? progress.uid : undefined;
    if (ready !== this.#ready) {
      this.#ready = ready;
      clearTimeout(this.#timer);
      if (progress.state === "ready") this.#holdOut(progress.key, waiting);
    }
    if (progress.state === "none") waiting.state("its workload has made no new pod");
    if (progress.state === "starting") waiting.state(`${progress.key}: ${progress.text}`);
    if (progress.state === "broken") {
      const text = `its successor ${progress.key} is no better: ${progress.text}`;
      waiting.resolve({ ...ended("not-fixed", text), replacement: progress.key });
    }
  }

  /** A container without a readiness probe is Ready until its next crash, so Ready has to last. */
  #holdOut(key: string, waiting: Waiting<Ending>): void {
    waiting.state(`${key} is Ready, and has to stay so for a while`);
    this.#timer = setTimeout(() => {
      waiting.resolve({
        ...ended("fixed", `${key} took its place and is Ready`),
        replacement: key,
      });
    }, this.#steady);
  }
}

function ended(outcome: Ending["outcome"], text: string): Ending {
  return { outcome, text, replacement: undefined };
}

const replaced = ended("gone", "it does not exist any more");
