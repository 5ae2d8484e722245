import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { after, beforeEach, describe, it } from "node:test";

import { stringify } from "yaml";

import { filesIn, readContext } from "../../../components/cluster/kubeconfig-files.ts";

const home = mkdtempSync(join(tmpdir(), "flux-bootstrap-kubeconfig-"));
const kube = join(home, ".kube");
const file = join(kube, "config");
const other = join(home, "other.yaml");
mkdirSync(kube);
after(() => {
  rmSync(home, { recursive: true, force: true });
});

interface Parts {
  readonly context?: string;
  readonly cluster?: object;
  readonly user?: object;
  readonly more?: object;
}

function config({ context = "prod", cluster = {}, user = {}, more = {} }: Parts = {}): string {
  return stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "c", cluster: { server: "https://example.com", ...cluster } }],
    users: [{ name: "u", user }],
    contexts: [{ name: context, context: { cluster: "c", user: "u", namespace: "mine" } }],
    "current-context": "elsewhere",
    ...more,
  });
}

const environment = { HOME: home };
const read = (options: { context?: string; file?: string; KUBECONFIG?: string } = {}) => {
  const { context = "prod", file: path, KUBECONFIG } = options;
  const variables = { ...environment, ...(KUBECONFIG !== undefined && { KUBECONFIG }) };
  return readContext({ context, file: path, environment: variables });
};

function parsed(result: ReturnType<typeof read>) {
  assert.equal(result.problem, undefined);
  return JSON.parse(result.kubeconfig) as {
    clusters: { name: string; cluster: Record<string, unknown> }[];
    users: { name: string; user: Record<string, unknown> }[];
    contexts: unknown;
  };
}

beforeEach(() => {
  writeFileSync(file, config({ user: { token: "planted-token" } }));
  rmSync(other, { force: true });
});

describe("the context of a kubeconfig on this machine", () => {
  it("is handed on with its cluster and its user, and nothing else of the file", () => {
    const { clusters, users, contexts } = parsed(read());
    assert.deepEqual(clusters, [{ name: "prod", cluster: { server: "https://example.com" } }]);
    assert.deepEqual(users, [{ name: "prod", user: { token: "planted-token" } }]);
    assert.deepEqual(contexts, [{ name: "prod", context: { cluster: "prod", user: "prod" } }]);
  });

  it("is the same whatever else the file comes to say", () => {
    const before = read();
    const more = {
      "current-context": "another",
      preferences: { colors: true },
      users: [
        { name: "x", user: { token: "x" } },
        { name: "u", user: { token: "planted-token" } },
      ],
    };
    writeFileSync(file, config({ more }));
    assert.deepEqual(read(), before);
    writeFileSync(file, config({ user: { token: "rotated" } }));
    assert.notDeepEqual(read(), before);
  });

  it("holds the content of certificates and keys, found from the directory of the file", () => {
    mkdirSync(join(kube, "pki"), { recursive: true });
    for (const name of ["ca", "crt", "key"]) writeFileSync(join(kube, "pki", name), `${name}\n`);
    const user = { "client-certificate": join(kube, "pki", "crt"), "client-key": "pki/key" };
    writeFileSync(file, config({ cluster: { "certificate-authority": "pki/ca" }, user }));
    const { clusters, users } = parsed(read());
    const data = (text: string) => Buffer.from(`${text}\n`).toString("base64");
    assert.deepEqual(clusters[0]?.cluster, {
      "certificate-authority-data": data("ca"),
      server: "https://example.com",
    });
    assert.deepEqual(users[0]?.user, {
      "client-certificate-data": data("crt"),
      "client-key-data": data("key"),
    });
  });

  it("keeps what each login reads anew: the token file and the plugin, by absolute paths", () => {
    const exec = { apiVersion: "client.authentication.k8s.io/v1", command: "./bin/login" };
    writeFileSync(file, config({ user: { tokenFile: "token", exec } }));
    const user = parsed(read()).users[0]?.user ?? {};
    assert.equal(user["tokenFile"], join(kube, "token"));
    assert.deepEqual(user["exec"], { ...exec, command: join(kube, "bin/login") });
  });

  it("leaves a plugin to the PATH that is only a word", () => {
    writeFileSync(file, config({ user: { exec: { command: "aws" } } }));
    assert.deepEqual(parsed(read()).users[0]?.user, { exec: { command: "aws" } });
  });

  it("comes from the first file of $KUBECONFIG that has an entry of the name", () => {
    writeFileSync(other, config({ context: "test", user: { token: "other" } }));
    const KUBECONFIG = [join(home, "missing"), other, file].join(delimiter);
    assert.deepEqual(parsed(read({ KUBECONFIG, context: "prod" })).users[0]?.user, {
      token: "other",
    });
    assert.deepEqual(parsed(read({ KUBECONFIG, context: "test" })).users[0]?.user, {
      token: "other",
    });
  });

  it("comes from the file that is named, with ~ for the home directory", () => {
    writeFileSync(other, config({ user: { token: "other" } }));
    for (const path of [other, "~/other.yaml"]) {
      assert.deepEqual(parsed(read({ file: path })).users[0]?.user, { token: "other" });
    }
  });
});

