import type { Fields } from "../fields.ts";
import { type Note, problemText } from "../problem.ts";
import type { Config } from "../types.ts";
import type { Variables } from "./layer.ts";
import { unsetVariables } from "./substitution.ts";

interface Told extends Pick<Config, "flux" | "sync"> {
  /** What the ConfigMap flux-runtime-info of this stack holds. */
  readonly known: Variables;
}

/**
 * compareVariables compares what the repository uses with what this stack gives it, where the repository is at hand. A
 * variable without a value is a problem to a Flux that refuses such a layer; to one that replaces it by nothing, a note.
 */
export async function compareVariables(
  fields: Fields,
  { flux, sync, known }: Told,
): Promise<readonly Note[]> {
  const unset = await unsetVariables(sync.path, known);
  if (!isStrict(flux)) {
    return unset.map((problem): Note => ({ severity: "warn", text: problemText(problem) }));
  }
  for (const problem of unset) fields.report(problem);
  return [];
}

/** The first whose kustomize-controller refuses, unless it is told not to. */
const strictFrom = [2, 9] as const;

function isStrict({ version, controllerPatches }: Config["flux"]): boolean {
  const off = controllerPatches.some(({ patch }) =>
    patch.includes("StrictPostBuildSubstitutions=false"),
  );
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const isNew = major > strictFrom[0] || (major === strictFrom[0] && minor >= strictFrom[1]);
  return isNew && !off;
}
