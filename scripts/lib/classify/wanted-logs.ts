import type { KubernetesObject } from "../object.ts";
import { answerOf } from "./controller.ts";
import { Controllers } from "./controllers.ts";
import { listOf, read, textOf } from "./field.ts";
import { ObjectIndex } from "./object-index.ts";
import { saneObject } from "./sane-object.ts";
import type { Snapshot } from "./snapshot.ts";

/** One container whose last log lines would tell more. */
export interface ControllerLog {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  readonly previous: boolean;
}

/**
 * logsOfSilentControllers are the containers of the controllers that did not answer a probe: only their logs tell one that
 * lacks a right, which no restart cures, from one that hangs.
 */
export function logsOfSilentControllers(snapshot: Snapshot): ControllerLog[] {
  const objects = snapshot.objects.map(saneObject).filter((object) => object !== undefined);
  const { all } = new Controllers(new ObjectIndex(objects), snapshot.fluxNamespace);
  return all
    .filter(
      ({ deployment, component }) => answerOf(deployment, component, snapshot.answers) === "silent",
    )
    .flatMap(({ pods }) => pods.flatMap(containersOf));
}

function containersOf({ metadata, status }: KubernetesObject): ControllerLog[] {
  return listOf(read(status, "containerStatuses")).map((container) => ({
    namespace: metadata.namespace ?? "",
    pod: metadata.name,
    container: textOf(read(container, "name")),
    previous: false,
  }));
}
