import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";

import { type Right, rightsOfUp } from "../../../../components/preflight/rights.ts";
import { parseManifest } from "../../../../scripts/lib/role/manifest.ts";
import { allows, type Rule } from "../../../../scripts/lib/role/rule.ts";

const file = new URL("../../../../docs/role.yaml", import.meta.url);
const role = parseManifest(readFileSync(file, "utf8")).find(
  ({ name }) => name === "flux-bootstrap-up",
);
const rules: readonly (Rule & { readonly namespace?: string })[] = [
  ...(role?.cluster ?? []),
  ...Object.entries(role?.namespaced ?? {}).flatMap(([namespace, inIt]) =>
    inIt.map((rule) => ({ ...rule, namespace })),
  ),
];

const describeRight = ({ verb, group, resource, namespace = "*", name = "*" }: Right) =>
  `${verb} ${group}/${resource} ${name} in ${namespace}`;

const isGranted = ({ verb, group, resource, namespace, name }: Right) =>
  rules.some((rule) => allows(rule, { verb, group, resource, namespace, name }));

describe("the rights that Preflight asks for", () => {
  it("are all in the role of an up, which it would else refuse", () => {
    assert.deepEqual(rightsOfUp.filter((right) => !isGranted(right)).map(describeRight), []);
  });
});
