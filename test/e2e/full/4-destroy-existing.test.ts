import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { after, before, describe, it } from "node:test";

import { parse, stringify } from "yaml";

import { layoutOf } from "../../../embedded/cluster/layout.ts";
import { type EmbeddedPulumi, prepareEnvironment } from "../../../embedded/pulumi/environment.ts";
import { ensureStack } from "../../../embedded/pulumi/stack.ts";
import { ConfigMap, Namespace } from "../../../scripts/lib/kinds.ts";
import type { KubernetesObject, Reference } from "../../../scripts/lib/object.ts";
import { census, leftByDestroy } from "../../support/destroy/census.ts";
import { addressHolders, volumeDirectories } from "../../support/destroy/cloud.ts";
import { filesOf, flux, fluxNamespace } from "../../support/destroy/fleet.ts";
import { chained } from "../../support/destroy/fleets/chained.ts";
import { podProcesses } from "../../support/destroy/nothing-left.ts";
import { type CommandResult, checkout, Embedded, runCommand } from "../../support/embedded.ts";
import type { Settings } from "../../support/stack-file.ts";
import { type Steps, stepsOf } from "../../support/steps.ts";
import { ServedRepository } from "../../support/stuck/git-repository.ts";

type Instance = KubernetesObject<{ readonly sync?: object }>;
type Info = KubernetesObject & { readonly data?: Readonly<Record<string, string>> };

const firstName = "outside";
const secondName = "renamed";
const fluxSystem: Reference = { resource: Namespace, name: fluxNamespace };
const runtimeInfo: Reference = {
  resource: ConfigMap,
  name: "flux-runtime-info",
  namespace: fluxNamespace,
};

/** The cluster, which another stack than the one under test would call its own. */
let embedded: Embedded;
let pulumi: EmbeddedPulumi;
/** The name that the stack has. */
let stack = firstName;
let context = "";
/** What takes the cluster over, for a run that is to do so. */
let word: Readonly<Record<string, string>> = {};

const run = (...command: [string, ...string[]]): Promise<CommandResult> =>
  runCommand(pulumi, command, { PULUMI_STACK: stack, ...word });

const ofPulumi = (...words: string[]) =>
  run("pulumi", ...words, "--non-interactive", "--color", "never");

/** What `npm run destroy` and `npm run recreate` run. */
const ofStack = (...words: string[]) =>
  run("node", "--disable-warning=ExperimentalWarning", "scripts/stack.ts", ...words);

const preview = async (): Promise<Steps> =>
  stepsOf(await run("pulumi", "preview", "--json", "--non-interactive"));

const uidOf = async (reference: Reference) => (await embedded.cluster.get(reference))?.metadata.uid;

/** A setting that is not a secret goes into the stack's file, where a person's `pulumi config set` puts it. */
function configure(settings: Settings): void {
  const file = pulumi.environment["PULUMI_OPTION_CONFIG_FILE"] ?? "";
  const document = (parse(readFileSync(file, "utf8")) ?? {}) as { config?: object };
  const named = Object.entries(settings).map(([key, value]) => [`flux-bootstrap:${key}`, value]);
  const config: unknown = { ...document.config, ...Object.fromEntries(named) };
  writeFileSync(file, stringify({ ...document, config }));
}

async function assertNothingLeft(): Promise<void> {
  assert.deepEqual(await census(embedded.cluster), leftByDestroy);
  assert.deepEqual(addressHolders(embedded), []);
  assert.deepEqual(volumeDirectories(embedded), []);
  assert.deepEqual(podProcesses(embedded), []);
}

before(async () => {
  embedded = await Embedded.start();
  const cleared = await embedded.destroy();
  assert.equal(cleared.code, 0, cleared.output);
  const git = new ServedRepository(embedded.path("git"), firstName);
  await git.commit(filesOf(chained()));
  const { toolchain, record } = embedded;
  pulumi = await prepareEnvironment({ checkout, toolchain, stack: firstName });
  await ensureStack(pulumi);
  const kubeconfig = readFileSync(layoutOf(embedded.name).kubeconfig, "utf8");
  context = (parse(kubeconfig) as { "current-context": string })["current-context"];
  configure({
    cluster: { kind: "existing", name: "theirs", context },
    operator: { chart: "embedded/chart/flux-operator" },
    sync: { url: `http://127.0.0.1:${record.ports.git}/${firstName}.git`, path: "./cluster" },
    drain: { volumes: "delete" },
    postBootstrap: { required: "all" },
  });
  const set = await ofPulumi("config", "set", "--secret", "kubeconfig", kubeconfig);
  assert.equal(set.code, 0, set.output);
});

