import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";

import { parse } from "yaml";

import {
  apiServerCertificate,
  ensureCredentials,
  kubeconfigFile,
  tokenFile,
  type User,
  users,
  writeKubeconfigs,
} from "../../../embedded/cluster/credentials.ts";
import { layoutOf } from "../../../embedded/cluster/layout.ts";

interface Kubeconfig {
  readonly users: readonly { readonly user: { readonly token: string } }[];
}

describe("the credentials of a cluster", () => {
  const before = process.env["FLUX_BOOTSTRAP_HOME"];
  let home: string;

  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), "credentials-"));
    process.env["FLUX_BOOTSTRAP_HOME"] = home;
  });
  afterEach(() => {
    if (before === undefined) delete process.env["FLUX_BOOTSTRAP_HOME"];
    else process.env["FLUX_BOOTSTRAP_HOME"] = before;
    rmSync(home, { recursive: true, force: true });
  });

  const tokens = () =>
    readFileSync(tokenFile(layoutOf("dev")), "utf8")
      .trim()
      .split("\n")
      .map((line) => line.split(","));

  it("are a token for each user, in that user's kubeconfig and no other", () => {
    const layout = layoutOf("dev");
    ensureCredentials(layout);
    mkdirSync(layout.certificates, { recursive: true });
    writeFileSync(apiServerCertificate(layout), "certificate");
    writeKubeconfigs(layout, "dev", "https://127.0.0.1:1");
    for (const [user, { name }] of Object.entries(users)) {
      const text = readFileSync(kubeconfigFile(layout, user as User), "utf8");
      const known = (parse(text) as Kubeconfig).users.map((one) => one.user.token);
      assert.deepEqual(
        known,
        tokens().flatMap(([token, owner]) => (owner === name ? [token] : [])),
      );
    }
    assert.equal(new Set(tokens().map(([token]) => token)).size, Object.keys(users).length);
  });

  it("stay at the next start, and a user that is new gets one", () => {
    ensureCredentials(layoutOf("dev"));
    const all = tokens();
    const known = all.filter(([, name]) => name !== users.cloud.name);
    writeFileSync(
      tokenFile(layoutOf("dev")),
      `${known.map((line) => line.join(",")).join("\n")}\n`,
    );
    ensureCredentials(layoutOf("dev"));
    const again = tokens();
    assert.deepEqual(
      again.filter(([, name]) => name !== users.cloud.name),
      known,
    );
    assert.equal(again.length, all.length);
  });

  it("make a member of system:masters of those who need it, and not of the cloud", () => {
    ensureCredentials(layoutOf("dev"));
    const groups = tokens().map(([, name, , group]) => [name, group]);
    assert.deepEqual(Object.fromEntries(groups), {
      "embedded-admin": '"system:masters"',
      "embedded-cloud": '""',
      kwok: '"system:masters"',
      "node-agent": '"system:masters"',
      "system:kube-controller-manager": '""',
      "system:kube-scheduler": '""',
    });
  });
});