describe("a context that cannot be had is a problem:", () => {
  const cases: readonly (readonly [
    what: string,
    () => ReturnType<typeof read>,
    problem: string,
  ])[] = [
    [
      "a file that is not there",
      () => read({ file: "~/missing" }),
      'cluster.kubeconfigFile must be a file that can be read, got "~/missing". Run: pulumi config set --path cluster.kubeconfigFile FILE',
    ],
    [
      "no kubeconfig on the machine",
      () => read({ KUBECONFIG: join(home, "missing") }),
      `the machine must have a kubeconfig that can be read, got none at ${join(home, "missing")}. Name one in $KUBECONFIG, or run: pulumi config set --path cluster.kubeconfigFile FILE`,
    ],
    [
      "a file that is none",
      () => {
        writeFileSync(other, "planted: [token");
        return read({ file: other });
      },
      `the kubeconfig ${other} must be one in YAML, got something else. Check it with: kubectl config view --kubeconfig ${other}`,
    ],
    [
      "an unknown context",
      () => read({ context: "test" }),
      'cluster.context must be a context of the kubeconfig ("prod"), got "test". See them with: kubectl config get-contexts',
    ],
    [
      "a context without its user",
      () => {
        writeFileSync(other, config({ more: { users: [] } }));
        return read({ file: other });
      },
      'the context "prod" must name a user of the kubeconfig, got "u". Correct it with: kubectl config set-context',
    ],
    [
      "a context without its cluster",
      () => {
        writeFileSync(other, config({ more: { clusters: [] } }));
        return read({ file: other });
      },
      'the context "prod" must name a cluster of the kubeconfig, got "c". Correct it with: kubectl config set-context',
    ],
    [
      "a certificate that is not there",
      () => {
        writeFileSync(other, config({ cluster: { "certificate-authority": "/missing/ca" } }));
        return read({ file: other });
      },
      'the context "prod" must name files that can be read, got /missing/ca. See them with: kubectl config view --minify --context prod',
    ],
  ];
  for (const [what, result, problem] of cases) {
    it(what, () => {
      assert.deepEqual(result(), { problem });
    });
  }
});

describe("the files that a kubeconfig names", () => {
  it("are those of the context, unless the data is there too", () => {
    const cluster = { "certificate-authority": "/ca" };
    const user = { "client-key": "/key", "client-key-data": "eA==" };
    assert.deepEqual(filesIn(config({ cluster, user }), "prod"), ["certificate-authority"]);
    assert.deepEqual(filesIn(config({ user: { tokenFile: "/token" } }), "prod"), []);
  });
});
