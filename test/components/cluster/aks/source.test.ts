import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { endpointOf } from "../../../../components/cluster/aks/endpoint-of.ts";
import { aksSource } from "../../../../components/cluster/aks/source.ts";
import { readAks } from "../../../support/aks.ts";
import { Kubelogin } from "../../../support/kubelogin.ts";
import { MockEngine, type MockOptions, valueOf } from "../../../support/mocks.ts";
import type { Values } from "../../../support/settings.ts";

let kubelogin: Kubelogin;
before(() => {
  kubelogin = new Kubelogin();
});
after(() => {
  kubelogin.remove();
});

const me = "aaaaaaaa-0000-0000-0000-000000000000";

async function started(values: Values = {}, clouds: MockOptions["clouds"] = {}) {
  const engine = new MockEngine({ clouds: { azureObjectId: me, ...clouds } });
  await engine.start();
  const aks = await readAks(values);
  const made = aksSource({ kind: "aks", name: "staging", aks }, { protect: false });
  return { engine, made };
}

/** The source, when all is registered. */
async function ended(values: Values = {}, clouds: MockOptions["clouds"] = {}) {
  const { engine, made } = await started(values, clouds);
  const source = await made;
  await engine.idle();
  return source;
}

const resources = (engine: MockEngine) =>
  engine.registered.filter(({ type }) => type.startsWith("azure-native:"));

describe("an up with a cluster in Azure makes nothing", () => {
  it("without kubelogin", async () => {
    await kubelogin.without(async () => {
      const { engine, made } = await started();
      await assert.rejects(made, { message: /^kubelogin must be on the PATH, got none\. Install/ });
      assert.deepEqual(resources(engine), []);
    });
  });

  it("by somebody who could not log in to the cluster afterwards", async () => {
    const users = ["bbbbbbbb-0000-0000-0000-000000000000"];
    const { engine, made } = await started({ admins: { users } });
    await assert.rejects(made, {
      message: new RegExp(`^cluster\\.aks\\.admins must hold the identity that runs this .${me}`),
    });
    assert.deepEqual(resources(engine), []);
  });

  it("and otherwise all", async () => {
    const { engine, made } = await started({ admins: { users: [me] } });
    await made;
    await engine.idle();
    assert.ok(resources(engine).length > 10);
  });
});

describe("a cluster in Azure", () => {
  it("fails with Azure's own words where it does not say where it answers", async () => {
    const engine = new MockEngine({ clouds: { azureRefuses: "AuthorizationFailed: no action" } });
    await engine.start();
    const asked = endpointOf({ resourceGroupName: "rg-staging", resourceName: "staging" }, {});
    await assert.rejects(asked, {
      message:
        'Azure must say where the cluster "staging" answers, got: AuthorizationFailed: no action. ' +
        "Run: az aks show --resource-group rg-staging --name staging --output table",
    });
  });

  const fixes: readonly (readonly [what: string, values: Values, fix: string])[] = [
    ["a person", {}, "Run: az login"],
    [
      "a person of another tenant",
      { tenantId: "99999999-9999-9999-9999-999999999999" },
      "Run: az login --tenant 99999999-9999-9999-9999-999999999999",
    ],
    [
      "a pipeline",
      { login: "workloadidentity" },
      "Log in to Azure again, then try: kubelogin get-token --login workloadidentity --server-id 6dae42f8-4368-4678-94ff-3960e28e3630",
    ],
  ];
  for (const [who, values, fix] of fixes) {
    it(`tells ${who} how to log in again`, async () => {
      assert.equal((await ended(values)).loginFix, fix);
    });
  }

  const show =
    "Run: az aks show --subscription 11111111-1111-1111-1111-111111111111 --resource-group rg-staging --name staging --output table";

  it("tells from where it answers when it does not", async () => {
    assert.equal(
      (await ended()).unreachableFix,
      `It answers in its network only: run this from there. ${show}`,
    );
    const open = await ended({ publicCidrs: ["203.0.113.0/24"] });
    assert.equal(open.unreachableFix, `It answers from 203.0.113.0/24. ${show}`);
  });

  it("has an incarnation that tells it from one of the same name before it", async () => {
    const { own } = await ended();
    assert.ok(own !== undefined);
    assert.equal(await valueOf(own.incarnation), "uid-of-the-cluster");
  });
});
