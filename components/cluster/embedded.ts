import * as pulumi from "@pulumi/pulumi";

import type { EmbeddedClusterConfig } from "../config/types.ts";
import { runError } from "../run-error.ts";
import { type ConnectionRecord, readConnectionRecord } from "./connection-record.ts";
import { placeholderKubeconfig } from "./placeholder.ts";
import type { ClusterSource } from "./source.ts";

/** The chart that stands in for the published one, relative to the project. */
const operatorChart = "embedded/chart/flux-operator";

/** What a preview uses where no cluster runs: addresses at which nothing answers. */
const placeholder: ConnectionRecord = {
  name: "placeholder",
  id: "placeholder",
  kubeconfig: "",
  gitUrl: "http://127.0.0.1:1/fleet.git",
  registry: "127.0.0.1:1",
  operatorChart,
};

/**
 * embeddedSource is the cluster that `npm start` runs on this machine. A preview does without one; an `up` throws when
 * it is not there.
 */
export function embeddedSource({ name }: EmbeddedClusterConfig): ClusterSource {
  const { record, kubeconfig } = readConnectionRecord(name) ?? missing(name);
  return {
    kubeconfig: pulumi.secret(kubeconfig),
    context: undefined,
    access: "npm run shell",
    unreachableFix: "Run: npm start",
    loginFix: "Run: npm start",
    previewNote: `the embedded cluster "${name}" does not run: this preview compares with the state only`,
    supplies: {
      operatorChart,
      gitUrl: record.gitUrl,
      runtimeInfo: { CHART_REGISTRY: record.registry },
    },
  };
}

function missing(name: string) {
  if (!pulumi.runtime.isDryRun()) {
    throw runError(
      `the embedded cluster "${name}" must be running, got no record of it. Run: npm start`,
    );
  }
  return { record: placeholder, kubeconfig: placeholderKubeconfig() };
}
