import { Pod as PodResource } from "../../scripts/lib/kinds.ts";
import { type ProcessRecord, recordOf } from "../cluster/process.ts";
import { type Container, type Pod, podName } from "./pod.ts";
import { PodApi } from "./pod-api.ts";
import { type NodeContext, PodRunner } from "./pod-runner.ts";
import { matchImage, type Program } from "./programs.ts";

const startAgainMilliseconds = 1_000;

/** NodeAgent runs every scheduled pod whose image it has a program for, until it is stopped. */
export class NodeAgent {
  readonly #node: NodeContext;
  readonly #runners = new Map<string, PodRunner>();
  readonly #ending = new Set<string>();
  readonly #over = new AbortController();

  constructor(node: NodeContext) {
    this.#node = node;
  }

  /** The processes that run now, each under the name of its pod. */
  get processes(): ProcessRecord[] {
    return [...this.#runners.values()].flatMap(({ name, pid }) =>
      pid === undefined ? [] : [recordOf(name, pid)],
    );
  }

  start(): void {
    const { cluster, report } = this.#node;
    const lost = (error: Error) => {
      report(`pods are not followed: ${error.message}`);
    };
    const seen = (pod: Pod) => {
      this.#handle(pod, this.#seen(pod));
    };
    const gone = (pod: Pod) => {
      this.#handle(pod, this.#end(pod, 0));
    };
    cluster.follow<Pod>(PodResource, { signal: this.#over.signal, lost }, { seen, gone });
  }

  /** Ends every program; the pods stay in the API, as they do when a node goes down. */
  async stop(graceSeconds: number): Promise<void> {
    this.#over.abort();
    await Promise.all([...this.#runners.values()].map((runner) => runner.stop(graceSeconds)));
  }

  async #seen(pod: Pod): Promise<void> {
    const [container] = pod.spec?.containers ?? [];
    if (pod.spec?.nodeName === undefined || container === undefined) return;
    const match = matchImage(container.image);
    if (match.kind === "simulated") return;
    if (pod.metadata.deletionTimestamp !== undefined) {
      await this.#end(pod, pod.metadata.deletionGracePeriodSeconds ?? 0);
    } else if (match.kind === "version-missing") {
      await this.#refuse(pod, container, match.message);
    } else {
      await this.#run(pod, container, match.program);
    }
  }

  /** Runs the program of a pod that is new here. */
  async #run(pod: Pod, container: Container, program: Program): Promise<void> {
    if (this.#runners.has(keyOf(pod)) || this.#ending.has(keyOf(pod))) return;
    const runner = new PodRunner(this.#node, pod, container, program);
    this.#runners.set(keyOf(pod), runner);
    this.#node.report(`${podName(pod)} runs ${program.binary}`);
    try {
      await runner.start();
    } catch (error) {
      await runner.stop(0);
      this.#runners.delete(keyOf(pod));
      this.#seeAgain(pod);
      throw error;
    }
  }

  /** Looks at a pod once more whose program could not be started: no event of the pod tells that it could be now. */
  #seeAgain(pod: Pod): void {
    const { signal } = this.#over;
    if (signal.aborted) return;
    const look = async () => {
      signal.removeEventListener("abort", cancel);
      const { name, namespace = "" } = pod.metadata;
      try {
        const found = await this.#node.cluster.get<Pod>({ resource: PodResource, name, namespace });
        if (found !== undefined && keyOf(found) === keyOf(pod))
          this.#handle(found, this.#seen(found));
      } catch {
        this.#seeAgain(pod);
      }
    };
    const timer = setTimeout(() => void look(), startAgainMilliseconds);
    const cancel = () => {
      clearTimeout(timer);
    };
    signal.addEventListener("abort", cancel, { once: true });
  }

  /** Ends the program of a pod, then removes the pod. */
  async #end(pod: Pod, graceSeconds: number): Promise<void> {
    const key = keyOf(pod);
    if (this.#ending.has(key)) return;
    const runner = this.#runners.get(key);
    this.#ending.add(key);
    try {
      await runner?.stop(graceSeconds);
      this.#runners.delete(key);
      await new PodApi(this.#node.cluster, pod).remove();
      runner?.clean();
      if (runner !== undefined) this.#node.report(`${podName(pod)} ended`);
    } finally {
      this.#ending.delete(key);
    }
  }

  /** Says of a pod what a kubelet says that cannot pull its image. */
  async #refuse(pod: Pod, container: Container, message: string): Promise<void> {
    if (pod.status?.containerStatuses?.[0]?.state?.waiting?.reason === "ErrImagePull") return;
    const current = { kind: "waiting", reason: "ErrImagePull", message } as const;
    await new PodApi(this.#node.cluster, pod).report(container, { current, restarts: 0 });
  }

  #handle(pod: Pod, work: Promise<void>): void {
    work.catch((error: unknown) => {
      this.#node.report(`${podName(pod)} failed: ${String(error)}`);
    });
  }
}

function keyOf(pod: Pod): string {
  return pod.metadata.uid ?? podName(pod);
}
