import { format } from "oxfmt";

import {
  type State,
  type StateId,
  stateIds,
  states,
} from "../../../../../scripts/lib/classify/states.ts";

const sections: readonly (readonly [string, RegExp, string])[] = [
  [
    "HelmRelease",
    /^(?:H\d+|U\d|Z)$/,
    "The test for `H13` and `Z` comes before `H7` and `H8`: all of them can say that an action runs.",
  ],
  [
    "Kustomization",
    /^K\d+$/,
    "`status.observedGeneration` only says that a Kustomization was Ready once: -1 is no sign of anything stuck.",
  ],
  ["Sources", /^G\d$/, "A HelmRepository of type `oci` is an address and always counts as ready."],
  [
    "Objects of flux-operator",
    /^O\d$/,
    "flux-operator has one reason for all that fails after a build; the message tells `O7` from `O6`.",
  ],
  [
    "Controllers",
    /^C\d$/,
    "A canary that is answered proves more than all of these: then none of them is tested.",
  ],
  ["Namespaces", /^T\d$/, "Only namespaces that are being deleted are judged."],
  [
    "Workloads and pods",
    /^W\d$/,
    "They are judged where they explain why a release or Kustomization is not ready.",
  ],
  ["Other kinds of Flux", /^X\d$/, "Judged by their Ready condition alone."],
  [
    "Any kind",
    /^(?:ok|new|missing|cycle|unknown)$/,
    "`missing` is a cause without an object: something names it and it does not exist.",
  ],
];

const introduction = `# States

What \`status\`, \`doctor\` and \`repair\` mean by a state, and what each of them may lead to. This page is made from the table in
\`scripts/lib/classify/states.ts\`; a test compares the two, and \`UPDATE_DOCS=1\` in its environment writes it anew.

An object is tested against the rows of its kind from top to bottom; the first that holds is its state. What it is because of
is found afterwards: an object is blamed only when nothing that it depends on, takes its source from or has applied is not
ready.

- **Standing**: \`ready\`, nothing to do; \`waiting\`, the normal course of things; \`suspended\`, a person's decision; \`failing\`,
  wrong, and its controller tries again; \`stuck\`, nothing goes on by itself; \`terminating\`, on its way out.
- **Action**: \`none\` and \`wait\` write nothing; \`fix\` is for a person; \`reconcile\` is \`requestedAt\`, \`reset\` and \`force\` add
  \`resetAt\` or \`forceAt\` with the same token, \`reconcile-source\` asks the repository, then the HelmChart, then the object;
  \`restart-controller\` deletes the controller's pod, once; \`raise-concurrency\` is advice on \`flux.size\`. Where the
  object's own message says that only a change in Git helps, and after a rollback that left a release running, a row's
  \`reset\`, \`force\` or \`reconcile\` becomes \`fix\`. What carries \`reconcile: disabled\` is never written to.
- **By itself**: when the object's controller tries again without anybody's help.
`;

/** statesDocument is docs/states.md. */
export async function statesDocument(): Promise<string> {
  const parts = sections.map(([title, ids, note]) => section(title, ids, note));
  const { code } = await format("states.md", [introduction, ...parts].join("\n"));
  return code;
}

function section(title: string, ids: RegExp, note: string): string {
  const rows = stateIds.filter((id) => ids.test(id)).map((id) => row(id, states[id]));
  const head = ["id", "name", "meaning", "standing", "action", "never", "by itself"];
  const rule = head.map(() => "---");
  return [`## ${title}`, "", note, "", line(head), line(rule), ...rows, ""].join("\n");
}

function row(id: StateId, { name, meaning, standing, action, forbidden, retries }: State): string {
  return line([`\`${id}\``, name, meaning, standing, action, forbidden, retries]);
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}
