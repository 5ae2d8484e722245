import { DiagnosticSetting } from "@pulumi/azure-native/monitor/diagnosticSetting.js";
import { Workspace } from "@pulumi/azure-native/operationalinsights/workspace.js";
import * as pulumi from "@pulumi/pulumi";

import type { AksConfig } from "../../config/aks/types.ts";
import type { Place } from "./place.ts";

export interface LogsArgs extends Pick<AksConfig, "logWorkspaceId" | "logRetentionDays"> {
  readonly place: Place;
  /** The id of the cluster. */
  readonly clusterId: pulumi.Input<string>;
}

/**
 * What the control plane tells: who changed what (`kube-audit-admin`; `kube-audit` has the reads too and costs many times
 * that), who logged in, and why nodes came and went (https://learn.microsoft.com/azure/aks/monitor-aks-reference).
 */
const categories = [
  "kube-audit-admin",
  "guard",
  "kube-apiserver",
  "kube-controller-manager",
  "cluster-autoscaler",
  "cloud-controller-manager",
];

/**
 * Logs is where the logs of the control plane go. Azure keeps a setting when its cluster is gone, and gives it to the
 * next of that name: so it is deleted by itself, before the cluster.
 */
export class Logs extends pulumi.ComponentResource {
  readonly workspaceId: pulumi.Output<string>;

  constructor(
    name: string,
    { place, clusterId, logWorkspaceId, logRetentionDays }: LogsArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("flux-bootstrap:aks:Logs", name, {}, opts);
    const { cluster, ...located } = place;
    const ownWorkspace = () =>
      new Workspace(
        `${name}-workspace`,
        {
          ...located,
          workspaceName: `log-${cluster}`,
          sku: { name: "PerGB2018" },
          retentionInDays: logRetentionDays,
          features: { disableLocalAuth: true },
        },
        { parent: this, deleteBeforeReplace: true },
      ).id;
    this.workspaceId = pulumi.output(logWorkspaceId ?? ownWorkspace());
    new DiagnosticSetting(
      `${name}-setting`,
      {
        name: "flux-bootstrap",
        resourceUri: clusterId,
        workspaceId: this.workspaceId,
        // A table for each category instead of one for all of Azure.
        logAnalyticsDestinationType: "Dedicated",
        logs: categories.map((category) => ({ category, enabled: true })),
        metrics: [{ category: "AllMetrics", enabled: true }],
      },
      { parent: this, deleteBeforeReplace: true },
    );
    this.registerOutputs();
  }
}
