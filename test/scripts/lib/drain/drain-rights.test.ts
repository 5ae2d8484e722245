import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { drainRights } from "../../../../scripts/lib/drain/drain-rights.ts";
import { parseTarget } from "../../../support/api-server-protocol.ts";
import { cart, run, setUp } from "../../support/drain.ts";
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

/** Rights for single kinds only: the one on every kind would cover any write. */
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
      if (use !== undefined) uses.push(use);
    };
    await run(server);
    assert.ok(uses.length > 30);
    assert.deepEqual(
      uses.filter((use) => !allows(use)),
      [],
    );
  });
});
