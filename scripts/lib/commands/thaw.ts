import { type Command, noOperands, yesOption } from "./command.ts";
import { requireFlux } from "./connect.ts";
import { describeFreeze, frozenState, thawBefore } from "./frozen.ts";
import type { Outcome } from "./outcome.ts";
import type { Session } from "./session.ts";

export const thaw: Command = {
  name: "thaw",
  summary: "let Flux reconcile again what an interrupted destroy stopped",
  operands: noOperands,
  options: yesOption,
  text: [
    "A destroy stops what would create again what it deletes, and says so in the ConfigMap flux-drain. When it was killed, and",
    "nobody wants to finish it, this puts back what every object depended on, what was suspended and what volumes are to",
    "become, and removes the ConfigMap. So does every other command that writes, and pulumi up.",
  ],
  never: "it brings back nothing that was deleted: Flux does, from Git, once it reconciles again.",
  examples: [{ command: "thaw", text: "Give up a destroy that was interrupted." }],
  prepare(input) {
    input.requireConsent();
    return perform;
  },
};

async function perform(session: Session): Promise<Outcome> {
  const { cluster, namespace } = session;
  await requireFlux(cluster);
  const frozen = await frozenState(cluster, namespace);
  await thawBefore(session);
  const line =
    frozen === undefined
      ? "nothing is frozen"
      : `thawed what a drain stopped ${describeFreeze(frozen)}`;
  return { code: 0, sections: [{ lines: [line] }], json: { thawed: frozen ?? null } };
}
