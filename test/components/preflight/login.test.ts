import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";

import { loginOf, pluginProblem } from "../../../components/preflight/login.ts";
import { LoginRefused, preflight } from "../../../components/preflight/preflight.ts";
import { FakeApiServer } from "../../support/api-server.ts";

const directory = mkdtempSync(join(tmpdir(), "flux-bootstrap-login-"));
let server: FakeApiServer;
before(async () => {
  server = await FakeApiServer.start();
});
after(async () => {
  rmSync(directory, { recursive: true, force: true });
  await server.stop();
});

function withPlugin(exec: object): string {
  return JSON.stringify({
    clusters: [{ name: "c", cluster: { server: server.url, "insecure-skip-tls-verify": true } }],
    users: [{ name: "u", user: { exec } }],
    contexts: [{ name: "prod", context: { cluster: "c", user: "u" } }],
    "current-context": "prod",
  });
}

/** A program that prints what a plugin prints, or fails. */
function plugin(name: string, script: string): string {
  const path = join(directory, name);
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}

const apiVersion = "client.authentication.k8s.io/v1";
const look = (kubeconfig: string) =>
  preflight({
    ...{ kubeconfig, context: "prod", stackLabel: "a.b.c", adopt: false, taken: undefined },
    ...{ fluxVersion: "2.9.4", sync: { url: "https://example.com", path: "./" } },
    ...{ unreachableFix: "Run: npm start", loginFix: "Log in again." },
  });

describe("an exec plugin", () => {
  const known: readonly (readonly [command: string, link: string])[] = [
    ["aws", "https://docs.aws.amazon.com/cli/latest/userguide/getting-started-install.html"],
    ["kubelogin", "https://azure.github.io/kubelogin/install.html"],
    [
      "gke-gcloud-auth-plugin",
      "https://cloud.google.com/kubernetes-engine/docs/how-to/cluster-access-for-kubectl#install_plugin",
    ],
  ];
  for (const [command, link] of known) {
    it(`named ${command} that is missing comes with the link to install it`, () => {
      assert.equal(
        pluginProblem(loginOf(withPlugin({ command }), "prod"), { PATH: directory }),
        `the exec plugin "${command}" of context prod must be on the PATH, got none. Install it: ${link}`,
      );
    });
  }

  it("that nobody knows comes with the hint of the kubeconfig", () => {
    const installHint = "Get it\n  from the shop.";
    const login = loginOf(withPlugin({ command: "mine", installHint }), undefined);
    assert.equal(
      pluginProblem(login, { PATH: "" }),
      'the exec plugin "mine" of context prod must be on the PATH, got none. Get it from the shop.',
    );
  });

  it("is found on the PATH, or where its path says", () => {
    const path = plugin("there", "exit 0");
    const PATH = `/missing:${directory}`;
    assert.equal(
      pluginProblem(loginOf(withPlugin({ command: "there" }), "prod"), { PATH }),
      undefined,
    );
    assert.equal(pluginProblem(loginOf(withPlugin({ command: path }), "prod"), {}), undefined);
  });

  it("that is missing ends Preflight without a request", async () => {
    const command = join(directory, "missing");
    await assert.rejects(look(withPlugin({ apiVersion, command })), (error: Error) => {
      assert.ok(error instanceof LoginRefused);
      assert.match(error.message, /must be on the PATH, got none\. Install it, or choose another/);
      return true;
    });
  });

  it("that gives no credential is quoted, secrets left out", async () => {
    const token = "planted-token-1234";
    const command = plugin(
      "expired",
      `echo "noise" >&2; echo "SSO expired, token=${token}" >&2; exit 1`,
    );
    await assert.rejects(look(withPlugin({ apiVersion, command })), {
      message:
        `the exec plugin "${command}" of context prod must give a credential, got: ` +
        "SSO expired, token=[redacted]. Log in again.",
    });
  });

  it("may take longer than the two seconds that the server has", async () => {
    const credential = { kind: "ExecCredential", apiVersion, status: { token: "t" } };
    // The plugin waits until the file is there, which this test writes after the bound of the server.
    const go = join(directory, "go");
    const command = plugin(
      "slow",
      `while [ ! -e ${go} ]; do sleep 0.05; done; echo '${JSON.stringify(credential)}'`,
    );
    const looking = look(withPlugin({ apiVersion, command }));
    setTimeout(() => {
      writeFileSync(go, "");
    }, 2_200);
    assert.equal((await looking).uid, FakeApiServer.uid);
  });
});
