import * as pulumi from "@pulumi/pulumi";

import { azureIdOf } from "./azure.ts";
import { answerOf, type CloudAnswers, outputsOf } from "./clouds.ts";

export { optionsOf, type RegisteredOptions } from "./registered-options.ts";

/** A resource as the program registered it. */
export interface Registered {
  readonly type: string;
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly provider: string | undefined;
}

export interface MockOptions {
  /** @default false */
  readonly preview?: boolean;
  /** @default "dev" */
  readonly stack?: string;
  /** What the clouds say. */
  readonly clouds?: CloudAnswers;
  /** What a Command prints, by the program that it runs. */
  readonly stdout?: Readonly<Record<string, unknown>>;
}

const stdoutOf: Readonly<Record<string, unknown>> = {
  "scripts/identity.ts": { uid: "uid-of-kube-system" },
  "scripts/cluster-ready.ts": { seconds: 1 },
  "scripts/crds.ts": { crds: 4, seconds: 0 },
  "scripts/deploy-key.ts": {
    publicKey: "ssh-ed25519 AAAA flux-bootstrap-true",
    fingerprint: "SHA256:fingerprint",
  },
  "scripts/leftovers-record.ts": { recorded: true },
  "scripts/gate.ts": { token: "gate-1", seconds: 0.2, controllers: [] },
  "scripts/drain-record.ts": { recorded: true },
  "scripts/probe.ts": { revision: "main@sha1:1", seconds: 1 },
  "scripts/named-gate.ts": { gate: "secrets-ready", seconds: 1 },
  "scripts/post-bootstrap.ts": { ready: 3, required: 3, failed: 0, report: "report.json" },
};

/**
 * MockEngine stands in for the engine in this process: it records what is registered, in order, and can hold one
 * resource back the way a slow create does.
 */
export class MockEngine implements pulumi.runtime.Mocks {
  readonly registered: Registered[] = [];
  readonly #options: MockOptions;
  readonly #names: string[];
  #held: string | undefined;
  readonly #awaited = new Map<string, (value: undefined) => void>();
  readonly #release = Promise.withResolvers<undefined>();
  #active = 0;

  /** `names` gets the name of every resource as it is registered. */
  constructor(options: MockOptions = {}, names: string[] = []) {
    this.#options = options;
    this.#names = names;
  }

  /** Makes this the engine of every resource from now on. */
  async start(config: Readonly<Record<string, unknown>> = {}, secretKeys: string[] = []) {
    const { preview = false, stack = "dev" } = this.#options;
    const project = "flux-bootstrap";
    await pulumi.runtime.setMocks(this, project, stack, preview, "organization");
    const full = (key: string) => `${project}:${key}`;
    const text = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value));
    pulumi.runtime.setAllConfig(
      Object.fromEntries(Object.entries(config).map(([key, value]) => [full(key), text(value)])),
      secretKeys.map(full),
    );
  }

  /** The create of that resource does not end until `release`. */
  hold(name: string): void {
    this.#held = name;
  }

  /** Resolves when the resource of that name is registered. */
  async registration(name: string): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    this.#awaited.set(name, resolve);
    if (this.names().includes(name)) return;
    await promise;
  }

  release(): void {
    this.#release.resolve(undefined);
  }

  async newResource(args: pulumi.runtime.MockResourceArgs) {
    const { type, name, provider } = args;
    const inputs = args.inputs as Readonly<Record<string, unknown>>;
    this.registered.push({ type, name, inputs, provider: provider === "" ? undefined : provider });
    this.#names.push(name);
    this.#active += 1;
    this.#awaited.get(name)?.(undefined);
    if (name === this.#held) await this.#release.promise;
    this.#active += 1;
    const id = this.#options.preview === true ? undefined : azureIdOf(type, inputs);
    return { id: id ?? `${name}-id`, state: { ...inputs, ...this.#outputs(args) } };
  }

  call({ token }: pulumi.runtime.MockCallArgs): Record<string, unknown> {
    return answerOf(token, this.#options.clouds);
  }

  /** Resolves when the program has done all that it can: nothing happened for many turns of the event loop. */
  async idle(turns = 200): Promise<void> {
    for (let quiet = 0, last = this.#active; quiet < turns; quiet++) {
      await new Promise((resolve) => setImmediate(resolve));
      if (last !== this.#active) quiet = 0;
      last = this.#active;
    }
  }

  names(): string[] {
    return [...this.#names];
  }

  /** The one resource of that name. */
  get(name: string): Registered {
    const found = this.registered.filter((resource) => resource.name === name);
    const [only] = found;
    if (only === undefined || found.length > 1) {
      throw new Error(`${found.length} resources are named ${name}: ${this.names().join(", ")}`);
    }
    return only;
  }

  #outputs({ type, inputs }: pulumi.runtime.MockResourceArgs): Record<string, unknown> {
    if (type === "kubernetes:helm.sh/v3:Release") return { status: { appVersion: "v0.58.1" } };
    if (type !== "command:local:Command") {
      // A preview does not know what a cloud will say.
      const { preview, clouds } = this.#options;
      return preview === true ? {} : outputsOf(type, inputs as Record<string, unknown>, clouds);
    }
    const { create } = inputs as { create: string };
    const printed = { ...stdoutOf, ...this.#options.stdout }[create];
    if (printed === undefined) throw new Error(`a mock must know what ${create} prints`);
    return { stdout: JSON.stringify(printed), stderr: "" };
  }
}

/** The annotation by which every stack owns the fields of its objects, but of namespaces, under the same name. */
export const ownership = { "pulumi.com/patchFieldManager": "flux-bootstrap" } as const;

const secretMark = "4dabf18193072939515e22adb298388d";

/** isSecret tells whether an input reached the engine as a secret. */
export function isSecret(value: unknown): boolean {
  return typeof value === "object" && value !== null && secretMark in value;
}

/** plain is an input without the marks of secrets, at any depth. */
export function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  if (isSecret(value)) return plain((value as { value: unknown }).value);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
}

/** visible is an input as it could be read by anybody: secrets are left out, at any depth. */
export function visible(value: unknown): unknown {
  if (isSecret(value)) return "[secret]";
  if (Array.isArray(value)) return value.map(visible);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, visible(item)]));
}

/** The value of an output, once it is known. */
export function valueOf<T>(output: pulumi.Output<T>): Promise<T> {
  const { promise, resolve } = Promise.withResolvers<T>();
  output.apply((value) => {
    resolve(value);
  });
  return promise;
}
