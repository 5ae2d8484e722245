import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { hostNameOf } from "../../../embedded/node-agent/pod.ts";

const podWith = (spec: object) => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "helm-controller-7d9f8-abcde", namespace: "flux-system" },
  spec: { containers: [], nodeName: "node-1", ...spec },
});

describe("the host name of a pod", () => {
  it("is its own", () => {
    assert.equal(hostNameOf(podWith({})), "helm-controller-7d9f8-abcde");
    assert.equal(hostNameOf(podWith({ hostNetwork: false })), "helm-controller-7d9f8-abcde");
  });

  it("is that of its node on the network of that", () => {
    assert.equal(hostNameOf(podWith({ hostNetwork: true })), "node-1");
  });
});
