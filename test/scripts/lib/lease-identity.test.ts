import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { isIdentityOf } from "../../../scripts/lib/lease-identity.ts";

const component = "helm-controller";
const podWith = (spec: object) => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "helm-controller-7d9f8-abcde", namespace: "flux-system" },
  spec,
});
const plain = podWith({ nodeName: "node-1" });
const onNode = podWith({ nodeName: "node-1", hostNetwork: true });

const rows: readonly (readonly [pod: typeof plain, identity: string, expected: boolean])[] = [
  [plain, "helm-controller-7d9f8-abcde_5f1c", true],
  [plain, "helm-controller-7d9f8-abcdf_5f1c", false],
  [plain, "helm-controller-7d9f8-abcde2_5f1c", false],
  [plain, "node-1_5f1c", false],
  [plain, "", false],
  [onNode, "node-1_5f1c", true],
  [onNode, "machine.example.com_5f1c", true],
  [onNode, "helm-controller-7d9f8-abcde_5f1c", true],
  // The pod before it, which was on the network of the pods.
  [onNode, "helm-controller-1c2d3-zyxwv_5f1c", false],
  [onNode, "", false],
];

describe("the holder of a lease", () => {
  for (const [pod, identity, expected] of rows) {
    const { hostNetwork = false } = pod.spec as { readonly hostNetwork?: boolean };
    const where = hostNetwork ? "on the network of its node" : "on the network of the pods";
    it(`"${identity}" is ${expected ? "" : "not "}a process of the pod ${where}`, () => {
      assert.equal(isIdentityOf(pod, identity, component), expected);
    });
  }
});
