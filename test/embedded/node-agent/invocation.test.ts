import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { invocationOf } from "../../../embedded/node-agent/invocation.ts";
import type { Container, Pod } from "../../../embedded/node-agent/pod.ts";
import { matchImage, type Program } from "../../../embedded/node-agent/programs.ts";

function programOf(image: string): Program {
  const match = matchImage(image);
  assert.equal(match.kind, "program");
  return match.program;
}

function podWith(container: Container): Pod {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "controller-abc", namespace: "flux-system", uid: "u1" },
    spec: { nodeName: "node-1", containers: [container] },
  };
}

const placement = {
  ports: { 8080: 41000, 9440: 41001, 9090: 41002, 8081: 41003 },
  volumes: "/pods/p/volumes",
  operatorData: "/toolchain/data",
};

const source: Container = {
  name: "manager",
  image: "fluxcd/source-controller:v1.9.4",
  args: [
    "--concurrent=7",
    "--enable-leader-election",
    "--storage-path=/data",
    "--storage-adv-addr=source-controller.$(RUNTIME_NAMESPACE).svc.cluster.local.",
    "--unknown=$(NOT_SET)",
  ],
  env: [
    { name: "RUNTIME_NAMESPACE", valueFrom: { fieldRef: { fieldPath: "metadata.namespace" } } },
    { name: "GOMEMLIMIT", valueFrom: { resourceFieldRef: { resource: "limits.memory" } } },
    { name: "GOMAXPROCS", valueFrom: { resourceFieldRef: { resource: "limits.cpu" } } },
    { name: "PLAIN", value: "in $(RUNTIME_NAMESPACE)" },
  ],
  resources: { limits: { cpu: "1500m", memory: "1Gi" } },
  volumeMounts: [
    { name: "data", mountPath: "/data" },
    { name: "scratch", mountPath: "/tmp" },
  ],
};

describe("the invocation of a container's program", () => {
  const invocation = invocationOf(podWith(source), source, programOf(source.image), placement);

  it("starts with the arguments of the Deployment, variables expanded, in their order", () => {
    assert.deepEqual(invocation.arguments.slice(0, 5), [
      "--concurrent=7",
      "--enable-leader-election",
      "--storage-path=/data",
      "--storage-adv-addr=source-controller.flux-system.svc.cluster.local.",
      "--unknown=$(NOT_SET)",
    ]);
  });

  it("adds only loopback addresses and the directory of the volume", () => {
    assert.deepEqual(invocation.arguments.slice(5), [
      "--metrics-addr=127.0.0.1:41000",
      "--storage-addr=127.0.0.1:41002",
      "--health-addr=127.0.0.1:41001",
      "--storage-path=/pods/p/volumes/data",
    ]);
  });

  it("hands over fields, limits in bytes and whole processors, and TMPDIR", () => {
    assert.deepEqual(invocation.environment, {
      RUNTIME_NAMESPACE: "flux-system",
      GOMEMLIMIT: "1073741824",
      GOMAXPROCS: "2",
      PLAIN: "in flux-system",
      TMPDIR: "/pods/p/volumes/scratch",
    });
  });

  it("leads others to a pod on the network of its node where it really listens", () => {
    const early: Container = {
      ...source,
      args: ["--storage-addr=:9780", "--storage-adv-addr=$(NODE_ADDRESS):9780"],
      env: [{ name: "NODE_ADDRESS", valueFrom: { fieldRef: { fieldPath: "status.hostIP" } } }],
    };
    const pod = podWith(early);
    const { spec } = pod;
    assert.ok(spec);
    const onNode = { ...pod, spec: { ...spec, hostNetwork: true } };
    const { arguments: all } = invocationOf(onNode, early, programOf(early.image), placement);
    assert.equal(all[1], "--storage-adv-addr=127.0.0.1:9780");
    assert.equal(
      all.findLast((flag) => flag.startsWith("--storage-adv-addr")),
      "--storage-adv-addr=127.0.0.1:41002",
    );
  });

  it("does not tell the operator, which goes by a kubeconfig, that it is in a cluster", () => {
    const operator: Container = {
      name: "manager",
      image: "ghcr.io/controlplaneio-fluxcd/flux-operator:v0.58.1",
      env: [
        { name: "KUBERNETES_SERVICE_HOST", value: "10.0.0.10" },
        { name: "LOG", value: "x" },
      ],
    };
    const program = programOf(operator.image);
    const { environment } = invocationOf(podWith(operator), operator, program, placement);
    assert.deepEqual(
      [environment["KUBERNETES_SERVICE_HOST"], environment["LOG"]],
      [undefined, "x"],
    );
  });

  it("keeps the operator from listening beyond loopback", () => {
    const operator = {
      name: "manager",
      image: "ghcr.io/controlplaneio-fluxcd/flux-operator:v0.58.1",
      args: ["--web-server-port=9080"],
    };
    const { arguments: all } = invocationOf(
      podWith(operator),
      operator,
      programOf(operator.image),
      placement,
    );
    assert.equal(
      all.findLast((flag) => flag.startsWith("--web-server-port")),
      "--web-server-port=0",
    );
    assert.ok(all.includes("--storage-path=/toolchain/data"));
  });
});
