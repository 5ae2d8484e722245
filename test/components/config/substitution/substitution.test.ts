import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, afterEach, before, describe, it } from "node:test";

import { eks, existing, parse, problems, type Values } from "../../../support/settings.ts";

const from = (kind: string, name: string) =>
  `{ substituteFrom: [{ kind: ${kind}, name: ${name} }] }`;
const informed = from("ConfigMap", "flux-runtime-info");

/** A Kustomization of Flux as a person writes it. */
const layer = (name: string, postBuild: string, more = "") =>
  [
    "apiVersion: kustomize.toolkit.fluxcd.io/v1",
    "kind: Kustomization",
    `metadata: { name: ${name}, namespace: flux-system }`,
    "spec:",
    `  path: ./${name}`,
    "  sourceRef: { kind: GitRepository, name: flux-system }",
    ...(postBuild === "" ? [] : [`  postBuild: ${postBuild}`]),
    ...(more === "" ? [] : [more]),
  ].join("\n");

const configMap = (name: string, data: string) =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name} }\ndata: ${data}`;

const unset = (place: string, variable: string, fix: string, name = "apps") =>
  `${place} must use variables that have a value in Kustomization/flux-system/${name} or a default, got \${${variable}}. ${fix}`;
const set = (variable: string) => `Run: pulumi config set --path runtimeInfo.${variable} VALUE`;

describe("the variables of a repository that is at hand", () => {
  const project = mkdtempSync(join(tmpdir(), "flux-bootstrap-"));
  const home = process.cwd();
  before(() => {
    process.chdir(project);
  });
  afterEach(() => {
    for (const folder of ["clusters", "apps", "base"]) {
      rmSync(join(project, folder), { recursive: true, force: true });
    }
  });
  after(() => {
    process.chdir(home);
    rmSync(project, { recursive: true });
  });

  const write = (files: Readonly<Record<string, string>>) => {
    for (const [file, text] of Object.entries(files)) {
      mkdirSync(join(project, dirname(file)), { recursive: true });
      writeFileSync(join(project, file), `${text}\n`);
    }
  };
  const root = "clusters/prod/apps.yaml";
  const said = (files: Readonly<Record<string, string>>, more: Values = {}) => {
    write(files);
    return problems({ ...existing, ...more });
  };

  it("are those of the ConfigMap of the stack", async () => {
    const files = {
      [root]: layer("apps", informed),
      "apps/a.yaml": configMap(
        "a",
        '{ name: "${CLUSTER_NAME} ${ENVIRONMENT} ${CLUSTER_KIND} ${ZONE}" }',
      ),
    };
    assert.deepEqual(await said(files, { runtimeInfo: { ZONE: "one" } }), []);
    assert.deepEqual(await problems(existing), [unset("apps/a.yaml:4", "ZONE", set("ZONE"))]);
  });

  it("are those of the cluster's cloud and its identities", async () => {
    write({
      "clusters/prod/apps.yaml": layer("apps", informed),
      "apps/a.yaml": "kind: A\nregion: ${AWS_REGION}\nrole: ${SECRETS_ROLE_ARN}",
    });
    assert.deepEqual(await problems(eks), [
      unset("apps/a.yaml:3", "SECRETS_ROLE_ARN", set("SECRETS_ROLE_ARN")),
    ]);
  });

  it("are named each with its line, in a text of several lines too", async () => {
    const text =
      "kind: A\n---\nkind: B # ${COMMENT}\n# ${COMMENT}\nscript: |\n  # a\n  echo ${ONE}\n  echo ${TWO}";
    assert.deepEqual(await said({ [root]: layer("apps", informed), "apps/a.yaml": text }), [
      unset("apps/a.yaml:7", "ONE", set("ONE")),
      unset("apps/a.yaml:8", "TWO", set("TWO")),
    ]);
  });

  it("may be meant otherwise", async () => {
    const files = { [root]: layer("apps", informed), "apps/a.yaml": "a: ${CLUSTERNAME}" };
    assert.deepEqual(await said(files), [
      unset("apps/a.yaml:1", "CLUSTERNAME", "Did you mean ${CLUSTER_NAME}?"),
    ]);
  });

  it("are those that the layer says itself, and its default", async () => {
    const files = {
      [root]: layer("apps", "{ substitute: { ONE: one } }"),
      "apps/a.yaml": "a: ${ONE} ${TWO:=two}\nb: ${THREE}",
    };
    assert.deepEqual(await said(files), [
      unset(
        "apps/a.yaml:2",
        "THREE",
        "Give it one in spec.postBuild of Kustomization/flux-system/apps.",
      ),
    ]);
  });

  it("are those of a ConfigMap or Secret of the repository", async () => {
    const files = {
      [root]: layer("apps", from("ConfigMap", "vars")),
      "clusters/prod/vars.yaml": configMap("vars", "{ ONE: one }"),
      "apps/a.yaml": "a: ${ONE} ${TWO}",
    };
    const fix = "Give it one in spec.postBuild of Kustomization/flux-system/apps.";
    assert.deepEqual(await said(files), [unset("apps/a.yaml:1", "TWO", fix)]);
  });

  const unsaid: readonly (readonly [what: string, files: Readonly<Record<string, string>>])[] = [
    ["a layer that replaces nothing", { [root]: layer("apps", "") }],
    ["a layer without any variable", { [root]: layer("apps", "{ substitute: {} }") }],
    ["variables from elsewhere", { [root]: layer("apps", from("Secret", "elsewhere")) }],
    [
      "variables from elsewhere besides its own",
      {
        [root]: layer(
          "apps",
          "{ substitute: { B: b }, substituteFrom: [{ kind: Secret, name: elsewhere }] }",
        ),
      },
    ],
    [
      "another source",
      { [root]: layer("apps", informed).replace("name: flux-system }", "name: other }") },
    ],
    [
      "another source, which the layer shares only its name with",
      {
        [root]: layer("apps", informed).replace(
          /name: flux-system }$/m,
          "name: flux-system, namespace: other }",
        ),
      },
    ],
    [
      "a manifest that is left as it is",
      {
        [root]: layer("apps", informed),
        "apps/a.yaml":
          "metadata: { labels: { kustomize.toolkit.fluxcd.io/substitute: disabled } }\na: ${A}",
      },
    ],
    [
      "a layer that a patch gives more variables",
      {
        [root]: layer("apps", informed),
        "clusters/prod/kustomization.yaml":
          "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [apps.yaml]\npatches: [{ patch: '[{ op: add, path: /spec/postBuild/substitute, value: { A: a } }]' }]",
      },
    ],
    [
      "a layer that a file with a patch gives more variables",
      {
        [root]: layer("apps", informed),
        "clusters/prod/kustomization.yaml":
          "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [apps.yaml]\npatches: [{ path: more.yaml }]",
        "clusters/prod/more.yaml":
          "[{ op: add, path: /spec/postBuild/substitute, value: { A: a } }]",
      },
    ],
    [
      "a file that the layer does not read",
      {
        [root]: layer("apps", informed),
        "apps/kustomization.yaml": "resources: [b.yaml, https://example.com/a.yaml]",
        "apps/b.yaml": "a: b",
      },
    ],
  ];
  for (const [what, files] of unsaid) {
    it(`are no matter of ${what}`, async () => {
      assert.deepEqual(await said({ "apps/a.yaml": "a: ${A}", ...files }), []);
    });
  }

  it("are looked for in all that kustomize reads", async () => {
    const files = {
      [root]: layer("apps", informed),
      "apps/kustomization.yaml":
        "resources: [../base]\npatches:\n  - path: patch.yaml\n  - patch: '{ a: ${INLINE} }'\nconfigMapGenerator: [{ name: a, files: [x=run.sh] }]",
      "apps/patch.yaml": "a: ${PATCH}",
      "apps/run.sh": "echo\necho ${SCRIPT}",
      "base/kustomization.yaml": "resources: [b.yaml]",
      "base/b.yaml": "b: ${BASE}",
    };
    assert.deepEqual(await said(files), [
      unset("apps/kustomization.yaml:4", "INLINE", set("INLINE")),
      unset("base/b.yaml:1", "BASE", set("BASE")),
      unset("apps/patch.yaml:1", "PATCH", set("PATCH")),
      unset("apps/run.sh:2", "SCRIPT", set("SCRIPT")),
    ]);
  });

  it("lead to the layers of a layer", async () => {
    const files = {
      [root]: layer("apps", informed),
      "apps/inner.yaml": layer("inner", "{ substitute: { ONE: one } }").replace(
        "./inner",
        "./base/${CLUSTER_NAME}",
      ),
      "base/prod/a.yaml": "a: ${ONE} ${TWO}",
    };
    const fix = "Give it one in spec.postBuild of Kustomization/flux-system/inner.";
    assert.deepEqual(await said(files), [unset("base/prod/a.yaml:1", "TWO", fix, "inner")]);
  });

  it("are a warning to a Flux that replaces one without a value by nothing", async () => {
    write({ [root]: layer("apps", informed), "apps/a.yaml": "a: ${A}" });
    const text = unset("apps/a.yaml:1", "A", set("A"));
    const notes = async (flux: Values) => {
      const parsed = await parse({ ...existing, flux });
      assert.equal(parsed.problems, undefined);
      return parsed.notes;
    };
    assert.deepEqual(await notes({ version: "2.8.6" }), [{ severity: "warn", text }]);
    const argument = "--feature-gates=StrictPostBuildSubstitutions=false";
    const patch = JSON.stringify([{ op: "add", path: "/spec/args/-", value: argument }]);
    const controllerPatches = [{ patch, target: { kind: "Deployment" } }];
    assert.deepEqual(await notes({ controllerPatches }), [{ severity: "warn", text }]);
    assert.deepEqual(await problems({ ...existing, flux: { version: "2.10.0" } }), [text]);
  });

  it("are not looked for where the repository is not at hand", async () => {
    const sync = { url: "https://example.com/fleet.git", path: "./elsewhere" };
    const files = { [root]: layer("apps", informed), "apps/a.yaml": "a: ${A}" };
    assert.deepEqual(await said(files, { sync }), []);
  });
});
