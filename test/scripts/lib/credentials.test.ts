import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";

import { Cluster } from "../../../scripts/lib/cluster.ts";
import { ConfigMap } from "../../../scripts/lib/kinds.ts";
import { FakeApiServer } from "../../support/api-server.ts";

/** Prints a token that has expired already, so that each request asks anew; fails when the file is not there. */
const plugin = `
  require("node:fs").readFileSync(process.argv[1]);
  const status = { token: "t", expirationTimestamp: "2020-01-01T00:00:00Z" };
  console.log(JSON.stringify({
    apiVersion: "client.authentication.k8s.io/v1", kind: "ExecCredential", status,
  }));
`;

describe("Cluster with credentials from a plugin", { timeout: 30_000 }, () => {
  let server: FakeApiServer;
  let folder: string;
  let file: string;
  let done: AbortController;

  beforeEach(async () => {
    server = await FakeApiServer.start();
    folder = await mkdtemp(join(tmpdir(), "credentials-"));
    file = join(folder, "signed-in");
    done = new AbortController();
  });
  afterEach(async () => {
    done.abort();
    await server.stop();
    await rm(folder, { recursive: true });
  });

  const cluster = () => {
    const kubeconfig = JSON.parse(server.kubeconfig()) as { users: object[] };
    const exec = {
      apiVersion: "client.authentication.k8s.io/v1",
      command: process.execPath,
      args: ["-e", plugin, file],
      interactiveMode: "Never",
    };
    kubeconfig.users = [{ name: "fake", user: { exec } }];
    return new Cluster(JSON.stringify(kubeconfig), "test");
  };

  it("goes on following once the plugin works again", async () => {
    writeFileSync(file, "");
    const lost: string[] = [];
    await new Promise<void>((resolve) => {
      const listed = () => {
        rmSync(file);
        void server.down().then(() => server.up());
      };
      const options = {
        signal: done.signal,
        listed,
        lost: ({ message }: Error) => {
          if (!/ENOENT/.test(message)) return;
          lost.push(message);
          writeFileSync(file, "");
          server.put(ConfigMap, { metadata: { name: "one", namespace: "default" } });
        },
      };
      cluster().follow(ConfigMap, options, {
        seen: () => {
          resolve();
        },
        gone: () => undefined,
      });
    });
    assert.equal(lost.length, 1);
  });
});
