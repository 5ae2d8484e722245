import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { FakeApiServer } from "../support/api-server.ts";
import { AwsCli } from "../support/aws-cli.ts";
import { allBefore, withEks } from "../support/eks.ts";
import { isSecret, type MockEngine, optionsOf, plain } from "../support/mocks.ts";
import { runProgram } from "../support/program.ts";
import { TlsFront } from "../support/tls-front.ts";
import type { Values } from "../support/settings.ts";

const identities = [{ name: "logs", grant: "logs" }];
const settings = withEks({ identities, tags: { team: "platform" } });
const clusterName = "cluster-control-plane-cluster";

let server: FakeApiServer;
let front: TlsFront;
let cli: AwsCli;
let engine: MockEngine;
let outputs: Readonly<Record<string, unknown>>;

const run = (config: Values = settings, preview = false) =>
  runProgram({
    config,
    preview,
    clouds: { server: front.url, authority: front.authority },
    stdout: { "scripts/identity.ts": { uid: FakeApiServer.uid } },
  });

describe("a stack with a cluster in AWS", () => {
  before(async () => {
    cli = new AwsCli();
    server = await FakeApiServer.start();
    front = await TlsFront.start(server.url);
    ({ engine, outputs } = await run());
  });
  after(async () => {
    cli.remove();
    await front.stop();
    await server.stop();
  });

  const kubernetes = () => engine.registered.filter(({ type }) => type.startsWith("kubernetes:"));

  describe("the program with a cluster in AWS", () => {
    it("makes everything in the region that is configured, tagged, whatever the machine says", () => {
      const { region, defaultTags, allowedAccountIds, profile } = engine.get("aws").inputs;
      assert.equal(region, "eu-central-1");
      assert.deepEqual(JSON.parse(String(defaultTags)), {
        tags: { team: "platform", "flux-bootstrap.dev/cluster": "prod" },
      });
      assert.deepEqual([allowedAccountIds, profile], [undefined, undefined]);
      const providers = new Set(
        engine.registered
          .filter(({ type }) => type.startsWith("aws:"))
          .map(({ provider }) => provider),
      );
      assert.equal(providers.size, 1);
      assert.match([...providers][0] ?? "", /::aws::aws-id$/);
    });

    it("reaches the cluster by the AWS CLI and holds no credential", () => {
      const { kubeconfig } = engine.get("kubernetes").inputs;
      assert.ok(isSecret(kubeconfig));
      const text = plain(kubeconfig) as string;
      assert.match(text, /"command":"aws"/);
      assert.doesNotMatch(JSON.stringify(plain(engine.registered)), /planted-token/);
    });

    it("waits once for the API server before it looks at the cluster", () => {
      const ready = plain(engine.get("cluster-ready").inputs) as Values;
      assert.equal(ready["create"], "scripts/cluster-ready.ts");
      assert.deepEqual(ready["triggers"], [front.url]);
      const identified = allBefore("cluster-identity");
      for (const name of ["cluster-ready", "cluster-access-111122223333-role-platform-policy"]) {
        assert.ok(identified.has(name), name);
      }
    });

    it("makes nothing in the cluster before pods can run there and have their identities", () => {
      const all = allBefore("kubernetes");
      const needed = [
        "cluster-nodes-default-group",
        "cluster-addons-on-nodes-coredns",
        "cluster-identities-logs-association",
      ];
      assert.deepEqual(
        needed.filter((name) => !all.has(name)),
        [],
      );
      assert.ok(!allBefore("cluster-identity").has("cluster-nodes-default-group"));
    });

    it("lets what is in the cluster go with it, and empties it of Flux before", () => {
      assert.ok(kubernetes().length > 4);
      const staying = kubernetes().filter(
        ({ name }) => optionsOf(name)?.deletedWith !== clusterName,
      );
      // Drain drains nothing while the mark of the sync stands.
      assert.deepEqual(
        staying.map(({ name }) => name),
        ["flux-sync-in-use"],
      );
      assert.equal(optionsOf("drain-script")?.deletedWith, "");
      assert.ok(allBefore("drain-script").has(clusterName));
    });

    it("drains and looks again when the cluster is another of its own making", () => {
      for (const name of ["drain-script", "cluster-identity", "cluster-ready"]) {
        assert.deepEqual(plain(engine.get(name).inputs["triggers"]), [front.url], name);
        assert.deepEqual(optionsOf(name)?.ignoreChanges, [], name);
      }
    });

    it("tells Git where it runs and as what", () => {
      assert.deepEqual(plain(engine.get("flux-credentials-runtime-info").inputs["data"]), {
        CLUSTER_NAME: "prod",
        CLUSTER_KIND: "eks",
        ENVIRONMENT: "dev",
        AWS_REGION: "eu-central-1",
        AWS_ACCOUNT_ID: "111122223333",
        AWS_VPC_ID: "cluster-network-vpc-id",
        LOGS_ROLE_ARN: "arn:aws:iam::111122223333:role/prod-eu-central-1-logs",
      });
    });

    it("tells a person how to reach it", () => {
      assert.equal(
        outputs["clusterAccess"],
        "aws --region eu-central-1 eks update-kubeconfig --name prod",
      );
    });
  });

  describe("a preview with a cluster in AWS", () => {
    it("shows every step where there is no cluster yet, neither a CLI nor an administrator", async () => {
      cli.become("1.0.0", { loggedIn: false });
      try {
        const { engine: previewed } = await run(
          withEks({
            admins: ["arn:aws:iam::1:role/x"].map((arn) => arn.replace("::1:", "::444455556666:")),
            identities,
          }),
          true,
        );
        const names = engine.names().filter((name) => !name.startsWith("cluster-access"));
        const seen = new Set(previewed.names());
        assert.deepEqual(
          names.filter((name) => !seen.has(name)),
          [],
        );
      } finally {
        cli.become("2.31.4");
      }
    });
  });
});
