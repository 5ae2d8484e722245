import type { Container, Pod } from "./pod.ts";

/** ContainerState is what a kubelet would report of the one container of a pod. */
export interface ContainerState {
  readonly current: Waiting | Running | Terminated;
  readonly last?: Terminated;
  readonly restarts: number;
}

export interface Waiting {
  readonly kind: "waiting";
  readonly reason: string;
  readonly message?: string;
}

export interface Running {
  readonly kind: "running";
  readonly startedAt: string;
  readonly ready: boolean;
}

export interface Terminated {
  readonly kind: "terminated";
  readonly reason: "Completed" | "Error";
  readonly exitCode: number;
  readonly signal?: number;
  readonly startedAt: string;
  readonly finishedAt: string;
}

export const creating: ContainerState = {
  current: { kind: "waiting", reason: "ContainerCreating" },
  restarts: 0,
};

/** The body of a strategic merge patch of the pod's status. */
export function podStatusPatch(pod: Pod, container: Container, state: ContainerState, now: string) {
  const { current } = state;
  const ready = current.kind === "running" && current.ready;
  const reason = ready ? {} : { reason: "ContainersNotReady" };
  const condition = (type: string, value: boolean) => ({
    type,
    status: value ? "True" : "False",
    lastTransitionTime: now,
    ...(value ? {} : reason),
  });
  return {
    status: {
      phase: current.kind === "waiting" && state.restarts === 0 ? "Pending" : "Running",
      startTime: pod.metadata.creationTimestamp,
      hostIP: "127.0.0.1",
      conditions: [
        condition("Initialized", true),
        condition("ContainersReady", ready),
        condition("Ready", ready),
      ],
      containerStatuses: [
        {
          name: container.name,
          image: container.image,
          imageID: "",
          ready,
          started: current.kind === "running",
          restartCount: state.restarts,
          state: stateField(current),
          ...(state.last && { lastState: stateField(state.last) }),
        },
      ],
    },
  };
}

function stateField(state: ContainerState["current"]) {
  switch (state.kind) {
    case "waiting": {
      const message = state.message === undefined ? {} : { message: state.message };
      return { waiting: { reason: state.reason, ...message } };
    }
    case "running":
      return { running: { startedAt: state.startedAt } };
    case "terminated": {
      const { reason, exitCode, startedAt, finishedAt } = state;
      const signal = state.signal === undefined ? {} : { signal: state.signal };
      return { terminated: { reason, exitCode, startedAt, finishedAt, ...signal } };
    }
  }
}

const firstBackOffSeconds = 10;
const longestBackOffSeconds = 300;

/** Seconds until a container that ended for the nth time runs again: at once, then 10 doubling up to 300. */
export function backOffSeconds(restarts: number): number {
  if (restarts === 0) return 0;
  return Math.min(firstBackOffSeconds * 2 ** (restarts - 1), longestBackOffSeconds);
}
