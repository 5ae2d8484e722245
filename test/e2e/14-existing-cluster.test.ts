import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, it } from "node:test";

import { preflight, type PreflightArgs } from "../../components/preflight/preflight.ts";
import { fluxVersion } from "../../components/versions.ts";
import { ConfigMap, FluxInstance, Namespace } from "../../scripts/lib/kinds.ts";
import type { KubernetesObject } from "../../scripts/lib/object.ts";
import { type CommandResult, Embedded, ownWrites } from "../support/embedded.ts";
import { makeViewer, viewer } from "../support/existing/account.ts";
import { installTheirs, serveConfigMap, uidsOf } from "../support/existing/foreign.ts";
import { ExistingStack } from "../support/existing/stack.ts";
import type { Settings } from "../support/stack-file.ts";

/** A cluster of its own: nobody else wants one with the Flux of somebody else. */
const name = "foreign";
const fluxNamespace = { resource: Namespace, name: "flux-system" };
const flux = { resource: FluxInstance, name: "flux", namespace: "flux-system" };
const info = { resource: ConfigMap, name: "flux-runtime-info", namespace: "flux-system" };
const ours = { resource: ConfigMap, name: "ours", namespace: "ours-apps" };

const inUse = {
  namespace: "flux-system",
  labelSelector: "flux-bootstrap.dev/purpose=in-use",
};

type Instance = KubernetesObject<{
  readonly sync?: object;
  readonly cluster?: { readonly networkPolicy?: boolean };
}>;

type RuntimeInfo = KubernetesObject & { readonly data?: Readonly<Record<string, string>> };

let embedded: Embedded;
let first: ExistingStack;
let second: ExistingStack;
/** What a login that may only read was told. */
let refused: CommandResult;
/** What was there before anything of ours. */
let theirs: ReadonlyMap<string, string>;
const stacks: ExistingStack[] = [];

async function stackWith(stack: string, settings: Settings): Promise<ExistingStack> {
  const made = await ExistingStack.make(embedded, stack, settings);
  stacks.push(made);
  return made;
}

/** An `up` of a stack that reaches the cluster by a login that may only read. */
async function upAsViewer(): Promise<CommandResult> {
  const kubeconfigFile = await makeViewer(embedded);
  const cluster = { kind: "existing", name: "shared", context: embedded.name, kubeconfigFile };
  const sync = { url: "https://example.com/fleet.git", path: "./" };
  return (await stackWith("weak", { cluster, postBootstrap: { required: "none" }, sync })).up();
}

before(async () => {
  embedded = await Embedded.start(name);
  const settings = {
    // As theirs: other arguments would roll every controller out again, twice.
    flux: { size: "small" },
    sync: { url: await serveConfigMap(embedded, "ours"), path: "./cluster" },
    postBootstrap: { required: "all" },
  };
  const runtimeInfo = { FORMER: "first" };
  [refused, first, second] = await Promise.all([
    upAsViewer(),
    stackWith("first", { ...settings, runtimeInfo }),
    stackWith("second", settings),
  ]);
});

after(async () => {
  await Promise.all(stacks.map((stack) => stack.forget()));
  await embedded.discard();
});

