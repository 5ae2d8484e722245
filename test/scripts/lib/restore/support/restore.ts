import assert from "node:assert/strict";
import { once } from "node:events";
import { existsSync, watch, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { fileURLToPath } from "node:url";

import { Cluster } from "../../../../../scripts/lib/cluster.ts";
import { Failure } from "../../../../../scripts/lib/failure.ts";
import { ConfigMap } from "../../../../../scripts/lib/kinds.ts";
import type { ConfigMapObject } from "../../../../../scripts/lib/restore/marker.ts";
import { restoreOnce, type RestoreResult } from "../../../../../scripts/lib/restore/restore.ts";
import { parseRestore } from "../../../../../scripts/lib/restore/settings.ts";
import type { FakeApiServer } from "../../../../support/api-server.ts";
import { fakeApiServer } from "../../../support/fake.ts";
import { namespace, recordingLog } from "../../../support/flux.ts";

const store = fileURLToPath(new URL("./store.ts", import.meta.url));

/** The command that runs one step of the program that works on a cluster. */
export const step = (name: string) => [
  process.execPath,
  "--disable-warning=ExperimentalWarning",
  store,
  name,
];

export const shell = (script: string) => ["sh", "-c", script];

/** A restore by programs that copy a file of the backup and compare it. */
export const byFile = {
  kind: "command",
  find: shell(`test ! -e "$BACKUP" || cat "$BACKUP"`),
  restore: shell(`echo "restoring $RESTORE_BACKUP" >&2; cp "$BACKUP.data" "$BACKUP.restored"`),
  verify: shell(`cat "$BACKUP.restored"; cmp -s "$BACKUP.data" "$BACKUP.restored"`),
};

/** A restore whose program forgets to restore. */
export const byNothing = { ...byFile, restore: ["true"] };

export interface RunOptions {
  readonly signal?: AbortSignal;
  readonly signMilliseconds?: number;
}

/** Scene is a cluster and a directory that the programs find in their environment. */
export class Scene {
  readonly server: FakeApiServer;
  readonly directory: string;
  /** What every run has logged. */
  readonly lines: string[] = [];

  constructor(server: FakeApiServer, directory: string) {
    this.server = server;
    this.directory = directory;
  }

  get backup(): string {
    return join(this.directory, "backup.json");
  }

  /** Puts a backup that was taken `hours` ago. */
  putBackup(hours = 1, id = "nightly-7"): void {
    const takenAt = new Date(Date.now() - hours * 3_600_000).toISOString();
    writeFileSync(this.backup, JSON.stringify({ id, takenAt }));
    writeFileSync(`${this.backup}.data`, "orders of today\n");
  }

  /** Puts the record of a restore of nightly-7 that began and did not finish two minutes ago. */
  putRecord(more: Readonly<Record<string, string>> = {}): void {
    const seenAt = new Date(Date.now() - 120_000).toISOString();
    const record = { startedAt: seenAt, seenAt, by: "ci-3", driver: "command", run: "earlier" };
    const data = { state: "restoring", backup: "nightly-7", takenAt: "", ...record, ...more };
    const metadata = { name: "flux-restore-progress", namespace };
    this.server.put(ConfigMap, { metadata, ...{ data } });
  }

  async run(settings: object | undefined, more: RunOptions = {}): Promise<RestoreResult> {
    const { log, lines } = recordingLog();
    const content = this.server.kubeconfig();
    const { signal = new AbortController().signal, signMilliseconds = 15_000 } = more;
    const parsed = settings === undefined ? undefined : parseRestore(settings);
    const context = { log, signal, signMilliseconds, fluxNamespace: namespace };
    try {
      const cluster = new Cluster(content, "restore");
      return await restoreOnce(cluster, parsed, { ...context, kubeconfig: { content } });
    } finally {
      this.lines.push(...lines);
    }
  }

  async failed(settings: object | undefined, more: RunOptions = {}): Promise<Failure> {
    try {
      await this.run(settings, more);
    } catch (error) {
      assert.ok(error instanceof Failure, String(error));
      return error;
    }
    throw new Error("the restore passed");
  }

  /** The data of a ConfigMap; undefined when it does not exist. */
  data(name: string, at = namespace) {
    const found: ConfigMapObject | undefined = this.server.get({
      resource: ConfigMap,
      name,
      namespace: at,
    });
    return found?.data;
  }

  get marker() {
    return this.data("flux-restore");
  }

  get record() {
    return this.data("flux-restore-progress");
  }
}

/** A scene whose environment variables and directory last as long as the test. */
export async function scene(test: TestContext): Promise<Scene> {
  const directory = await mkdtemp(join(tmpdir(), "restore-"));
  const made = new Scene(await fakeApiServer(test), directory);
  setVariables(test, { BACKUP: made.backup, TMPDIR: directory });
  test.after(async () => rm(directory, { recursive: true }));
  return made;
}

/** Sets variables of this process, and with it of the programs, for as long as the test lasts. */
function setVariables(test: TestContext, variables: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(variables)) {
    const before = process.env[name];
    process.env[name] = value;
    test.after(() => {
      if (before === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = before;
    });
  }
}

/** Where `hang` tells that it is there. */
export async function switchboard(test: TestContext) {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  setVariables(test, { HANG_PORT: String((server.address() as AddressInfo).port) });
  test.after(() => server.close());
  return {
    /** Resolves when a program hangs: its KUBECONFIG, and when it is gone. */
    called: async () => {
      const [socket] = (await once(server, "connection")) as [Socket];
      const gone = once(socket, "close");
      const [first] = (await once(socket, "data")) as [Buffer];
      socket.resume().on("error", () => undefined);
      return { kubeconfig: first.toString().trim(), gone };
    },
  };
}

/** Resolves when nothing is left at `path`; the directory above it is watched. */
export async function untilRemoved(path: string, above: string): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const look = () => {
    if (!existsSync(path)) resolve(undefined);
  };
  const watcher = watch(above, look);
  look();
  await promise;
  watcher.close();
}
