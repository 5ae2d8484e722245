import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { join } from "node:path";
import { describe, it } from "node:test";

import { readAccount, withAccount } from "../../../embedded/clouds/account.ts";
import { installCloud } from "../../../embedded/clouds/install.ts";
import { writeSettings } from "../../../embedded/clouds/settings.ts";
import { writeAtomically } from "../../../embedded/cluster/record.ts";
import { clusterDirectory, stateHome } from "../../../embedded/home.ts";
import { inStateHome } from "./support/test-cloud.ts";

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a stub as a client of Kubernetes does. */
async function run(tool: "aws" | "kubelogin", words: string, allowed = "allowed"): Promise<Ended> {
  const directory = join(stateHome(), "tools");
  const cloud = tool === "aws" ? "aws" : "azure";
  const plugins = join(stateHome(), "plugins");
  await installCloud(cloud, { plugins, tools: directory, node: process.execPath });
  const env = { ...process.env, FLUX_BOOTSTRAP_STAND_INS: allowed };
  return new Promise((resolve) => {
    execFile(join(directory, tool), words.split(" "), { env }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}

function makeKey(cluster: string): void {
  const { privateKey } = generateKeyPairSync("rsa", {
    modulusLength: 2048,
    privateKeyEncoding: { type: "pkcs1", format: "pem" },
    publicKeyEncoding: { type: "pkcs1", format: "pem" },
  });
  writeAtomically(`${clusterDirectory(cluster)}/credentials/service-account.key`, privateKey);
}

const getToken = "--region eu-central-1 eks get-token --cluster-name prod --output json";
const login =
  "get-token --login azurecli --server-id 6dae42f8-4368-4678-94ff-3960e28e3630 --tenant-id t";

function lifetimeOf({ stdout }: Ended): number {
  const { kind, apiVersion, status } = JSON.parse(stdout) as {
    kind: string;
    apiVersion: string;
    status: { expirationTimestamp: string; token: string };
  };
  assert.equal(`${kind} ${apiVersion}`, "ExecCredential client.authentication.k8s.io/v1beta1");
  const [, claims = ""] = status.token.split(".");
  const { exp } = JSON.parse(Buffer.from(claims, "base64url").toString()) as { exp: number };
  const seconds = (new Date(status.expirationTimestamp).getTime() - Date.now()) / 1000;
  const leeway = 60;
  assert.ok(exp + leeway - Date.now() / 1000 > seconds);
  return seconds;
}

describe("the stub of aws", () => {
  inStateHome();

  it("says a version like the real one", async () => {
    assert.match((await run("aws", "--version")).stdout, /^aws-cli\/2\.\d+\.\d+ Python\//);
  });

  it("issues a token for the time that is set", async () => {
    makeKey("prod");
    writeSettings("aws", { tokenSeconds: 100 });
    const seconds = lifetimeOf(await run("aws", getToken));
    assert.ok(seconds > 60 && seconds <= 90, String(seconds));
  });

  it("fails without a login, in the words of the real one", async () => {
    makeKey("prod");
    writeSettings("aws", { login: undefined });
    assert.deepEqual(await run("aws", getToken), {
      code: 253,
      stdout: "",
      stderr:
        'Unable to locate credentials. You can configure credentials by running "aws configure".\n',
    });
  });

  it("refuses to run where stand-ins are not allowed", async () => {
    makeKey("prod");
    const { code, stdout, stderr } = await run("aws", getToken, "no");
    assert.deepEqual([code, stdout], [1, ""]);
    assert.match(stderr, /^FLUX_BOOTSTRAP_STAND_INS must be "allowed" to run a stand-in, got "no"/);
  });

  it("finds load balancers by their tag, and deletes them", async () => {
    const arn = "arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/net/a/b";
    await withAccount("aws", (account) => {
      const tags = { "kubernetes.io/cluster/prod": "owned" };
      account.put("elasticloadbalancing:loadbalancer", arn, { arn, tags });
    });
    const find = "resourcegroupstaggingapi get-resources --tag-filters Key=kubernetes.io/cluster/";
    const found = async (cluster: string) => {
      const { stdout } = await run("aws", `${find}${cluster}`);
      const { ResourceTagMappingList: list } = JSON.parse(stdout) as {
        ResourceTagMappingList: { ResourceARN: string }[];
      };
      return list.map(({ ResourceARN }) => ResourceARN);
    };
    assert.deepEqual([await found("prod"), await found("other")], [[arn], []]);
    await run("aws", `elbv2 delete-load-balancer --load-balancer-arn ${arn}`);
    assert.deepEqual(readAccount("aws").all(), []);
  });

  it("has no other command", async () => {
    const { code, stderr } = await run("aws", "s3 ls");
    assert.deepEqual([code, stderr], [252, "the stub of aws has no command s3 ls\n"]);
  });
});

describe("the stub of kubelogin", () => {
  inStateHome();
  const cluster = "azure-native:containerservice:ManagedCluster";

  it("issues a token for the cluster that is there", async () => {
    makeKey("dev");
    await withAccount("azure", (account) => account.put(cluster, "/dev", { name: "dev" }));
    writeSettings("azure", { tokenSeconds: 20 });
    const seconds = lifetimeOf(await run("kubelogin", login));
    assert.ok(seconds > 5 && seconds <= 18, String(seconds));
  });

  it("fails without a login, in the words of the real one", async () => {
    writeSettings("azure", { login: undefined });
    const { code, stderr } = await run("kubelogin", login);
    assert.equal(code, 1);
    assert.match(stderr, /AzureCLICredential: ERROR: Please run 'az login' to setup account\.$/m);
  });

  it("knows the API servers of AKS only", async () => {
    const { code, stderr } = await run("kubelogin", "get-token --login azurecli --server-id other");
    assert.equal(code, 1);
    assert.match(stderr, /AADSTS500011: The resource principal named other was not found/);
  });
});
