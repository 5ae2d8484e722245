import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { parse } from "yaml";

import { stateHome } from "../../../embedded/home.ts";
import {
  Bucket,
  FluxInstance,
  GitRepository,
  OCIRepository,
  type Resource,
  Secret,
} from "../../../scripts/lib/kinds.ts";
import type { KubernetesObject, Reference } from "../../../scripts/lib/object.ts";
import { type CommandResult, Embedded } from "../embedded.ts";
import { commandLines } from "../search.ts";
import { type Settings, withSettings } from "../stack-file.ts";
import { ServedRepository } from "../stuck/git-repository.ts";
import { type Probed, runProbe } from "./probe-run.ts";

const name = "credentials";
/** No program of ours lives for less. */
const sampleMilliseconds = 100;

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
  /** What every run printed. */
  readonly outputs: string[] = [];
  /** The command lines that were seen meanwhile. */
  readonly commandLines = new Set<string>();
  /** Where their temporary files went. */
  readonly temporary = mkdtempSync(join(tmpdir(), "flux-bootstrap-credentials-"));
  /** What the stack file holds in the place of each secret. */
  readonly #encrypted = new Map<string, unknown>();

  private constructor(embedded: Embedded) {
    this.embedded = embedded;
  }

  static async start(): Promise<CredentialStage> {
    const stage = new CredentialStage(await Embedded.start(name));
    await stage.repository("open").commit(files);
    return stage;
  }

  async end(): Promise<void> {
    await this.embedded.discard();
    rmSync(this.temporary, { recursive: true, force: true });
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

  /** Runs the probe alone, with a Secret of its own that holds these values. */
  async probe(probed: Probed, values: Readonly<Record<string, string>>): Promise<CommandResult> {
    const secret: Reference = { resource: Secret, name: "probed", namespace: "flux-system" };
    const { apiVersion, kind } = Secret;
    const metadata = { name: secret.name, namespace: "flux-system" };
    await this.embedded.cluster.create(Secret, { apiVersion, kind, metadata, stringData: values });
    const source = { ...probed.source, pullSecret: secret.name };
    const result = await this.#watched(() => runProbe(this.embedded, { ...probed, source }));
    await this.embedded.cluster.delete(secret);
    return result;
  }

  async #run(
    { sync, settings = {}, secrets = {} }: Attempt,
    words: readonly string[],
  ): Promise<CommandResult> {
    await this.encrypt(Object.values(secrets));
    const encrypted = Object.entries(secrets).map(
      ([key, value]) => [key, this.#encrypted.get(value)] as const,
    );
    const all = {
      cluster: { kind: "embedded", name },
      postBootstrap: { required: "none" },
      flux: { controllerPatches: [this.#trust()] },
      sync: { path: "./clusters/dev", ...sync },
      ...settings,
      ...Object.fromEntries(encrypted),
    };
    return this.#watched(() =>
      withSettings(this.embedded, all, () =>
        this.embedded.pulumi(words, { TMPDIR: this.temporary }),
      ),
    );
  }

  /** Remembers what the run prints, and the command lines that are seen meanwhile. */
  async #watched(run: () => Promise<CommandResult>): Promise<CommandResult> {
    const over = new AbortController();
    const sampled = commandLines(over.signal, sampleMilliseconds);
    const result = await run();
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

  /** Encrypts secrets for the stack, those that are new all at once: each start of Pulumi derives its key anew. */
  async encrypt(secrets: readonly string[]): Promise<void> {
    const fresh = secrets.filter((secret) => !this.#encrypted.has(secret));
    if (fresh.length === 0) return;
    const pairs = fresh.flatMap((secret, index) => ["--secret", `secret${index}=${secret}`]);
    const file = this.embedded.pulumiEnvironment.environment["PULUMI_OPTION_CONFIG_FILE"] ?? "";
    const before = readFileSync(file, "utf8");
    const { code, output } = await this.embedded.pulumi(["config", "set-all", ...pairs]);
    if (code !== 0) throw new Error(output);
    const { config } = parse(readFileSync(file, "utf8")) as { config: Record<string, unknown> };
    for (const [index, secret] of fresh.entries()) {
      this.#encrypted.set(secret, config[`flux-bootstrap:secret${index}`]);
    }
    writeFileSync(file, before);
  }
}
