import type { Fields } from "./fields.ts";
import { affinity, annotations, labels, resources, tolerations, variables } from "./pod-rules.ts";
import { removeCommand } from "./problem.ts";
import { pattern } from "./rules.ts";
import type { ControllerOptions } from "./flux-types.ts";

const priorityClass = pattern(
  /^[a-z0-9]([-.a-z0-9]{0,251}[a-z0-9])?$/,
  "be the name of a PriorityClass",
  "system-cluster-critical",
);

/** Reads what is set of the pods of all controllers and of each that is installed. */
export function readControllers(
  flux: Fields,
  components: readonly string[],
): Readonly<Record<string, ControllerOptions>> {
  const fields = flux.object("controllers");
  const known = ["all", ...components];
  const read: Record<string, ControllerOptions> = {};
  for (const key of fields.keys()) {
    if (known.includes(key)) read[key] = readOptions(fields.object(key));
    else {
      const must = `name "all" or a controller of flux.components`;
      const what = fields.place.path;
      fields.report({ what, must, got: `"${key}"`, fix: removeCommand(fields.path(key)) });
    }
  }
  return read;
}

function readOptions(fields: Fields): ControllerOptions {
  const options = {
    env: fields.value("env", variables, {}),
    nodeSelector: fields.value("nodeSelector", labels, {}),
    tolerations: fields.value("tolerations", tolerations, []),
    affinity: fields.optional("affinity", affinity),
    priorityClassName: fields.optional("priorityClassName", priorityClass),
    resources: fields.value("resources", resources, {}),
    podLabels: fields.value("podLabels", labels, {}),
    serviceAccountAnnotations: fields.value("serviceAccountAnnotations", annotations, {}),
  };
  fields.finish();
  return options;
}