after(async () => {
  await ofPulumi("stack", "rm", "--yes", "--force", "--preserve-config", stack);
});

describe("a stack of a cluster that was made elsewhere", () => {
  it("comes up", async () => {
    const { code, output } = await ofPulumi("up", "--yes", "--skip-preview");
    assert.equal(code, 0, output);
    assert.ok((await embedded.cluster.get<Instance>(flux))?.spec?.sync);
    assert.equal(addressHolders(embedded).length, 2);
    assert.equal(volumeDirectories(embedded).length, 1);
  });

  it("can be looked at with the kubeconfig, its context and the UID", async () => {
    const { kubeconfig } = layoutOf(embedded.name);
    const uid = await embedded.cluster.uid();
    const fleet = ["node", "scripts/fleet.ts", "destroy-plan"] as const;
    const at = ["--kubeconfig", kubeconfig, "--context", context] as const;
    const shown = await run(...fleet, ...at, "--cluster-uid", uid);
    assert.equal(shown.code, 0, shown.output);
    assert.match(shown.stdout, /Service\/chained\/front/);
    const other = await run(...fleet, ...at, "--cluster-uid", "another");
    assert.notEqual(other.code, 0, other.output);
  });

  it("is not destroyed without a word where there is no terminal", async () => {
    const { code, output } = await ofStack("destroy", "--stack", stack);
    assert.equal(code, 1, output);
    assert.match(output, /--yes must be given where there is no terminal/);
    assert.ok(await embedded.cluster.get(flux));
  });
});

describe("that stack under another name", () => {
  let uid: string | undefined;

  before(async () => {
    uid = await uidOf(flux);
    const { code, output } = await ofPulumi("stack", "rename", secondName);
    assert.equal(code, 0, output);
    stack = secondName;
  });

  it("is refused its own cluster, which carries the old name, with the line that takes it over", async () => {
    const { code, output } = await ofPulumi("preview");
    assert.notEqual(code, 0);
    const refusal =
      /got stack organization\.flux-bootstrap\.outside .*run: (FLUX_BOOTSTRAP_TAKE_OVER)=(\S+) pulumi up/;
    const [, name = "", id = ""] = refusal.exec(output) ?? [];
    assert.notEqual(id, "", output);
    word = { [name]: id };
  });

  it("loses nothing of Flux when it takes it over", async () => {
    const steps = await preview();
    assert.deepEqual(steps, {
      // A new holder, and what says that its stack stands.
      "cluster-identity": "replace",
      "flux-sync-in-use": "replace",
      // The fields that were the old holder's.
      "flux-instance-object": "update",
      "flux-sync-patch": "update",
      // The name, which Git sees too.
      "flux-credentials-runtime-info": "update",
      "flux-operator-namespace": "update",
      // Where reports go.
      "drain-script": "update",
      "post-bootstrap-script": "update",
    });
  });

  it("comes up with the new name on the namespace and in what Git sees, and the same Flux", async () => {
    const { code, output } = await ofPulumi("up", "--yes", "--skip-preview");
    assert.equal(code, 0, output);
    const { metadata } = (await embedded.cluster.get(fluxSystem)) ?? {};
    assert.equal(
      metadata?.labels?.["flux-bootstrap.dev/stack"],
      "organization.flux-bootstrap.renamed",
    );
    const info = await embedded.cluster.get<Info>(runtimeInfo);
    assert.equal(info?.data?.["ENVIRONMENT"], secondName);
    assert.equal(await uidOf(flux), uid);
    assert.ok((await embedded.cluster.get<Instance>(flux))?.spec?.sync);
    word = {};
    assert.deepEqual(await preview(), {});
  });

  it("is destroyed and brought up again by one command", async () => {
    const { code, output } = await ofStack("recreate", "--stack", stack, "--yes");
    assert.equal(code, 0, output);
    assert.match(output, /Kustomization\/flux-system\/front gone in/);
    const instance = await embedded.cluster.get<Instance>(flux);
    assert.ok(instance?.spec?.sync);
    assert.notEqual(instance.metadata.uid, uid);
  });

  it("is destroyed under any name by one command, which shows the plan of its own cluster first", async () => {
    const renamed = await ofPulumi("stack", "rename", firstName);
    assert.equal(renamed.code, 0, renamed.output);
    stack = firstName;
    const { code, output } = await ofStack("destroy", "--stack", stack, "--yes");
    assert.equal(code, 0, output);
    const [plan, deletion] = [output.indexOf("AFTER"), output.indexOf("► deleting")];
    assert.ok(plan !== -1 && plan < deletion, output);
    await assertNothingLeft();
    assert.notEqual(await embedded.cluster.uid(), "");
  });
});
