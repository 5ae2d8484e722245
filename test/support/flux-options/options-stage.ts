import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { generateX25519Identity } from "age-encryption";

import { Kustomization, Node, Pod, type Resource, Secret } from "../../../scripts/lib/kinds.ts";
import type { KubernetesObject, Reference } from "../../../scripts/lib/object.ts";
import { type CommandResult, Embedded } from "../embedded.ts";
import { addKey, EncryptedRepository } from "../encrypted-repository.ts";
import { type Settings, withSettings } from "../stack-file.ts";

type Running = KubernetesObject<{ readonly hostNetwork?: boolean }>;
export type Opened = KubernetesObject & { readonly data?: Readonly<Record<string, string>> };

export const namespace = "flux-system";
/** What kustomize-controller decrypts from the repository. */
export const opened: Reference = { resource: Secret, name: "encrypted", namespace: "default" };

/** Whether it was decrypted from a commit with this token. */
export const holds = (token: string) => (object: Opened | undefined) =>
  object?.data?.["token"] === Buffer.from(token).toString("base64");

/** A gate that opens when the object of Flux is Ready. */
export const gateOf = ({ apiVersion, kind }: Resource, name: string) => ({
  name: `${name}-ready`,
  object: { apiVersion, kind, namespace, name },
  condition: "Ready",
});

const components = [
  "flux-operator",
  ...["source", "kustomize", "helm", "notification"].map((name) => `${name}-controller`),
];
const taint = { key: "node.cilium.io/agent-not-ready", effect: "NoSchedule" };

/** A stack with an encrypted repository on a cluster of its own, whose nodes lose and get their network. */
export class OptionsStage {
  readonly embedded: Embedded;
  readonly repository: EncryptedRepository;
  readonly shared: Settings;
  readonly #folder = mkdtempSync(join(tmpdir(), "flux-bootstrap-"));

  private constructor(embedded: Embedded, name: string) {
    this.embedded = embedded;
    this.repository = new EncryptedRepository(embedded);
    this.shared = {
      cluster: { kind: "embedded", name },
      postBootstrap: { required: "none" },
      sync: { url: this.repository.url, path: "./" },
    };
  }

  /** The repository holds what the key "first" of the stack opens. */
  static async start(name: string): Promise<OptionsStage> {
    const embedded = await Embedded.start(name);
    const stage = new OptionsStage(embedded, name);
    const recipient = await addKey(embedded, "first", await generateX25519Identity());
    await stage.repository.push("first", recipient);
    return stage;
  }

  async end(): Promise<void> {
    this.repository.remove();
    rmSync(this.#folder, { recursive: true, force: true });
    await this.embedded.discard();
  }

  async upWith(settings: Settings): Promise<CommandResult> {
    return withSettings(this.embedded, { ...this.shared, ...settings }, () => this.embedded.up());
  }

  /** `pulumi up` with these settings, which must pass. */
  async up(settings: Settings): Promise<string> {
    const { code, output } = await this.upWith(settings);
    assert.equal(code, 0, output);
    return output;
  }

  /** Bootstraps on nodes that are not ready, Flux on their own network, after a prerequisite. */
  async upWithoutNetwork(): Promise<void> {
    await this.#taintAll([taint]);
    const manifests = join(this.#folder, "first.yaml");
    writeFileSync(
      manifests,
      "apiVersion: v1\nkind: Namespace\nmetadata: {name: first}\n---\n" +
        `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: first, namespace: ${namespace}}\n`,
    );
    const apiServerPort = this.embedded.record.ports.apiServer;
    await this.up({
      prerequisites: [{ name: "first", manifests }],
      gates: [gateOf(Kustomization, namespace)],
      flux: { beforeNetwork: { apiServerHost: "127.0.0.1", apiServerPort } },
    });
  }

  /** The nodes have a network, and Flux moves to it. */
  async moveToNetwork(settings: Settings): Promise<void> {
    await this.#taintAll([]);
    // What reconciles during the move asks the address that source-controller had, for minutes.
    await this.#suspend(true);
    await this.up(settings);
    await this.#suspend(null);
  }

  /** The pods of a Deployment of Flux that are not about to go. */
  async podsOf(component: string): Promise<Running[]> {
    const pods = await this.embedded.cluster.list<Running>(Pod, { namespace });
    const own = pods.filter(({ metadata }) => metadata.name.startsWith(`${component}-`));
    return own.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  }

  /** For flux-operator and each controller, whether it is on the network of its node. */
  async onNodes(): Promise<boolean[]> {
    return Promise.all(
      components.map(async (component) => {
        const [pod] = await this.podsOf(component);
        return pod?.spec?.hostNetwork ?? false;
      }),
    );
  }

  async #taintAll(taints: readonly object[]): Promise<void> {
    const { cluster } = this.embedded;
    for (const { metadata } of await cluster.list(Node)) {
      await cluster.patch({ resource: Node, name: metadata.name }, { spec: { taints } });
    }
  }

  async #suspend(value: true | null): Promise<void> {
    const reference = { resource: Kustomization, name: namespace, namespace };
    await this.embedded.cluster.patch(reference, { spec: { suspend: value } });
  }
}
