import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { kubeconfigOf } from "../../../../components/cluster/eks/kubeconfig.ts";
import { loginOf } from "../../../../components/preflight/login.ts";

const endpoint = { server: "https://ABC.gr7.eu-central-1.eks.amazonaws.com", authority: "Y2E=" };
const own = { region: "eu-central-1", profile: undefined, roleArn: undefined };
const kubeconfig = (more: object = {}) => kubeconfigOf("prod", { ...own, ...more }, endpoint);

interface Kubeconfig {
  readonly clusters: readonly { readonly cluster: object }[];
  readonly users: readonly {
    readonly user: { readonly exec: { readonly args: readonly string[] } };
  }[];
}
const argsOf = (text: string) =>
  (JSON.parse(text) as Kubeconfig).users[0]?.user.exec.args.join(" ");

describe("the kubeconfig of a cluster in AWS", () => {
  it("logs in by the AWS CLI", () => {
    assert.equal(
      argsOf(kubeconfig()),
      "--region eu-central-1 eks get-token --cluster-name prod --output json",
    );
    assert.equal(loginOf(kubeconfig(), undefined).plugin?.command, "aws");
  });

  it("logs in with the role and the profile that made the cluster", () => {
    const more = { roleArn: "arn:aws:iam::111122223333:role/ci", profile: "work" };
    assert.match(
      argsOf(kubeconfig(more)) ?? "",
      / --role-arn arn:aws:iam::111122223333:role\/ci --profile work$/,
    );
  });

  it("verifies the certificate with the cluster's own authority", () => {
    const { clusters } = JSON.parse(kubeconfig()) as Kubeconfig;
    assert.deepEqual(clusters[0]?.cluster, {
      server: endpoint.server,
      "certificate-authority-data": "Y2E=",
    });
  });

  it("holds no credential", () => {
    assert.doesNotMatch(kubeconfig(), /"token"|client-certificate|client-key|password|insecure/);
  });
});
