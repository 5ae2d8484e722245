import type * as pulumi from "@pulumi/pulumi";

import { roleVariable } from "../../config/eks/identities.ts";
import type { EksIdentityConfig } from "../../config/eks/types.ts";
import type { AccountMarks } from "../../flux/account-patches.ts";
import { fluxNamespace } from "../../names.ts";

/**
 * fluxAccounts ties controllers of Flux to their roles by IRSA, by the name of the controller
 * (docs.aws.amazon.com/eks/latest/userguide/associate-service-account-role.html). Pod Identity needs no mark.
 */
export function fluxAccounts(
  identities: readonly EksIdentityConfig[],
  arns: Readonly<Record<string, pulumi.Output<string>>>,
): Readonly<Record<string, AccountMarks>> {
  const ofFlux = identities.filter(
    ({ by, namespace }) => by === "irsa" && namespace === fluxNamespace,
  );
  return Object.fromEntries(
    ofFlux.map(({ name, serviceAccount }) => {
      const arn = arns[roleVariable(name)] ?? "";
      return [
        serviceAccount,
        { annotations: { "eks.amazonaws.com/role-arn": arn }, podLabels: {} },
      ];
    }),
  );
}
