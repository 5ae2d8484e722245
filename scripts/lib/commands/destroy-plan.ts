import { read, textOf } from "../classify/field.ts";
import type { Cluster } from "../cluster.ts";
import { keepsFlux } from "../drain/owner.ts";
import type { DrainPlan } from "../drain/plan/drain-plan.ts";
import { ConfigMap, Namespace } from "../kinds.ts";
import type { KubernetesObject } from "../object.ts";
import { type AdoptsDocument, adoptedIn } from "../owner.ts";
import type { Command } from "./command.ts";
import { requireFlux } from "./connect.ts";

const volumeFates = ["keep", "delete"] as const;

export const destroyPlan: Command = {
  name: "destroy-plan",
  summary: "what a destroy would remove, in which order, what it would lose and what would stop it",
  operands: { usage: "", fewest: 0, most: 0 },
  options: {
    volumes: {
      type: "string",
      value: "FATE",
      text: "keep or delete: what drain.volumes says of the stack. Without it: delete on an embedded cluster, else keep.",
    },
  },
  text: [
    "Plans from the live cluster what the drain of a destroy does: every ResourceSet, Kustomization and HelmRelease that traces",
    "to the sync, in stages, each with what goes before it and why. Then the addresses that are given back, the volumes with what",
    "becomes of their data, what stays and why, and what would stop or hold up the drain. The order of the stages is what happens;",
    "the seconds are estimates. Whether the controllers are alive is not asked here: a destroy does that first.",
    "Ends with 1 when a destroy would refuse to begin.",
  ],
  never: "it writes nothing.",
  examples: [
    { command: "destroy-plan", text: "What a destroy would do; the same as npm run destroy:plan." },
    { command: "destroy-plan --volumes delete", text: "The same when volumes are not kept." },
    { command: "destroy-plan --output json", text: "The whole plan, for a program." },
  ],
  prepare(input) {
    const wanted =
      input.text("volumes") === undefined ? undefined : input.choice("volumes", volumeFates);
    return async ({ cluster, namespace: fluxNamespace, signal, next }) => {
      await requireFlux(cluster);
      const { budgetsOf, clusterGroupOf, planDrain, readDrainScene, resumePlan } = await planner();
      const { planSections } = await import("./destroy-plan-view.ts");
      const [info, adopts, scene] = await Promise.all([
        runtimeInfoOf(cluster, fluxNamespace),
        adoptsOf(cluster, fluxNamespace),
        readDrainScene(cluster, { fluxNamespace, signal }),
      ]);
      const { clusterKind, clusterName } = info;
      const clusterGroup = clusterGroupOf(clusterKind, clusterName);
      const volumes = wanted ?? (clusterKind === "embedded" ? "delete" : "keep");
      const budgets = budgetsOf(clusterKind);
      const options = { volumes, budgets, clusterGroup, fluxStays: keepsFlux(adopts) };
      const fresh = planDrain(scene, options);
      const plan = withNext(
        adopts.sync ? untouched(fresh, adopts) : resumePlan(scene.recorded, fresh),
        next,
      );
      return {
        code: plan.blockers.some(({ refuses }) => refuses) ? 1 : 0,
        sections: planSections(plan),
        json: { clusterKind, volumes, ...plan },
      };
    };
  },
};

/** Loaded when it is needed: help does without. */
async function planner() {
  const [plan, reader, estimate, volumes, resume] = await Promise.all([
    import("../drain/plan/plan.ts"),
    import("../drain/plan/scene-reader.ts"),
    import("../drain/plan/estimate.ts"),
    import("../drain/plan/volumes.ts"),
    import("../drain/freeze/resume-plan.ts"),
  ]);
  return { ...plan, ...reader, ...estimate, ...volumes, ...resume };
}

/** What the program noted for the fleet; nothing on a cluster that it did not set up. */
async function runtimeInfoOf(cluster: Cluster, namespace: string): Promise<RuntimeInfo> {
  const info = await cluster.get({ resource: ConfigMap, name: "flux-runtime-info", namespace });
  const of = (name: string) => textOf(read(info, "data", name)) || undefined;
  return { clusterKind: of("CLUSTER_KIND"), clusterName: of("CLUSTER_NAME") };
}

interface RuntimeInfo {
  readonly clusterKind: string | undefined;
  readonly clusterName: string | undefined;
}

/** What was there before the stack, as its namespace says. */
async function adoptsOf(cluster: Cluster, namespace: string): Promise<AdoptsDocument> {
  const reference = { resource: Namespace, name: namespace };
  const { metadata } = (await cluster.get<KubernetesObject>(reference)) ?? {};
  try {
    return adoptedIn(metadata?.annotations);
  } catch {
    // What somebody wrote there instead says nothing.
    return adoptedIn();
  }
}

/** Where the sync was there before the stack, its destroy touches nothing. */
function untouched(plan: DrainPlan, { objects }: AdoptsDocument): DrainPlan {
  const kept = objects.map((key) => ({ key, reason: "was there before the stack" }));
  return { ...plan, steps: [], stopped: [], kept, blockers: [], estimateSeconds: 0 };
}

function withNext(plan: DrainPlan, next: (command: string) => string): DrainPlan {
  const blockers = plan.blockers.map((one) => ({ ...one, next: next(one.next) }));
  return { ...plan, blockers };
}
