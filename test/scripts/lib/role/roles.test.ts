import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";

import { fluxNamespace, operatorName } from "../../../../components/names.ts";
import { operatorCrds } from "../../../../components/flux/api.ts";
import { generateRole } from "../../../../scripts/lib/role/generate.ts";
import { parseManifest } from "../../../../scripts/lib/role/manifest.ts";
import { roles } from "../../../../scripts/lib/role/roles.ts";
import { allows, type Rule } from "../../../../scripts/lib/role/rule.ts";

const file = new URL("../../../../docs/role.yaml", import.meta.url);
const committed = parseManifest(readFileSync(file, "utf8"));

const rulesOf = (name: string): Rule[] => {
  const role = committed.find((one) => one.name === name);
  assert.ok(role, name);
  return [...role.cluster, ...Object.values(role.namespaced).flat()];
};

const reads: ReadonlySet<string> = new Set(["get", "list", "watch"]);

describe("the roles", () => {
  it("know the names that the program gives", () => {
    for (const { names, namespaces } of roles) {
      assert.deepEqual(namespaces, [fluxNamespace]);
      for (const name of [fluxNamespace, operatorName, ...operatorCrds]) {
        assert.ok(names.includes(name), name);
      }
    }
  });

  it("say of each rule that no run shows what it is for", () => {
    const reasons = roles.flatMap(({ stated }) => stated.map(({ why }) => why));
    assert.ok(reasons.length > 0);
    assert.ok(reasons.every((why) => /^[a-z].{10,}[^.]$/.test(why)));
  });

  it("are all in the manifest, with all that is stated", () => {
    assert.deepEqual(
      committed.map(({ name }) => name),
      roles.map(({ name }) => name),
    );
    for (const role of roles) {
      const { cluster } = generateRole([], role);
      const written = committed.find(({ name }) => name === role.name)?.cluster ?? [];
      assert.deepEqual(
        written.slice(0, cluster.length),
        cluster.map(({ apiGroups, resources, verbs }) => ({ apiGroups, resources, verbs })),
      );
    }
  });
});

describe("the manifest of the roles", () => {
  it("lets a preview read alone", () => {
    const verbs = rulesOf("flux-bootstrap-preview").flatMap((rule) => rule.verbs);
    assert.deepEqual(
      verbs.filter((verb) => !reads.has(verb)),
      [],
    );
  });

  it("lets nobody write to every kind outside of the namespace of Flux, nor do everything", () => {
    for (const { cluster } of committed) {
      for (const { resources, verbs, apiGroups } of cluster) {
        assert.ok(!verbs.includes("*"));
        const isWide = resources.includes("*") || apiGroups.includes("*");
        assert.ok(!isWide || verbs.every((verb) => reads.has(verb)));
      }
    }
  });

  it("lets a bootstrap bind cluster-admin, which is what Flux runs with, and nothing else", () => {
    const binding = rulesOf("flux-bootstrap-up").filter(({ verbs }) => verbs.includes("bind"));
    assert.deepEqual(
      binding.map(({ resourceNames }) => resourceNames),
      [["cluster-admin"]],
    );
  });

  it("lets nobody rise above the rights that are written there", () => {
    const rising = ["escalate", "impersonate"];
    for (const { name } of committed) {
      assert.ok(!rulesOf(name).some(({ verbs }) => verbs.some((verb) => rising.includes(verb))));
    }
  });

  it("keeps Secrets from a preview and from the commands, but for those of Flux's namespace", () => {
    for (const name of ["flux-bootstrap-preview", "flux-bootstrap-operate"]) {
      const { cluster = [] } = committed.find((one) => one.name === name) ?? {};
      const asked = { group: "", resource: "secrets", namespace: "shop", name: "key" };
      for (const verb of reads) {
        assert.ok(!cluster.some((rule) => allows(rule, { verb, ...asked })), `${name} ${verb}`);
      }
    }
  });
});
