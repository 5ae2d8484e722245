import { below, type Files, probeChart } from "../../support/stuck/chart-files.ts";

/** How many releases stand on nothing, and how many on one of those. */
export const layers = { base: 20, apps: 40 } as const;
export const fleetSize = layers.base + layers.apps;
export const namespace = "race";

const two = (number: number) => String(number).padStart(2, "0");

function release(name: string, dependency?: string): string {
  const dependsOn = dependency === undefined ? "" : `  dependsOn:\n    - name: ${dependency}\n`;
  return `apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata:
  name: ${name}
  namespace: ${namespace}
spec:
  interval: 10m
  timeout: 5m
${dependsOn}  chart:
    spec:
      chart: ./charts/probe
      interval: 10m
      sourceRef:
        kind: GitRepository
        name: flux-system
        namespace: flux-system
`;
}

/** The fleet: each release has a chart of its own out of the same repository, and the apps need their base. */
export function raceFleet(): Files {
  const base = Array.from({ length: layers.base }, (_, index) => `base-${two(index + 1)}`);
  const apps = Array.from({ length: layers.apps }, (_, index) => `app-${two(index + 1)}`);
  const releases = [
    ...base.map((name) => [name, release(name)] as const),
    ...apps.map((name, index) => [name, release(name, base[index % layers.base])] as const),
  ];
  return {
    "fleet/namespace.yaml": `apiVersion: v1\nkind: Namespace\nmetadata:\n  name: ${namespace}\n`,
    ...Object.fromEntries(releases.map(([name, text]) => [`fleet/${name}.yaml`, text])),
    ...below("charts/probe", probeChart),
  };
}
