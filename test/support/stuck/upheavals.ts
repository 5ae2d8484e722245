import { Deployment, HelmRelease, Pod } from "../../../scripts/lib/kinds.ts";
import type { Reference } from "../../../scripts/lib/object.ts";
import { chart, inNamespace, release, unschedulable } from "./manifest.ts";
import { acting, exists, type Scenario } from "./scenario.ts";
import type { Stage } from "./stage.ts";
import { patch } from "./steps.ts";

/** What happens to a controller changes the state of every object that it reconciles, so these come one after the other. */

export const fluxNamespace = "flux-system";

export const helmController: Reference = {
  resource: Deployment,
  name: "helm-controller",
  namespace: fluxNamespace,
};

/** Workers of helm-controller at the size medium. */
const workers = 10;
const busy = Array.from({ length: workers }, (_, index) =>
  release(`busy-${index + 1}`, { timeout: "10m", values: unschedulable }),
);

/** As many endless installs as helm-controller has workers, and a release behind them. */
export const queue: Scenario = {
  name: "release-queued",
  controllers: true,
  manifests: (places) => [chart(places), ...busy],
  steps: [
    {
      resource: HelmRelease,
      name: "busy-1",
      when: exists,
      act: async (stage, { namespace = "" }) => {
        await saturated(stage);
        await stage.apply([inNamespace(release("app"), namespace)]);
      },
    },
  ],
  expect: [{ resource: HelmRelease, name: "app", state: "U1", when: exists }],
};

/** Resolves when as many actions run, in any namespace, as there are workers. */
async function saturated(stage: Stage): Promise<void> {
  // Which of them got a worker is not known beforehand: watch each, and count.
  let running = 0;
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const all = await stage.cluster.list(HelmRelease);
  for (const { metadata } of all) {
    const { name, namespace = "" } = metadata;
    const counted = stage.until({ resource: HelmRelease, name, namespace }, acting).then(() => {
      running += 1;
      if (running >= workers) resolve(undefined);
    });
    counted.catch(() => undefined);
  }
  await promise;
}

/** Kills helm-controller hard, and resolves when it runs again, before it leads. */
export async function killHelmController(stage: Stage): Promise<void> {
  const { name: pod, pid } = stage.ground.processOf("helm-controller");
  process.kill(pid, "SIGKILL");
  const at = { resource: Pod, name: pod, namespace: fluxNamespace };
  await stage.until(at, (object) => {
    const { containerStatuses: [status] = [] } = object.status as PodStatus;
    return (status?.restartCount ?? 0) > 0 && status?.state?.running !== undefined;
  });
}

interface PodStatus {
  readonly containerStatuses?: readonly {
    readonly restartCount?: number;
    readonly state?: { readonly running?: object };
  }[];
}

/** Scales helm-controller, and resolves when that many pods are there. */
export async function scaleHelmController(stage: Stage, replicas: number): Promise<void> {
  await patch({ spec: { replicas } })(stage, helmController);
  await stage.until(helmController, ({ status }) => {
    const { replicas: own = 0, readyReplicas = 0 } = status as {
      replicas?: number;
      readyReplicas?: number;
    };
    return own === replicas && readyReplicas === replicas;
  });
}

/** What becomes of a running action when its controller is killed. */
export const lost: Scenario = {
  name: "release-action-lost",
  namespace: "release-installing",
  controllers: true,
  expect: [
    { resource: HelmRelease, name: "app", state: "H8", when: acting },
    { ...helmController, namespace: fluxNamespace, state: "C5", when: exists },
  ],
};

/** What there is to see once helm-controller is gone. */
export const down: readonly Scenario[] = [
  {
    name: "release-changed",
    namespace: "release-ready",
    controllers: true,
    steps: [
      {
        resource: HelmRelease,
        name: "app",
        when: exists,
        act: patch({ spec: { values: { replicas: 2 } } }),
      },
    ],
    expect: [
      {
        resource: HelmRelease,
        name: "app",
        state: "H17",
        when: ({ metadata: { generation = 1 } }) => generation > 1,
      },
    ],
  },
  {
    name: "controller-down",
    namespace: "release-queued",
    controllers: true,
    expect: [
      { resource: HelmRelease, name: "app", state: "U0", when: exists },
      { ...helmController, namespace: fluxNamespace, state: "C1", when: exists },
    ],
  },
];
