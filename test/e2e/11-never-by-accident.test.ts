import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { before, describe, it } from "node:test";

import { layoutOf } from "../../embedded/cluster/layout.ts";
import { ConfigMap, FluxInstance } from "../../scripts/lib/kinds.ts";
import type { KubernetesObject } from "../../scripts/lib/object.ts";
import { type CommandResult, Embedded, runCommand } from "../support/embedded.ts";
import { type Settings, withSettings } from "../support/stack-file.ts";
import { type Steps, stepsOf } from "../support/steps.ts";
import { withProgram } from "../support/variant.ts";

const namespace = "flux-system";
const flux = { resource: FluxInstance, name: "flux", namespace };
const lean = { postBootstrap: { required: "none" } };

type Instance = KubernetesObject<{ readonly sync?: object }>;

let embedded: Embedded;
let uid: string | undefined;
let resources = 0;

const up = (settings: Settings = {}, ...more: string[]): Promise<CommandResult> =>
  withSettings(embedded, { ...lean, ...settings }, () =>
    embedded.pulumi(["up", "--yes", "--skip-preview", ...more]),
  );

const preview = async (settings: Settings = {}, ...more: string[]): Promise<Steps> =>
  stepsOf(
    await withSettings(embedded, { ...lean, ...settings }, () =>
      embedded.run(["pulumi", "preview", "--json", "--non-interactive", ...more]),
    ),
  );

interface Resource {
  readonly urn: string;
}

async function stateOf(): Promise<readonly Resource[]> {
  const { stdout } = await embedded.run(["pulumi", "stack", "export"]);
  const { deployment } = JSON.parse(stdout) as { deployment: { resources: Resource[] } };
  return deployment.resources;
}

async function urnOf(name: string): Promise<string> {
  const found = (await stateOf()).find(({ urn }) => urn.endsWith(`::${name}`));
  assert.ok(found, name);
  return found.urn;
}

/** The FluxInstance is the one of the first `up`, with its sync, and nothing writes to what the sync brought. */
async function assertUntouched(): Promise<void> {
  const instance = await embedded.cluster.get<Instance>(flux);
  assert.equal(instance?.metadata.uid, uid);
  assert.ok(instance?.spec?.sync);
  assert.deepEqual(drainWrites(), []);
}

function drainWrites(): string[] {
  return embedded
    .audit()
    .filter(({ userAgent = "" }) => userAgent.startsWith("flux-bootstrap/drain"))
    .map(({ verb, objectRef }) => `${verb} ${objectRef?.resource ?? ""}`);
}

describe("a stack that is up", () => {
  before(async () => {
    embedded = await Embedded.start();
    const { code, output } = await up();
    assert.equal(code, 0, output);
    uid = (await embedded.cluster.get<Instance>(flux))?.metadata.uid;
    resources = (await stateOf()).length;
    // What an earlier test drained is no concern of these.
    writeFileSync(layoutOf(embedded.name).audit, "");
  });

  it("changes as the table of the program's own test says", async () => {
    const changed = {
      runtimeInfo: { REGION: "here" },
      gateTimeout: "9m",
      drain: { timeout: "9m", volumes: "keep", hooks: [{ name: "backup", command: ["backup"] }] },
      expiresAt: "2126-01-31T12:00:00Z",
      sync: { path: "./clusters/next" },
    };
    assert.deepEqual(await preview(changed), {
      "drain-script": "update",
      "flux-credentials-runtime-info": "update",
      "flux-operator-namespace": "update",
      // Which Drain it is a preview knows only where nothing of it changes.
      "flux-sync-in-use": "update",
      "flux-sync-patch": "update",
      "post-bootstrap-script": "replace",
      "reconcile-gate-script": "update",
    });
  });

  it("replaces nothing when its kubeconfig is another", async () => {
    const { kubeconfig } = layoutOf(embedded.name);
    const content = readFileSync(kubeconfig, "utf8");
    writeFileSync(kubeconfig, `# another day, another file\n${content}`);
    try {
      const steps = await preview();
      assert.equal(steps["kubernetes"], "update");
      assert.deepEqual([...new Set(Object.values(steps))], ["update"]);
    } finally {
      writeFileSync(kubeconfig, content);
    }
  });

  it("is as the state says after a refresh", async () => {
    assert.deepEqual(await preview({}, "--refresh", "--run-program"), {});
  });

  it("does not lose its Drain as the only target of a destroy", async () => {
    const target = await urnOf("drain-script");
    const { code, output } = await embedded.pulumi(["destroy", "--yes", "--target", target]);
    assert.notEqual(code, 0);
    assert.match(output, /depends on it|dependents/);
    assert.equal((await stateOf()).length, resources);
  });

  it("is not drained when Drain is renamed, nor when it gets its name back", async () => {
    const rename = (source: string) => source.replace('new Drain("drain"', 'new Drain("emptying"');
    const { code, output } = await withProgram(embedded.pulumiEnvironment, rename, (variant) =>
      withSettings(embedded, lean, () =>
        runCommand(variant, ["pulumi", "up", "--yes", "--skip-preview", "--color", "never"]),
      ),
    );
    assert.equal(code, 0, output);
    assert.match(output, /drain-script.*names another Drain/);
    await assertUntouched();
    const back = await up({ protect: true });
    assert.equal(back.code, 0, back.output);
    assert.match(back.output, /emptying-script.*names another Drain/);
    await assertUntouched();
  });

  for (const more of ["--continue-on-error", "--refresh"]) {
    it(`loses nothing to a destroy ${more} while it is protected`, async () => {
      const before = (await stateOf()).length;
      const { code, output } = await embedded.pulumi(["destroy", "--yes", "--skip-preview", more]);
      assert.notEqual(code, 0);
      assert.match(output, /protection.*cannot be deleted/);
      assert.equal((await stateOf()).length, before);
      await assertUntouched();
    });
  }

  it("is not drained when Drain alone is replaced, which fails and heals with the next up", async () => {
    const replaced = await up({}, "--target-replace", await urnOf("drain-script"));
    assert.notEqual(replaced.code, 0);
    assert.match(replaced.output, /got the end of Drain alone while ConfigMap\/flux-system\//);
    await assertUntouched();
    const { code, output } = await up();
    assert.equal(code, 0, output);
    await assertUntouched();
    const marks = await embedded.cluster.list(ConfigMap, {
      namespace,
      labelSelector: "flux-bootstrap.dev/purpose=in-use",
    });
    assert.equal(marks.length, 1);
  });
});
