import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { deleteCluster } from "../../../embedded/cluster/stop.ts";
import { stateHome } from "../../../embedded/home.ts";
import {
  Bucket,
  FluxInstance,
  GitRepository,
  OCIRepository,
  type Resource,
  Secret,
} from "../../../scripts/lib/kinds.ts";
import { createLog } from "../../../scripts/lib/log.ts";
import type { KubernetesObject } from "../../../scripts/lib/object.ts";
import { type CommandResult, Embedded } from "../embedded.ts";
import { commandLines } from "../search.ts";
import { type Settings, withSettings } from "../stack-file.ts";
import { ServedRepository } from "../stuck/git-repository.ts";

const name = "credentials";
/** No program of ours lives for less. */
const sampleMilliseconds = 100;
const quiet = createLog(() => undefined);

/** The content of every source: one ConfigMap for Flux to apply. */
export const files = {
  "clusters/dev/config.yaml": [
    "apiVersion: v1",
    "kind: ConfigMap",
    "metadata: {name: opened, namespace: flux-system}",
    "data: {by: credentials}",
    "",
  ].join("\n"),
};

export interface Attempt {
  /** The object `sync`, without its path. */
  readonly sync: Settings;
  /** Other settings in clear. */
  readonly settings?: Settings;
  readonly secrets?: Readonly<Record<string, string>>;
}

interface Sync {
  readonly kind: string;
  readonly url: string;
  readonly pullSecret?: string;
  readonly provider?: string;
}

type Instance = KubernetesObject<{ readonly sync?: Sync }>;
type SecretObject = KubernetesObject & {
  readonly type?: string;
  readonly data?: Readonly<Record<string, string>>;
};

/** CredentialStage is a cluster of its own on which sources are opened, one after the other. */
export class CredentialStage {
  readonly embedded: Embedded;
  /** What every `up` and preview printed. */
  readonly outputs: string[] = [];
  /** The command lines that were seen meanwhile. */
  readonly commandLines = new Set<string>();
  /** Where their temporary files went. */
  readonly temporary = mkdtempSync(join(tmpdir(), "flux-bootstrap-credentials-"));
  /** The secrets in the stack file. */
  readonly #set = new Map<string, string>();

  private constructor(embedded: Embedded) {
    this.embedded = embedded;
  }

  static async start(): Promise<CredentialStage> {
    const stage = new CredentialStage(await Embedded.start(name));
    await stage.repository("open").commit(files);
    return stage;
  }

  async end(): Promise<void> {
    await this.embedded.pulumi(["stack", "rm", name, "--force", "--yes"]);
    await deleteCluster(name, quiet);
    for (const directory of [this.temporary, this.embedded.pulumiEnvironment.project]) {
      rmSync(directory, { recursive: true, force: true });
    }
  }

  repository(named: string): ServedRepository {
    return new ServedRepository(this.embedded.path("git"), named);
  }

  /** A repository at the embedded Git server. */
  url(named: string): string {
    return `http://127.0.0.1:${this.embedded.record.ports.git}/${named}.git`;
  }

  /** A copy of the open repository that asks for `user:password`, which may be another one later. */
  async lock(credentials: string): Promise<void> {
    await this.repository("open").copyPrivately(this.embedded.path("git"), "locked", credentials);
  }

  /** A certificate for 127.0.0.1 that source-controller trusts here, and its key. */
  tls(file: "apiserver.crt" | "apiserver.key"): string {
    return this.embedded.path("certificates", file);
  }

  /** Runs `pulumi up` with these settings, and no others of an earlier attempt. It shows what changes, as previews do. */
  async up(attempt: Attempt): Promise<CommandResult> {
    return this.#run(attempt, ["up", "--yes", "--skip-preview", "--diff"]);
  }

  /** Runs `pulumi preview` in the same way. */
  async preview(attempt: Attempt): Promise<CommandResult> {
    return this.#run(attempt, ["preview", "--diff"]);
  }

  async #run(
    { sync, settings = {}, secrets = {} }: Attempt,
    words: readonly string[],
  ): Promise<CommandResult> {
    const others = await this.#setSecrets(secrets);
    const over = new AbortController();
    const sampled = commandLines(over.signal, sampleMilliseconds);
    const result = await withSettings(
      this.embedded,
      {
        cluster: { kind: "embedded", name },
        postBootstrap: { required: "none" },
        flux: { controllerPatches: [this.#trust()] },
        sync: { path: "./clusters/dev", ...sync },
        ...settings,
        ...others,
      },
      () => this.embedded.pulumi(words, { TMPDIR: this.temporary }),
    );
    over.abort();
    for (const line of await sampled) this.commandLines.add(line);
    this.outputs.push(result.output);
    return result;
  }

  /** What is attached; undefined while nothing is. */
  async attached(): Promise<Sync | undefined> {
    const flux = { resource: FluxInstance, name: "flux", namespace: "flux-system" };
    return (await this.embedded.cluster.get<Instance>(flux))?.spec?.sync;
  }

  secret(named: string): Promise<SecretObject | undefined> {
    const reference = { resource: Secret, name: named, namespace: "flux-system" };
    return this.embedded.cluster.get<SecretObject>(reference);
  }

  /** The Secrets that open a source. */
  async sourceSecrets(): Promise<string[]> {
    const secrets = await this.embedded.cluster.list(Secret, { namespace: "flux-system" });
    return secrets
      .map(({ metadata }) => metadata.name)
      .filter((named) => /^flux-system($|-)/.test(named))
      .toSorted();
  }

  /** The sources that there are. */
  async sources(): Promise<string[]> {
    const kinds: readonly Resource[] = [GitRepository, OCIRepository, Bucket];
    const lists = await Promise.all(kinds.map((kind) => this.embedded.cluster.list(kind)));
    return lists.flat().map(({ metadata }) => metadata.name);
  }

  /** Directories of Pulumi's, in which no secret may stand in clear. */
  get pulumiDirectories(): readonly string[] {
    return ["state", "stacks", join("pulumi", "logs")].map((part) => join(stateHome(), part));
  }

  /** source-controller takes the cluster's own certificate for the one of the bucket. */
  #trust(): object {
    const value = { name: "SSL_CERT_FILE", value: this.tls("apiserver.crt") };
    const path = "/spec/template/spec/containers/0/env/-";
    return {
      target: { kind: "Deployment", name: "source-controller" },
      patch: JSON.stringify([{ op: "add", path, value }]),
    };
  }

  /** Encrypts what was not there before. Returns the settings of other attempts, to be left out of this one. */
  async #setSecrets(secrets: Readonly<Record<string, string>>): Promise<Settings> {
    const changed = Object.entries(secrets).filter(([key, value]) => this.#set.get(key) !== value);
    if (changed.length > 0) {
      const pairs = changed.flatMap(([key, value]) => ["--secret", `${key}=${value}`]);
      const { code, output } = await this.embedded.pulumi(["config", "set-all", ...pairs]);
      if (code !== 0) throw new Error(output);
    }
    for (const [key, value] of changed) this.#set.set(key, value);
    const others = [...this.#set.keys()].filter((key) => !(key in secrets));
    return Object.fromEntries(others.map((key) => [key, undefined]));
  }
}
