import assert from "node:assert/strict";
import { before, describe, it } from "node:test";

import {
  FluxInstance,
  GitRepository,
  HelmRelease,
  Namespace,
  Secret,
} from "../../../scripts/lib/kinds.ts";
import { findCondition, type KubernetesObject } from "../../../scripts/lib/object.ts";
import { endOrphanedPlugins, orphanedPlugins } from "../../../embedded/pulumi/orphans.ts";
import { Embedded } from "../../support/embedded.ts";
import { killUpAt, type Moment, unlockStack } from "../../support/killed-up.ts";
import { withSettings } from "../../support/stack-file.ts";

type Instance = KubernetesObject<{ readonly sync?: object }>;

const named = (name: string) => (object: KubernetesObject) => object.metadata.name === name;
const inFlux = { namespace: "flux-system" };

const moments: readonly [string, Moment][] = [
  ["the namespace is there", { resource: Namespace, test: named("flux-system") }],
  [
    "Helm installs the operator",
    { resource: Secret, ...inFlux, test: named("sh.helm.release.v1.flux-operator.v1") },
  ],
  [
    "the controllers start",
    {
      resource: FluxInstance,
      ...inFlux,
      test: (object) => findCondition(object, "Ready")?.status === "Unknown",
    },
  ],
  [
    "the gate asks",
    {
      resource: HelmRelease,
      ...inFlux,
      test: ({ metadata }) => metadata.name.startsWith("gate-"),
    },
  ],
  [
    "the source is probed",
    { resource: GitRepository, ...inFlux, test: named("flux-bootstrap-probe") },
  ],
  [
    "the sync is attached",
    {
      resource: FluxInstance,
      ...inFlux,
      test: (object) => (object as Instance).spec?.sync !== undefined,
    },
  ],
];

for (const signal of ["SIGKILL", "SIGINT"] as const) {
  describe(`an up that ends by ${signal} at one step after the other`, () => {
    let embedded: Embedded;

    before(async () => {
      embedded = await Embedded.start();
      const { code, output } = await embedded.destroy();
      assert.equal(code, 0, output);
    });

    for (const [name, moment] of moments) {
      it(`can end when ${name}`, async () => {
        await killUpAt(embedded, moment, signal);
        if (signal === "SIGKILL") await unlockStack(embedded);
      });
    }

    it("converges in the next up, and the one after that changes nothing", async () => {
      const settings = { postBootstrap: { required: "infrastructure" } };
      await withSettings(embedded, settings, async () => {
        const { code, output } = await embedded.up();
        assert.equal(code, 0, output);
        const preview = await embedded.pulumi(["preview", "--expect-no-changes"]);
        assert.equal(preview.code, 0, preview.output);
      });
    });

    it("leaves no plugin running once the next command of the environment began", async () => {
      await endOrphanedPlugins();
      assert.deepEqual(orphanedPlugins(), []);
    });

    it("left no canary and no probe behind", async () => {
      for (const resource of [HelmRelease, GitRepository]) {
        const names = (await embedded.cluster.list(resource, inFlux)).map(
          ({ metadata }) => metadata.name,
        );
        assert.deepEqual(
          names.filter((other) => /^gate-|probe/.test(other)),
          [],
        );
      }
    });
  });
}
