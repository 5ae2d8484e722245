import type { ContainerView } from "./container-view.ts";
import { conditionOf } from "./pod-view.ts";
import { eventOf, missingObject, type Scene, type Trouble } from "./trouble.ts";

const volumeReasons = [
  "FailedMount",
  "FailedAttachVolume",
  "FailedMapVolume",
  "VolumeResizeFailed",
];
const sandboxReasons = [
  "FailedCreatePodSandBox",
  "FailedPodSandBoxStatus",
  "NetworkNotReady",
  "FailedCreatePodContainer",
  "FailedSync",
];

/** startingTrouble is why a container that has a node is not started: its volumes first, then its node. */
export function startingTrouble(container: ContainerView, scene: Scene): Trouble {
  const since = conditionOf(scene.pod, "PodScheduled")?.since;
  const volumes = mountTrouble(scene) ?? claimTrouble(scene);
  if (volumes !== undefined) return { ...volumes, since };
  const event = eventOf(scene, ...sandboxReasons);
  const { message = "" } = container.waiting ?? {};
  const why = event?.message ?? message;
  return {
    problem: "container-creating",
    container,
    text: why === "" ? `node ${scene.pod.node} has not started it yet` : why,
    since,
    events: event === undefined ? [] : [event],
  };
}

/** A volume that cannot be mounted; one whose Secret or ConfigMap does not exist is an error of the configuration. */
function mountTrouble(scene: Scene): Trouble | undefined {
  const events = scene.events.filter(({ reason }) => volumeReasons.includes(reason));
  const { namespace } = scene.pod;
  // The time-out that follows is newer and says less.
  const telling =
    events.find(({ message }) => missingObject(message, namespace) !== undefined) ??
    events.find(({ message }) => !/timed out waiting for the condition/.test(message)) ??
    events[0];
  if (telling === undefined) return undefined;
  const blames = missingObject(telling.message, namespace);
  return {
    problem: blames === undefined ? "volume-pending" : "config-error",
    container: undefined,
    text: telling.message,
    since: undefined,
    events: [telling],
    blames,
  };
}

/** claimTrouble is about the first of the pod's claims that is not bound. */
export function claimTrouble({ unbound }: Scene): Trouble | undefined {
  const claim = unbound.find(({ failing }) => failing) ?? unbound[0];
  if (claim === undefined) return undefined;
  return {
    problem: "volume-pending",
    container: undefined,
    text: `PersistentVolumeClaim ${claim.name} ${claim.text}`,
    since: undefined,
    events: claim.events,
    blames: claim.key,
  };
}
