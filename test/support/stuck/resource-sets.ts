import type { StateId } from "../../../scripts/lib/classify/states.ts";
import { ResourceSet } from "../../../scripts/lib/kinds.ts";
import { manifest } from "./manifest.ts";
import {
  condition,
  exists,
  failed,
  type Scenario,
  settled,
  terminating,
  type Test,
} from "./scenario.ts";
import { remove } from "./steps.ts";

const notReady = condition("Ready", { status: "False" });
const note = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "note" } };

interface ResourceSetCase {
  readonly spec: object;
  readonly when: Test;
  readonly annotations?: Readonly<Record<string, string>>;
}

function one(name: string, state: StateId, { spec, when, annotations }: ResourceSetCase): Scenario {
  const metadata = { name: "set", ...(annotations && { annotations }) };
  return {
    name,
    manifests: () => [manifest(ResourceSet, metadata, { spec })],
    expect: [{ resource: ResourceSet, name: "set", state, when }],
  };
}

export const resourceSets: readonly Scenario[] = [
  {
    name: "set-held",
    manifests: () => [
      manifest(
        ResourceSet,
        { name: "set", finalizers: ["example.com/hold"] },
        { spec: { resources: [] } },
      ),
    ],
    steps: [{ resource: ResourceSet, name: "set", when: settled, act: remove }],
    expect: [{ resource: ResourceSet, name: "set", state: "O0", when: terminating }],
  },
  {
    ...one("set-starting", "O8", {
      spec: { resources: [{ ...note, metadata: { name: "note", namespace: "set-starting" } }] },
      when: condition("Ready", { status: "Unknown" }),
    }),
    passing: true,
  },
  one("set-ready", "ok", {
    spec: { resources: [{ ...note, metadata: { name: "note", namespace: "set-ready" } }] },
    when: condition("Ready", { status: "True" }),
  }),
  one("set-disabled", "O1", {
    annotations: { "fluxcd.controlplane.io/reconcile": "disabled" },
    spec: { resources: [note] },
    when: exists,
  }),
  one("set-dependency", "O3", {
    spec: {
      dependsOn: [
        { apiVersion: "v1", kind: "ConfigMap", name: "not-there", namespace: "set-dependency" },
      ],
      resources: [note],
    },
    when: notReady,
  }),
  one("set-template", "O5", {
    spec: { resourcesTemplate: "kind: << inputs.nothing.of | that >>\n" },
    when: notReady,
  }),
  one("set-unknown-kind", "O6", {
    spec: {
      resources: [
        {
          apiVersion: "example.com/v1",
          kind: "Gadget",
          metadata: { name: "gadget", namespace: "set-unknown-kind" },
        },
      ],
    },
    when: notReady,
  }),
  {
    ...one("set-unhealthy", "O7", {
      annotations: { "fluxcd.controlplane.io/reconcileTimeout": "5s" },
      spec: {
        wait: true,
        resources: [
          {
            apiVersion: "v1",
            kind: "Pod",
            metadata: { name: "alone", namespace: "set-unhealthy" },
            spec: {
              nodeSelector: { "example.com/pool": "none" },
              containers: [{ name: "main", image: "registry.k8s.io/pause:3.10" }],
            },
          },
        ],
      },
      // Before that, the account of its pod may not be there yet.
      when: failed("ReconciliationFailed", /stalled|timeout waiting/),
    }),
    passing: true,
  },
];
