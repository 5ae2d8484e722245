import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";

import { shown } from "../../../components/config/problem.ts";
import { embedded, good, problems, type Values } from "../../support/settings.ts";

const folder = mkdtempSync(join(tmpdir(), "flux-bootstrap-"));
const file = (name: string) => join(folder, name);
const one = (more: object): Values => ({
  ...embedded,
  prerequisites: [{ name: "first", ...more }],
});
const chart = {
  chart: "oci://example.com/charts/cilium",
  version: "1.19.0",
  namespace: "kube-system",
};

const inFile = "Correct it in the stack's configuration file.";
const set = (path: string, value: string) => `Run: pulumi config set --path '${path}' ${value}`;
const remove = (path: string) => `Run: pulumi config rm --path '${path}'`;

before(() => {
  writeFileSync(
    file("all.yaml"),
    "apiVersion: v1\nkind: Namespace\nmetadata: {name: a}\n---\n# nothing\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: b, namespace: a}\ndata: {k: v}\n",
  );
  mkdirSync(file("many"));
  writeFileSync(
    join(file("many"), "1.json"),
    '{"apiVersion":"v1","kind":"List","items":[{"apiVersion":"v1","kind":"Secret","metadata":{"name":"c"}}]}',
  );
  writeFileSync(
    join(file("many"), "2.yml"),
    "apiVersion: v1\nkind: Namespace\nmetadata: {name: d}\n",
  );
  writeFileSync(join(file("many"), "README.md"), "Not a manifest.\n");
  writeFileSync(file("broken.yaml"), "token: [planted-secret\n");
  writeFileSync(file("nameless.yaml"), "apiVersion: v1\nkind: Namespace\nmetadata: {}\n");
  mkdirSync(file("empty"));
});
after(() => {
  rmSync(folder, { recursive: true });
});

const refused: readonly (readonly [what: string, values: Values, message: string])[] = [
  [
    "be something else than a list",
    { ...embedded, prerequisites: "cilium" },
    `prerequisites must be a list of prerequisites {name, manifests, chart, timeout}, got "cilium". ${inFile}`,
  ],
  [
    "be neither manifests nor a chart",
    one({}),
    "prerequisites[0].manifests must be set, or chart, got nothing. Name a file or a directory of manifests.",
  ],
  [
    "be both",
    one({ manifests: file("all.yaml"), chart }),
    `prerequisites[0].manifests must be absent when chart is set: a prerequisite is one of them, got ${shown(file("all.yaml"))}. ${remove("prerequisites[0].manifests")}`,
  ],
  [
    "name a file that does not exist",
    one({ manifests: "none.yaml" }),
    'prerequisites[0].manifests must be a YAML file or a directory that holds some, got "none.yaml". Give the path from the project\'s root.',
  ],
  [
    "name a directory without manifests",
    one({ manifests: file("empty") }),
    `prerequisites[0].manifests must be a YAML file or a directory that holds some, got ${shown(file("empty"))}. Give the path from the project's root.`,
  ],
  [
    "name a file that is no YAML, which is not quoted",
    one({ manifests: file("broken.yaml") }),
    `${file("broken.yaml")} must be YAML, got something else. Correct the file.`,
  ],
  [
    "name a file of something else",
    one({ manifests: file("nameless.yaml") }),
    `${file("nameless.yaml")} must hold Kubernetes objects with apiVersion, kind and metadata.name, got another document. Correct the file.`,
  ],
  [
    "be a chart of any version",
    one({ chart: { ...chart, version: "1.x" } }),
    `prerequisites[0].chart.version must be an exact version, got "1.x". ${set("prerequisites[0].chart.version", "1.0.0")}`,
  ],
  [
    "be a chart for no namespace",
    one({ chart: { ...chart, namespace: undefined } }),
    `prerequisites[0].chart.namespace must be a Kubernetes name (at most 63 lower-case letters, digits and dashes), got nothing. ${set("prerequisites[0].chart.namespace", "dev")}`,
  ],
  [
    "be a chart on disk of a version that somebody else says",
    one({ chart: { ...chart, chart: "embedded/chart/flux-operator" } }),
    `prerequisites[0].chart.version must be absent when chart is a path, which holds its version, got "1.19.0". ${remove("prerequisites[0].chart.version")}`,
  ],
  [
    "have values that are no map",
    one({ chart: { ...chart, values: [1] } }),
    `prerequisites[0].chart.values must be a map of chart values, got [1]. ${inFile}`,
  ],
  [
    "come from a repository with a password",
    one({ chart: { ...chart, repository: "https://ada:planted@example.com" } }),
    `prerequisites[0].chart.repository must be the address of a chart repository (https://…), got "https://…@example.com". ${set("prerequisites[0].chart.repository", "https://charts.example.com")}`,
  ],
];

describe("prerequisites must not", () => {
  for (const [what, values, message] of refused) {
    it(what, async () => {
      assert.deepEqual(await problems(values), [message]);
    });
  }
});

describe("a prerequisite is", () => {
  const namesOf = async (manifests: string) => {
    const { prerequisites } = await good(one({ manifests }));
    return prerequisites.flatMap(({ objects }) =>
      objects.map(({ kind, metadata }) => `${kind}/${metadata.name}`),
    );
  };

  it("every object of a file", async () => {
    assert.deepEqual(await namesOf(file("all.yaml")), ["Namespace/a", "ConfigMap/b"]);
  });

  it("every object of the files of a directory, by their names", async () => {
    assert.deepEqual(await namesOf(file("many")), ["Secret/c", "Namespace/d"]);
  });

  it("a chart", async () => {
    const { prerequisites } = await good(one({ chart, timeout: "3m" }));
    assert.deepEqual(prerequisites, [
      {
        name: "first",
        timeout: "3m",
        objects: [],
        chart: { ...chart, repository: undefined, values: {} },
      },
    ]);
  });
});
