import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { kubeconfigOf } from "../../../../components/cluster/aks/kubeconfig.ts";
import { uuidOf } from "../../../../components/cluster/aks/uuid.ts";
import type { AksLogin } from "../../../../components/config/aks/types.ts";

const endpoint = { server: "https://staging.hcp.westeurope.azmk8s.io:443", authority: "Y2E=" };

interface Kubeconfig {
  readonly clusters: readonly { cluster: object }[];
  readonly users: readonly { user: { exec: { command: string; args: readonly string[] } } }[];
}

const of = (login: AksLogin, tenantId?: string) =>
  JSON.parse(kubeconfigOf("staging", endpoint, { login, tenantId })) as Kubeconfig;

describe("the kubeconfig of a cluster in Azure", () => {
  const logins: readonly AksLogin[] = ["azurecli", "workloadidentity", "spn", "msi"];
  for (const login of logins) {
    it(`asks kubelogin for a token by ${login}, and holds none`, () => {
      const kubeconfig = of(login);
      assert.deepEqual(kubeconfig.users[0]?.user, {
        exec: {
          apiVersion: "client.authentication.k8s.io/v1beta1",
          command: "kubelogin",
          args: [
            ...["get-token", "--login", login],
            ...["--server-id", "6dae42f8-4368-4678-94ff-3960e28e3630"],
          ],
          interactiveMode: "Never",
          provideClusterInfo: false,
        },
      });
    });
  }

  it("names the tenant where it is said", () => {
    const tenant = "99999999-9999-9999-9999-999999999999";
    const { args = [] } = of("spn", tenant).users[0]?.user.exec ?? {};
    assert.deepEqual(args.slice(-2), ["--tenant-id", tenant]);
  });

  it("verifies the API server by the cluster's own authority", () => {
    assert.deepEqual(of("azurecli").clusters[0]?.cluster, {
      server: endpoint.server,
      "certificate-authority-data": "Y2E=",
    });
  });
});

describe("the name of a role assignment", () => {
  it("is a UUID that follows from what it says, however it is written", () => {
    const name = uuidOf("/Subscriptions/1", "Somebody", "role");
    assert.equal(name, uuidOf("/subscriptions/1", "somebody", "role"));
    assert.match(name, /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it("is another for another scope, principal or role", () => {
    const names = [
      uuidOf("a", "b", "c"),
      uuidOf("x", "b", "c"),
      uuidOf("a", "x", "c"),
      uuidOf("a", "b", "x"),
      uuidOf("ab", "", "c"),
    ];
    assert.equal(new Set(names).size, names.length);
  });
});
