import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { rollbackTarget, type Advice } from "../../../../scripts/lib/commands/rollback.ts";
import { cart, fleetScene } from "./support/scene.ts";

const deployed = (version: number, status: string, chartVersion: string) => ({
  name: "cart",
  namespace: "shop",
  version,
  status,
  chartName: "app",
  chartVersion,
  appVersion: "7",
  lastDeployed: "2026-01-01T00:00:00Z",
});

const history = [
  deployed(4, "failed", "1.3.0"),
  deployed(3, "failed", "1.3.0"),
  deployed(2, "superseded", "1.2.0"),
  deployed(1, "superseded", "1.1.0"),
];

describe("fleet history", { timeout: 60_000, concurrency: true }, () => {
  it("lists the revisions, newest first, and both ways back", async (test) => {
    const { server, fleet } = await fleetScene(test);
    const chart = { spec: { chart: "app", version: "1.3.0" } };
    server.merge(cart, {
      spec: { chartRef: null, chart },
      status: { history: history.toReversed(), storageNamespace: "releases" },
    });
    const { code, stdout } = await fleet(["history", "shop/cart", "--context", "fake"]);
    assert.equal(code, 0);
    assert.match(stdout, /^4 +failed +app 1\.3\.0 +7 +\d+d\n3 .*\n2 .*\n1 /m);
    assert.match(stdout, /Helm would return to revision 2 \(chart 1\.2\.0\)\. Git overrides that/);
    assert.match(
      stdout,
      /In https:\/\/git\.example\/fleet, path \.\/: revert the commit, or set spec\.chart\.spec\.version from "1\.3\.0" to "1\.2\.0" for cart\. Then: npm run fleet -- reconcile Kustomization\/flux-system\/apps --context fake/,
    );
    assert.deepEqual(
      stdout.split("\n").filter((line) => line.startsWith("    ")),
      [
        '    npm run fleet -- suspend HelmRelease/shop/cart --reason "rolled back to revision 2" --context fake',
        "    helm rollback cart 2 --namespace releases --kube-context fake",
        "    npm run fleet -- resume HelmRelease/shop/cart --context fake   # once Git says so too",
      ],
    );
    assert.deepEqual(server.writes, []);
  });

  it("says so when there is nothing to go back to", async (test) => {
    const { server, fleet } = await fleetScene(test);
    server.merge(cart, { status: { history: [deployed(1, "failed", "1.0.0")] } });
    const { code, stdout } = await fleet(["history", "hr/shop/cart"]);
    assert.equal(code, 0);
    assert.match(stdout, /Nothing to roll back to: no earlier revision was sound/);
    assert.doesNotMatch(stdout, /helm rollback/);
  });

  it("tells the same as JSON", async (test) => {
    const { server, fleet } = await fleetScene(test);
    server.merge(cart, { status: { history } });
    const { stdout } = await fleet(["history", "shop/cart", "-o", "json"]);
    const { rollback } = JSON.parse(stdout) as { rollback: Advice["data"] };
    assert.deepEqual([rollback.to, rollback.chartVersion, rollback.byHand.length], [2, "1.2.0", 3]);
  });

  for (const odd of [[], "x", [null, 1, {}]]) {
    it(`fails for a release that deployed nothing: ${JSON.stringify(odd)}`, async (test) => {
      const { server, fleet } = await fleetScene(test);
      server.merge(cart, { status: { history: odd } });
      const { code, stderr } = await fleet(["history", "shop/cart"]);
      assert.equal(code, 1);
      assert.match(stderr, /HelmRelease\/shop\/cart has deployed nothing yet/);
    });
  }

  it("fails for a release that does not exist", async (test) => {
    const { code, stderr } = await (await fleetScene(test)).fleet(["history", "shop/cat"]);
    assert.equal(code, 1);
    assert.match(
      stderr,
      /no HelmRelease is named "shop\/cat"\n {2}Did you mean HelmRelease\/shop\/cart\?/,
    );
  });
});

describe("rollbackTarget", () => {
  const target = (...statuses: readonly string[]) =>
    rollbackTarget(statuses.map((status, index) => ({ version: 9 - index, status })))?.version;

  it("is the newest sound revision before the present one", () => {
    assert.equal(target("deployed", "superseded", "superseded"), 8);
    assert.equal(target("failed", "failed", "superseded"), 7);
    assert.equal(target("failed", "deployed"), 8);
    assert.equal(target("deployed", "failed"), undefined);
    assert.equal(target("deployed"), undefined);
    assert.equal(target(), undefined);
  });
});
