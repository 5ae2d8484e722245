import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { stringify } from "yaml";

import { connectionOf, contextProblem } from "../../../components/cluster/kubeconfig.ts";
import { openReader, RefusedError } from "../../../components/cluster/reader.ts";
import { FakeApiServer } from "../../support/api-server.ts";
import { kubeconfig } from "../../support/settings.ts";

let server: FakeApiServer;
before(async () => {
  server = await FakeApiServer.start();
});
after(() => server.stop());

const namespace = "/api/v1/namespaces/kube-system";
const read = async (content: string, path: string) => {
  const reader = await openReader(content, undefined, 60_000);
  return reader.get<{ metadata: { uid: string } }>(path);
};

describe("the reader", () => {
  it("reads with the token of the kubeconfig", async () => {
    const found = await read(server.kubeconfig(), namespace);
    assert.equal(found?.metadata.uid, FakeApiServer.uid);
  });

  it("answers nothing for what is not there", async () => {
    assert.equal(await read(server.kubeconfig(), "/api/v1/namespaces/missing"), undefined);
  });

  it("leaves every other way to log in to the Kubernetes client", async () => {
    const content = server.kubeconfig().replace('"token"', '"username":"ada","password"');
    const found = await read(content, namespace);
    assert.equal(found?.metadata.uid, FakeApiServer.uid);
  });
});

describe("the reader asks a question that writes nothing", () => {
  const path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
  const attributes = { verb: "create", group: "", resource: "namespaces" };
  const question = { spec: { resourceAttributes: attributes } };
  const other = (content: string) => content.replace('"token"', '"username":"ada","password"');
  for (const [by, edit] of [
    ["itself", (content: string) => content],
    ["the client", other],
  ] as const) {
    it(`by ${by}, and hears a refusal with its code`, async () => {
      const reader = await openReader(edit(server.kubeconfig()), undefined, 60_000);
      const ask = () => reader.ask<{ status: { allowed: boolean } }>(path, question);
      assert.equal((await ask())?.status.allowed, true);
      const end = server.faults.refuse(/^POST/, { code: 403, reason: "Forbidden" });
      await assert.rejects(ask(), (error) => error instanceof RefusedError && error.code === 403);
      end();
      assert.deepEqual(server.writes, []);
    });
  }
});

describe("a kubeconfig", () => {
  it("resolves to the context that is named", () => {
    assert.equal(connectionOf(kubeconfig, "prod")?.cluster.server, "https://example.com");
    assert.equal(connectionOf(kubeconfig, "prod")?.user["token"], "planted-token");
  });

  it("may be YAML, also YAML that begins like JSON", () => {
    const block = stringify(JSON.parse(kubeconfig));
    const flow = kubeconfig.replaceAll('":', ": ").replaceAll('"', "");
    for (const content of [block, flow]) {
      assert.equal(connectionOf(content, "prod")?.cluster.server, "https://example.com");
    }
  });

  it("resolves to nothing without a context", () => {
    assert.equal(connectionOf(kubeconfig), undefined);
    assert.equal(connectionOf("{}", "prod"), undefined);
    assert.equal(connectionOf("not: [a kubeconfig", "prod"), undefined);
  });

  it("names its contexts when another is asked for", () => {
    assert.equal(contextProblem(kubeconfig, "prod"), undefined);
    assert.equal(contextProblem(kubeconfig, "x"), 'be a context of the kubeconfig ("prod")');
    assert.equal(contextProblem("[", "x"), "unreadable");
  });
});