/** The marks of this program and of Pulumi on the namespace of Flux. */
const marks = async () => {
  const { metadata } = (await embedded.cluster.get<KubernetesObject>(fluxNamespace)) ?? {};
  const { labels = {}, annotations = {} } = metadata ?? {};
  const keys = [...Object.keys(labels), ...Object.keys(annotations)];
  return keys.filter((key) => /^(flux-bootstrap\.dev|pulumi\.com)\//.test(key));
};

const holder = async () => {
  const { metadata } = (await embedded.cluster.get<KubernetesObject>(fluxNamespace)) ?? {};
  const { labels = {}, annotations = {} } = metadata ?? {};
  return {
    stack: labels["flux-bootstrap.dev/stack"],
    owner: annotations["flux-bootstrap.dev/owner"],
  };
};

/** What Preflight is asked for a stack that comes, with a kubeconfig of the cluster. */
const asked = (file: string): PreflightArgs => ({
  kubeconfig: readFileSync(embedded.path(file), "utf8"),
  context: embedded.name,
  stackLabel: "organization.flux-bootstrap.another",
  adopt: false,
  fluxVersion,
  sync: { url: "https://example.com/fleet.git", path: "./" },
  taken: undefined,
  unreachableFix: "look at the cluster of this test",
  loginFix: "look at the login of this test",
});

/** Everything of somebody else is there, and none of it is another object than before. */
async function assertTheirs(): Promise<void> {
  const now = await uidsOf(embedded);
  assert.deepEqual(
    [...theirs].filter(([name, uid]) => now.get(name) !== uid),
    [],
  );
}

describe("a login with too few rights", () => {
  it("is told which are missing, before anything is written", () => {
    const { code, output } = refused;
    assert.notEqual(code, 0);
    assert.match(
      output,
      /the login must have the rights of a run, got no right to: create namespaces;/,
    );
    assert.match(output, /bind clusterroles\.rbac\.authorization\.k8s\.io\/cluster-admin;/);
    const written = embedded.audit().filter(({ user, objectRef }) => {
      return user.username === viewer && objectRef?.resource !== "selfsubjectaccessreviews";
    });
    assert.deepEqual(written, []);
  });
});

describe("a cluster with the Flux of somebody else", () => {
  before(async () => {
    await installTheirs(embedded);
    theirs = await uidsOf(embedded);
    assert.ok(theirs.has("Kustomization/theirs/theirs"));
    assert.ok(theirs.has("ConfigMap/theirs-apps/theirs"));
  });

  it("is refused with the name of each object, and nothing written", async () => {
    const audited = embedded.audit().length;
    const { code, output } = await first.up();
    assert.notEqual(code, 0);
    for (const name of [
      "Namespace/flux-system",
      "FluxInstance/flux-system/flux",
      "Deployment/flux-system/flux-operator",
      "Deployment/flux-system/helm-controller",
      "CustomResourceDefinition/helmreleases.helm.toolkit.fluxcd.io",
    ]) {
      assert.ok(output.includes(name), `${name} in: ${output}`);
    }
    assert.match(output, /run: pulumi config set adopt true/);
    assert.deepEqual(ownWrites(embedded.audit().slice(audited)), []);
  });

  it("is seen by Preflight within its two seconds, whatever the login may do", async (test) => {
    for (const file of ["kubeconfig", "viewer.kubeconfig"]) {
      const started = performance.now();
      await assert.rejects(
        preflight(asked(file)),
        /must hold no Flux that this stack did not make/,
      );
      const milliseconds = Math.round(performance.now() - started);
      test.diagnostic(`Preflight with ${file} took ${milliseconds} ms`);
      assert.ok(milliseconds < 2_000, String(milliseconds));
    }
  });

  it("is adopted as it stands", async () => {
    const before = await embedded.cluster.get<Instance>(flux);
    assert.equal(before?.spec?.cluster?.networkPolicy, false);
    first.set({ adopt: true });
    const { code, output } = await first.up();
    assert.equal(code, 0, output);
    await assertTheirs();
    const instance = await embedded.cluster.get<Instance>(flux);
    assert.equal(instance?.spec?.cluster?.networkPolicy, true);
    assert.ok(await embedded.cluster.get(ours));
    assert.equal((await holder()).stack, "organization.flux-bootstrap.first");
  });
});

describe("a second stack on the cluster", () => {
  let line = "";

  it("is told who holds it and how to take it over, adopted or not, with nothing written", async () => {
    second.set({ adopt: true });
    const audited = embedded.audit().length;
    const { code, output } = await second.up();
    assert.notEqual(code, 0);
    const { owner = "" } = await holder();
    const told =
      /got stack organization\.flux-bootstrap\.first of \S+@\S+ since \S+Z\. To take it over from there, run: (.+)$/m;
    [, line = ""] = told.exec(output) ?? [];
    assert.equal(line, `FLUX_BOOTSTRAP_TAKE_OVER=${owner} pulumi up`, output);
    assert.deepEqual(ownWrites(embedded.audit().slice(audited)), []);
  });

  it("takes it over by that line, and holds it from then on", async () => {
    const { code, output } = await second.typed(line);
    assert.equal(code, 0, output);
    assert.equal((await holder()).stack, "organization.flux-bootstrap.second");
    await assertTheirs();
    const { data } = (await embedded.cluster.get<RuntimeInfo>(info)) ?? {};
    assert.equal(data?.["CLUSTER_KIND"], "existing");
    assert.equal(data["FORMER"], undefined, "what only the first stack set is gone");
  });

  it("finds nothing to change the next time, and keeps the first from running, with nothing written", async () => {
    const audited = embedded.audit().length;
    // Neither of them waits for the other.
    const [again, former] = await Promise.all([second.up(), first.up()]);
    assert.equal(again.code, 0, again.output);
    assert.doesNotMatch(again.output, /created|updated|replaced|deleted/);
    assert.notEqual(former.code, 0);
    assert.match(former.output, /got stack organization\.flux-bootstrap\.second of/);
    assert.deepEqual(ownWrites(embedded.audit().slice(audited)), []);
  });

  it("keeps the first from destroying what is no longer its own", async () => {
    const before = await uidsOf(embedded);
    const { code, output } = await first.destroy();
    assert.notEqual(code, 0);
    assert.match(output, /got owner \S+, made by .* who took it over\. Nothing was touched/);
    const instance = await embedded.cluster.get<Instance>(flux);
    assert.ok(instance?.spec?.sync);
    const now = await uidsOf(embedded);
    const { owner = "" } = await holder();
    const gone = [...before].filter(([name, uid]) => now.get(name) !== uid).map(([name]) => name);
    assert.match(gone.join(", "), /^ConfigMap\/flux-system\/flux-sync-in-use-\w+$/, "its own mark");
    const [mark, ...more] = await embedded.cluster.list(ConfigMap, inUse);
    assert.equal(mark?.metadata.annotations?.["flux-bootstrap.dev/owner"], owner);
    assert.deepEqual(more, []);
  });
});

describe("the destroy of a stack that adopted a Flux", () => {
  it("takes its own along, and leaves everything of theirs and no mark of its own", async () => {
    const { code, output } = await second.destroy();
    assert.equal(code, 0, output);
    assert.match(output, /Kept, because it was there before: Namespace\/flux-system/);
    await assertTheirs();
    assert.equal(await embedded.cluster.get(ours), undefined);
    const instance = await embedded.cluster.get<Instance>(flux);
    assert.equal(instance?.spec?.sync, undefined);
    assert.deepEqual(await marks(), []);
  });
});
