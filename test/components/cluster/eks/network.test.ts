import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { countedTypes, madeEks } from "../../../support/eks.ts";
import type { Values } from "../../../support/settings.ts";

const counts = async (network: Values) => {
  const types = countedTypes(await madeEks({ network }));
  return ["natGateway:NatGateway", "eip:Eip", "subnet:Subnet", "vpcEndpoint:VpcEndpoint"].map(
    (type) => types[`aws:ec2/${type}`] ?? 0,
  );
};

describe("the network of a cluster in AWS", () => {
  const ways: readonly (readonly [what: string, network: Values, counts: readonly number[]])[] = [
    ["a way out of each zone by default", {}, [3, 3, 6, 1]],
    ["one way out where one is enough", { nat: "single" }, [1, 1, 6, 1]],
    ["no way out, but ways to AWS", { nat: "none" }, [0, 0, 3, 9]],
    ["two zones", { zones: ["eu-central-1a", "eu-central-1c"] }, [2, 2, 4, 1]],
  ];
  for (const [what, network, expected] of ways) {
    it(`has ${what}`, async () => {
      assert.deepEqual(await counts(network), expected);
    });
  }

  it("has subnets that load balancer controllers find by their tags", async () => {
    const engine = await madeEks();
    const tags = (name: string) => engine.get(name).inputs["tags"];
    assert.deepEqual(tags("cluster-network-private-eu-central-1b"), {
      Name: "prod-private-eu-central-1b",
      "kubernetes.io/role/internal-elb": "1",
    });
    assert.deepEqual(tags("cluster-network-public-eu-central-1b"), {
      Name: "prod-public-eu-central-1b",
      "kubernetes.io/role/elb": "1",
    });
  });

  it("leads each zone out by the gateway of its own, or all by the only one", async () => {
    const gatewayOf = async (nat: string) => {
      const engine = await madeEks({ network: { nat } });
      return engine.get("cluster-network-private-eu-central-1c-out").inputs["natGatewayId"];
    };
    assert.equal(await gatewayOf("perZone"), "cluster-network-nat-eu-central-1c-id");
    assert.equal(await gatewayOf("single"), "cluster-network-nat-eu-central-1a-id");
  });

  it("without a way out has neither public subnets nor a gateway to the internet", async () => {
    const engine = await madeEks({ network: { nat: "none" } });
    assert.deepEqual(
      engine.names().filter((name) => /public|internet|-out$/.test(name)),
      [],
    );
    const services = engine.registered
      .filter(({ type }) => type === "aws:ec2/vpcEndpoint:VpcEndpoint")
      .map(({ inputs }) =>
        String(inputs["serviceName"]).replace("com.amazonaws.eu-central-1.", ""),
      );
    assert.deepEqual(services.toSorted(), [
      "ec2",
      "ecr.api",
      "ecr.dkr",
      "eks",
      "eks-auth",
      "elasticloadbalancing",
      "logs",
      "s3",
      "sts",
    ]);
    const { ingress } = engine.get("cluster-endpoints-security-group").inputs;
    assert.deepEqual(ingress, [
      { protocol: "tcp", fromPort: 443, toPort: 443, cidrBlocks: ["10.0.0.0/16"] },
    ]);
  });
});
