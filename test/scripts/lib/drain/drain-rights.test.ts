import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { drainRights } from "../../../../scripts/lib/drain/drain-rights.ts";
import { HelmRelease, Kustomization } from "../../../../scripts/lib/kinds.ts";
import { parseTarget } from "../../../support/api-server-protocol.ts";
import { cart, failed, run, setUp } from "../../support/drain.ts";
import { runFlux } from "../../support/fake-flux.ts";
import { namespace } from "../../support/flux.ts";

interface Use {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly inFlux: boolean;
}

const verbs: Readonly<Record<string, string>> = {
  POST: "create",
  PATCH: "patch",
  DELETE: "delete",
};

const reads: ReadonlySet<string> = new Set(["get", "list", "watch"]);

function useOf(request: string): Use | undefined {
  const [method = "", url = ""] = request.split(" ");
  const { pathname, searchParams } = new URL(url, "http://fake");
  const target = parseTarget(pathname);
  if (target === undefined) return undefined;
  const reading = searchParams.get("watch") === "true" ? "watch" : "list";
  const verb = verbs[method] ?? (target.name === undefined ? reading : "get");
  const [group = "", version] = target.apiVersion.split("/");
  return {
    verb,
    group: version === undefined ? "" : group,
    resource: target.plural,
    inFlux: target.namespace === namespace,
  };
}

/** Rights for single kinds only: the one on every kind in the namespace of Flux would cover most writes. */
const precise = drainRights.filter(
  ({ resources, verbs: allowed }) => !resources.includes("*") || !allowed.includes("patch"),
);

function allows({ verb, group, resource, inFlux }: Use): boolean {
  return precise.some(
    (right) =>
      (right.scope === "cluster" || inFlux) &&
      right.verbs.some((allowed) => allowed === verb) &&
      (right.groups.includes("*") || right.groups.includes(group)) &&
      (right.resources.includes("*") || right.resources.includes(resource)),
  );
}

describe("drainRights", { timeout: 60_000 }, () => {
  it("cover every request of a drain", async (t) => {
    const server = await setUp(t);
    runFlux(server);
    server.merge(cart, { spec: { suspend: true } });
    const uses: Use[] = [];
    server.heard = (request) => {
      const use = useOf(request);
      // Everybody may ask what they may do.
      if (use !== undefined && !use.resource.startsWith("selfsubject")) uses.push(use);
    };
    await run(server);
    assert.ok(uses.length > 30);
    assert.deepEqual(
      uses.filter((use) => !allows(use)),
      [],
    );
  });

  it("write to all of a kind only where Flux is, or where the kind is named", () => {
    const wide = drainRights.filter(
      ({ resources, scope, verbs: allowed }) =>
        scope === "cluster" && resources.includes("*") && !allowed.every((verb) => reads.has(verb)),
    );
    assert.deepEqual(wide, []);
  });

  const missing = [
    ["delete", HelmRelease, "delete helmreleases.helm.toolkit.fluxcd.io in namespace shop"],
    [
      "patch",
      Kustomization,
      `patch kustomizations.kustomize.toolkit.fluxcd.io in namespace ${namespace}`,
    ],
  ] as const;
  for (const [verb, resource, line] of missing) {
    it(`are asked for before anything is written: ${verb} ${resource.plural}`, async (t) => {
      const server = await setUp(t);
      runFlux(server);
      server.faults.forbid(verb, resource);
      const { message, details } = await failed(server, {});
      assert.match(message, /must be allowed to .*, got a refusal\. Nothing was written\./);
      assert.ok(details.includes(`missing: ${line}`), details.join("\n"));
      assert.deepEqual(server.writes, []);
    });
  }
});
