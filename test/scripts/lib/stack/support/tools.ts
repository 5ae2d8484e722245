import { createLog } from "../../../../../scripts/lib/log.ts";
import type { CommandLine, StackTools } from "../../../../../scripts/lib/stack/tools.ts";

/** A stack as a test describes it. */
export interface FakeStack {
  readonly protect?: readonly string[];
  readonly expiresAt?: string;
  /** Whether it has a cluster that AWS refuses to delete. */
  readonly locked?: boolean;
  /** Whether there is nothing in it. */
  readonly empty?: boolean;
  /** Why its state cannot be read. */
  readonly broken?: string;
  readonly kind?: "embedded" | "existing";
}

export interface Scene {
  readonly stacks?: Readonly<Record<string, FakeStack>>;
  readonly variables?: NodeJS.ProcessEnv;
  /** What a person answers; undefined: there is no terminal. */
  readonly answer?: string;
  /** Hears of every command that is run. */
  readonly heard?: () => void;
  /** Exit codes of commands, by a word in them. */
  readonly codes?: Readonly<Record<string, number>>;
}

/** FakeTools stand in for pulumi and the terminal; they record what was run, shown and asked. */
export class FakeTools implements StackTools {
  readonly variables: NodeJS.ProcessEnv;
  readonly log = createLog((line) => this.lines.push(line));
  readonly ask: StackTools["ask"];
  /** What was shown, progress and results, in order. */
  readonly lines: string[] = [];
  readonly ran: string[] = [];
  /** The kubeconfigs that commands were run with. */
  readonly kubeconfigs: (string | undefined)[] = [];
  readonly #scene: Scene;

  constructor(scene: Scene) {
    this.#scene = scene;
    this.variables = scene.variables ?? {};
    const { answer } = scene;
    if (answer === undefined) return;
    this.ask = (question) => {
      this.lines.push(question);
      return Promise.resolve(answer);
    };
  }

  write(text: string): void {
    this.lines.push(text.trimEnd());
  }

  now(): Date {
    return new Date("2026-01-31T12:00:00Z");
  }

  run(command: CommandLine, kubeconfig?: { readonly content: string }): Promise<number> {
    const text = command.join(" ");
    this.ran.push(text);
    this.#scene.heard?.();
    this.kubeconfigs.push(kubeconfig?.content);
    const { codes = {} } = this.#scene;
    const [, code = 0] = Object.entries(codes).find(([word]) => text.includes(word)) ?? [];
    return Promise.resolve(code);
  }

  capture(command: CommandLine) {
    const { stacks = {} } = this.#scene;
    if (command.includes("ls")) {
      const list = Object.entries(stacks).map(([name, { empty }]) => ({
        name,
        resourceCount: empty === true ? 0 : 4,
      }));
      return answered(list);
    }
    const name = command[command.indexOf("--stack") + 1] ?? "";
    const stack = stacks[name];
    if (stack === undefined) return refused(`error: no stack named '${name}' found`);
    if (stack.broken !== undefined) return refused(`warning: x\nerror: ${stack.broken}\n`);
    return answered(exported(stack, command.includes("--show-secrets")));
  }
}

function answered(document: unknown) {
  return Promise.resolve({ code: 0, stdout: JSON.stringify(document), stderr: "" });
}

function refused(stderr: string) {
  return Promise.resolve({ code: 255, stdout: "", stderr });
}

const mark = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270" };

/** What `pulumi stack export` prints of the stack. */
export function exported(stack: FakeStack, secrets = false): unknown {
  const { protect = [], expiresAt, empty = false, kind = "embedded" } = stack;
  const eks = { name: "prod", deletionProtection: stack.locked === true };
  if (empty) return { version: 3, deployment: {} };
  const annotations =
    expiresAt === undefined ? {} : { annotations: { "flux-bootstrap.dev/expires-at": expiresAt } };
  const kubeconfig = secrets
    ? { ...mark, plaintext: JSON.stringify("the kubeconfig") }
    : { ...mark, ciphertext: "v1:x" };
  const resources = [
    { name: "flux-bootstrap-dev", type: "pulumi:pulumi:Stack" },
    {
      name: "flux-operator-namespace",
      type: "kubernetes:core/v1:Namespace",
      inputs: { metadata: { name: "flux-system", ...annotations } },
    },
    {
      name: "drain-script",
      type: "command:local:Command",
      inputs: {
        environment: {
          KUBECONFIG_CONTENT: kubeconfig,
          CLUSTER_NAME: "prod",
          CLUSTER_UID: "uid-1",
          CLUSTER_KIND: kind,
          DRAIN_VOLUMES: "keep",
        },
      },
    },
    ...("locked" in stack ? [{ name: "prod", type: "aws:eks/cluster:Cluster", outputs: eks }] : []),
    { name: "protection", type: "flux-bootstrap:protection:Protection" },
  ];
  return {
    version: 3,
    deployment: {
      resources: resources.map(({ name, type, ...more }) => ({
        urn: `urn:pulumi:dev::flux-bootstrap::${type}::${name}`,
        type,
        ...(protect.includes(name) && { protect: true }),
        ...more,
      })),
    },
  };
}
