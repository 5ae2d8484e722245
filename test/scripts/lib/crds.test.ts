import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "node:test";

import { Cluster } from "../../../scripts/lib/cluster.ts";
import { establishedCrds } from "../../../scripts/lib/crds.ts";
import { CustomResourceDefinition as Crd } from "../../../scripts/lib/kinds.ts";
import { createLog } from "../../../scripts/lib/log.ts";
import { FakeApiServer } from "../../support/api-server.ts";

let server: FakeApiServer;
before(async () => {
  server = await FakeApiServer.start();
});
after(() => server.stop());
afterEach(() => {
  for (const { metadata } of server.all(Crd)) {
    server.remove({ resource: Crd, name: metadata.name });
  }
});

const log = createLog(() => undefined);
const established = { type: "Established", status: "True" };

function put(name: string, ...conditions: object[]) {
  server.put(Crd, { metadata: { name }, status: { conditions } });
}

const wait = (timeoutMilliseconds = 5_000) =>
  establishedCrds(new Cluster(server.kubeconfig(), "test"), ["a.example.com", "b.example.com"], {
    timeoutMilliseconds,
    log,
  });

describe("establishedCrds", () => {
  it("ends at once when all are established", async () => {
    put("a.example.com", established);
    put("b.example.com", established);
    await wait();
    assert.deepEqual(server.writes, []);
  });

  it("waits for one that comes late and for one that is established late", async () => {
    put("a.example.com");
    const waiting = wait();
    put("b.example.com", established);
    put("a.example.com", established);
    await waiting;
  });

  it("names what is missing when time is up", async () => {
    put("a.example.com", { type: "Established", status: "False", reason: "Installing" });
    await assert.rejects(wait(200), {
      message:
        "CustomResourceDefinitions a.example.com, b.example.com (Established) not reached after 0.2s: " +
        "a.example.com: Established=False Installing, b.example.com: NotFound. Next: kubectl describe crd a.example.com",
    });
  });

  it("fails at once when names collide with those of another CRD", async () => {
    put("a.example.com", established);
    const message = '"fluxes" is already in use';
    put("b.example.com", {
      type: "NamesAccepted",
      status: "False",
      reason: "PluralConflict",
      message,
    });
    await assert.rejects(wait(60_000), {
      message: `CustomResourceDefinition/b.example.com must have names of its own, got NamesAccepted=False PluralConflict: ${message}`,
    });
  });
});
