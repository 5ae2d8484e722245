import type { ContainerView, Termination } from "./container-view.ts";
import type { PodEvent } from "./finding.ts";
import { conditionOf } from "./pod-view.ts";
import type { Scene, Trouble } from "./trouble.ts";

/** Exit codes of what the node stops: by its own will after SIGTERM, SIGKILL, SIGTERM. */
const stopped: readonly number[] = [0, 137, 143];

/** stoppedByProbe is the warning of the probe for which the node ended the container; undefined for any other end. */
export function stoppedByProbe(
  container: ContainerView,
  end: Termination,
  { events }: Scene,
): PodEvent | undefined {
  if (end.reason === "OOMKilled" || !stopped.includes(end.exitCode)) return undefined;
  if (!container.probes.some((probe) => probe !== "readiness")) return undefined;
  return events.find(
    ({ reason, message }) =>
      reason === "Unhealthy" && /^(?:Liveness|Startup) probe (?:failed|errored)/.test(message),
  );
}

/** probeTrouble is about a container that runs and is not ready. */
export function probeTrouble(container: ContainerView, scene: Scene): Trouble {
  const since = container.running?.since;
  const turned = conditionOf(scene.pod, "Ready")?.since;
  const base = {
    container,
    since: since === undefined ? turned : Math.max(since, turned ?? since),
    log: "current" as const,
  };
  const event = scene.events.find(({ reason }) => reason === "Unhealthy");
  if (event !== undefined) {
    return { ...base, problem: "probe-failing", text: event.message, events: [event] };
  }
  const awaited = awaitedProbe(container);
  if (awaited !== undefined) {
    const text = `its ${awaited} probe has not succeeded, and no event says why`;
    return { ...base, problem: "probe-failing", text };
  }
  return { ...base, problem: "not-ready", text: "it runs and is not ready" };
}

function awaitedProbe({ probes, started }: ContainerView): string | undefined {
  if (!started && probes.includes("startup")) return "startup";
  return probes.includes("readiness") ? "readiness" : undefined;
}
