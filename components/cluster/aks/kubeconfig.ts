import type { AksConfig, AksLogin } from "../../config/aks/types.ts";

/** The application in Entra that stands for the API servers of all AKS clusters (https://azure.github.io/kubelogin/). */
const serverId = "6dae42f8-4368-4678-94ff-3960e28e3630";

export interface Endpoint {
  readonly server: string;
  /** In base64. */
  readonly authority: string;
}

/** loginArguments ask kubelogin for a token; what a login mode besides needs it has from the environment. */
export function loginArguments(login: AksLogin, tenantId: string | undefined): readonly string[] {
  return [
    ...["get-token", "--login", login, "--server-id", serverId],
    ...(tenantId === undefined ? [] : ["--tenant-id", tenantId]),
  ];
}

/** kubeconfigOf is a kubeconfig without a credential: whoever uses it logs in to Entra. */
export function kubeconfigOf(
  name: string,
  { server, authority }: Endpoint,
  { login, tenantId }: Pick<AksConfig, "login" | "tenantId">,
): string {
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name, cluster: { server, "certificate-authority-data": authority } }],
    users: [
      {
        name,
        user: {
          exec: {
            apiVersion: "client.authentication.k8s.io/v1beta1",
            command: "kubelogin",
            args: loginArguments(login, tenantId),
            // Nobody is there to answer when Pulumi asks.
            interactiveMode: "Never",
            provideClusterInfo: false,
          },
        },
      },
    ],
    contexts: [{ name, context: { cluster: name, user: name } }],
    "current-context": name,
  });
}
