import assert from "node:assert/strict";
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, describe, it } from "node:test";

import { ServiceProxy } from "../../../embedded/node-agent/service-proxy.ts";

/** A pod that answers with its name and the path it was asked for. */
async function podServer(name: string) {
  const server = createServer((incoming, response) =>
    response.end(`${name} ${incoming.url ?? ""}`),
  );
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { port: (server.address() as AddressInfo).port, close: () => server.close() };
}

describe("the proxy that stands in for Services", () => {
  let proxy: ServiceProxy;
  let first: Awaited<ReturnType<typeof podServer>>;
  let second: Awaited<ReturnType<typeof podServer>>;

  before(async () => {
    [proxy, first, second] = await Promise.all([
      ServiceProxy.listen(),
      podServer("first"),
      podServer("second"),
    ]);
  });

  after(() => {
    proxy.close();
    first.close();
    second.close();
  });

  async function get(url: string): Promise<{ status: number; body: string }> {
    const { hostname, port } = new URL(proxy.url);
    return new Promise((resolve, reject) => {
      const outgoing = request({ host: hostname, port, path: url, agent: false }, (response) => {
        let body = "";
        response.on("data", (chunk: Buffer) => (body += chunk.toString()));
        response.on("end", () => {
          resolve({ status: response.statusCode ?? 0, body });
        });
      });
      outgoing.on("error", reject);
      outgoing.end();
    });
  }

  const url = "http://source-controller.flux-system.svc.cluster.local./gitrepository/a.tar.gz?x=1";

  it("answers 503 while no pod is ready", async () => {
    assert.equal((await get(url)).status, 503);
  });

  it("reaches the pod that is ready, path and query unchanged", async () => {
    proxy.lead("source-controller.flux-system", first.port);
    assert.deepEqual(await get(url), { status: 200, body: "first /gitrepository/a.tar.gz?x=1" });
  });

  it("knows the short name and tells namespaces apart", async () => {
    assert.equal((await get("http://source-controller.flux-system.svc/")).status, 200);
    assert.equal((await get("http://source-controller.other.svc/")).status, 503);
  });

  it("follows the newer pod, and the older one's end does not cut it off", async () => {
    proxy.lead("source-controller.flux-system", second.port);
    proxy.release("source-controller.flux-system", first.port);
    assert.equal((await get(url)).body.split(" ")[0], "second");
  });

  it("reaches other hosts as they are named", async () => {
    assert.equal((await get(`http://127.0.0.1:${first.port}/x`)).body, "first /x");
  });
});
