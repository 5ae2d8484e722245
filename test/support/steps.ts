import type { CommandResult } from "./embedded.ts";

/** What a preview would do: the operation by the resource's name; what stays as it is is not in it. */
export type Steps = Readonly<Record<string, string>>;

interface Step {
  readonly op: string;
  readonly urn: string;
}

const nothing = new Set(["same", "read", "refresh"]);

/** stepsOf reads what `pulumi preview --json` prints. Throws with its output when the preview failed. */
export function stepsOf({ code, stdout, output }: CommandResult): Steps {
  if (code !== 0) throw new Error(output);
  const { steps } = JSON.parse(stdout) as { readonly steps: readonly Step[] };
  const changing = steps.filter(({ op }) => !nothing.has(op));
  return Object.fromEntries(changing.map(({ op, urn }) => [nameOf(urn), op] as const).toSorted());
}

function nameOf(urn: string): string {
  return urn.slice(urn.lastIndexOf("::") + 2);
}
