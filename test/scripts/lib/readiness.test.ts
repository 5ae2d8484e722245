import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { Cluster } from "../../../scripts/lib/cluster.ts";
import { Namespace } from "../../../scripts/lib/kinds.ts";
import { createLog } from "../../../scripts/lib/log.ts";
import { ready } from "../../../scripts/lib/readiness.ts";
import { FakeApiServer } from "../../support/api-server.ts";
import { TlsFront } from "../../support/tls-front.ts";

let server: FakeApiServer;
before(async () => {
  server = await FakeApiServer.start();
});
after(() => server.stop());

const log = createLog(() => undefined);
const next = "aws eks describe-cluster --name prod";
const bounds = { timeoutMilliseconds: 5_000, retryMilliseconds: 10, next, log };
const wait = (more: object = {}, kubeconfig = server.kubeconfig()) =>
  ready(new Cluster(kubeconfig, "test"), { ...bounds, ...more });

const unauthorized = { code: 401, reason: "Unauthorized", message: "Unauthorized" };
const kubeSystem = /GET \/api\/v1\/namespaces\/kube-system/;

function over(url: string, cluster: object, user: object = { token: "planted" }): string {
  return JSON.stringify({
    clusters: [{ name: "c", cluster: { server: url, ...cluster } }],
    users: [{ name: "u", user }],
    contexts: [{ name: "c", context: { cluster: "c", user: "u" } }],
    "current-context": "c",
  });
}

describe("a new API server", () => {
  it("is ready at once when it answers the login, and is not written to", async () => {
    await wait();
    assert.deepEqual(server.writes, []);
  });

  it("is waited for while it does not know the login", async () => {
    server.faults.refuse(kubeSystem, { ...unauthorized, times: 3 });
    await wait();
  });

  it("is waited for while the rights of the login are not there", async () => {
    const grant = server.faults.forbid("create", Namespace);
    let reviews = 0;
    server.heard = (request) => {
      if (request.includes("selfsubjectaccessreviews")) reviews += 1;
      if (reviews === 3) grant();
    };
    await wait();
    server.heard = () => undefined;
    assert.ok(reviews >= 3);
  });

  it("is waited for while nothing answers", async () => {
    await server.down();
    const waiting = wait();
    await server.up();
    await waiting;
  });

  it("is given up with the last reason and one command", async () => {
    const end = server.faults.refuse(kubeSystem, unauthorized);
    try {
      await assert.rejects(wait({ timeoutMilliseconds: 100 }), {
        message:
          `the API server at ${server.url} (answers this login) not reached after 0.1s: ` +
          `GET /api/v1/namespaces/kube-system failed: 401 Unauthorized: Unauthorized. Next: ${next}`,
      });
    } finally {
      end();
    }
  });

  it("is given up at once when the login gives no credential", async () => {
    const exec = {
      apiVersion: "client.authentication.k8s.io/v1beta1",
      command: "/bin/sh",
      args: ["-c", "echo the session has expired >&2; exit 255"],
      interactiveMode: "Never",
    };
    const skip = { "insecure-skip-tls-verify": true };
    await assert.rejects(
      wait({ timeoutMilliseconds: 60_000 }, over(server.url, skip, { exec })),
      /the session has expired/,
    );
  });

  it("ends early when that is asked for", async () => {
    const end = server.faults.refuse(kubeSystem, unauthorized);
    try {
      await assert.rejects(
        wait({ signal: AbortSignal.timeout(50) }),
        /was cancelled; last state: /,
      );
    } finally {
      end();
    }
  });
});

describe("the certificate of a new API server", () => {
  let front: TlsFront;
  before(async () => {
    front = await TlsFront.start(server.url);
  });
  after(() => front.stop());

  it("is good when the cluster's own authority gave it", async () => {
    await wait({}, over(front.url, { "certificate-authority-data": front.authority }));
  });

  it("ends the wait at once when somebody else did", async () => {
    await assert.rejects(wait({ timeoutMilliseconds: 60_000 }, over(front.url, {})), {
      name: "Failure",
      message: `the API server at ${front.url} must show a certificate of the cluster's own authority, got DEPTH_ZERO_SELF_SIGNED_CERT`,
    });
  });
});
