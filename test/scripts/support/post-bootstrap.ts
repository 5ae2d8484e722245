import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { Cluster } from "../../../scripts/lib/cluster.ts";
import { Failure } from "../../../scripts/lib/failure.ts";
import { GitRepository } from "../../../scripts/lib/kinds.ts";
import type { Reference } from "../../../scripts/lib/object.ts";
import {
  postBootstrap,
  type PostBootstrapResult,
} from "../../../scripts/lib/post-bootstrap/post-bootstrap.ts";
import { Redactor } from "../../../scripts/lib/redact.ts";
import type { Report } from "../../../scripts/lib/report/report.ts";
import type { RestoreSettings } from "../../../scripts/lib/restore/settings.ts";
import type { Requirement } from "../../../scripts/lib/tree/requirement.ts";
import { FakeApiServer } from "../../support/api-server.ts";
import { namespace, recordingLog } from "./flux.ts";
import { ready } from "./gitops.ts";

/** With no restore configured the layers that wait for data are let go at once. */
export const markerWrite = "POST /api/v1/namespaces/flux-system/configmaps";

const source = { resource: GitRepository, name: "flux-system", namespace };
/** A request to fetch the source now. */
export const fetchWrite =
  "PATCH /apis/source.toolkit.fluxcd.io/v1/namespaces/flux-system/gitrepositories/flux-system";

export const gaveUp = (message: string) => ({
  conditions: ["Ready", "Stalled"].map((type) => ({
    type,
    status: type === "Ready" ? "False" : "True",
    reason: "RetriesExceeded",
    message,
  })),
});

export interface More {
  readonly requirement?: Requirement;
  readonly timeoutMilliseconds?: number;
  readonly repair?: boolean;
  readonly settings?: RestoreSettings;
}

/** PostBootstrapStage is a fake cluster on which postBootstrap runs, and the directory of its reports. */
export class PostBootstrapStage {
  readonly server: FakeApiServer;
  readonly directory: string;

  private constructor(server: FakeApiServer, directory: string) {
    this.server = server;
    this.directory = directory;
  }

  static async set(): Promise<PostBootstrapStage> {
    const directory = await mkdtemp(join(tmpdir(), "report-"));
    return new PostBootstrapStage(await FakeApiServer.start(), directory);
  }

  async strike(): Promise<void> {
    await this.server.stop();
    await rm(this.directory, { recursive: true });
  }

  /** From now on the source that is asked to be fetched has that revision. */
  fetches(revision: string): void {
    const { server } = this;
    server.react(({ kind, metadata, status }, event) => {
      const token = metadata.annotations?.["reconcile.fluxcd.io/requestedAt"];
      const { lastHandledReconcileAt } = (status ?? {}) as { lastHandledReconcileAt?: string };
      if (kind !== "GitRepository" || event !== "MODIFIED" || token === undefined) return;
      if (lastHandledReconcileAt === token) return;
      server.merge(source, { status: { lastHandledReconcileAt: token, artifact: { revision } } });
    });
  }

  /** From now on a release that is asked to begin anew becomes Ready. */
  heals(release: Reference): void {
    const { server } = this;
    server.react(({ kind, metadata, status }, event) => {
      const token = metadata.annotations?.["reconcile.fluxcd.io/requestedAt"];
      const reset = metadata.annotations?.["reconcile.fluxcd.io/resetAt"];
      const { lastHandledReconcileAt } = (status ?? {}) as { lastHandledReconcileAt?: string };
      if (kind !== "HelmRelease" || event !== "MODIFIED" || token === undefined) return;
      if (reset !== token || lastHandledReconcileAt === token) return;
      const handled = { lastHandledReconcileAt: token, lastHandledResetAt: token };
      server.merge(release, { status: { ...ready, ...handled, observedGeneration: 1 } });
    });
  }

  /** Every patch so far, as `PATCH /apis/…`. */
  get patches(): readonly string[] {
    return this.server.writes.filter((write) => write.startsWith("PATCH"));
  }

  async run(more: More = {}): Promise<PostBootstrapResult> {
    const { requirement = "all", timeoutMilliseconds = 20_000, repair = false, settings } = more;
    const kubeconfig = this.server.kubeconfig();
    const cluster = new Cluster(kubeconfig, "post-bootstrap");
    const gate = {
      token: `gate-${Date.parse("2026-01-01T00:00:00Z")}-abcdef`,
      seconds: 2,
      controllers: [],
    };
    const options = {
      connection: { cluster, namespace, uid: FakeApiServer.uid },
      requirement,
      kustomizations: ["flux-system/apps"],
      timeoutMilliseconds,
      repair,
      autoFixPods: { mode: "off" as const },
      restore: { settings, kubeconfig: { content: kubeconfig, context: undefined } },
      reportDirectory: this.directory,
      gate,
    };
    const { signal } = new AbortController();
    return postBootstrap(options, {
      log: recordingLog().log,
      signal,
      redactor: new Redactor(),
    });
  }

  async failed(more: More): Promise<Failure> {
    try {
      await this.run(more);
    } catch (error) {
      assert.ok(error instanceof Failure, String(error));
      return error;
    }
    throw new Error("it passed");
  }

  async report(): Promise<Report> {
    return JSON.parse(await readFile(join(this.directory, "report.json"), "utf8")) as Report;
  }
}
