import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";

import { commands } from "../../../../scripts/lib/commands/commands.ts";
import { HelmRelease, Namespace } from "../../../../scripts/lib/kinds.ts";
import { FakeApiServer } from "../../../support/api-server.ts";
import { kubeconfigFile, run } from "./support/fleet.ts";
import { emptyScene, fleetScene } from "./support/scene.ts";

const names = commands.map(({ name }) => name);

/** A command line of each command that needs the cluster. */
const lines: readonly (readonly string[])[] = [
  ["status"],
  ["doctor"],
  ["repair", "--yes"],
  ["reconcile", "shop/cart", "--yes"],
  ["suspend", "shop/cart", "--reason", "x", "--yes"],
  ["resume", "shop/cart", "--yes"],
  ["logs"],
  ["history", "shop/cart"],
  ["dr"],
  ["destroy-plan"],
  ["thaw", "--yes"],
];

describe("help", () => {
  it("lists every command and every exit code", async () => {
    const { code, stdout } = await run(["help"]);
    assert.equal(code, 0);
    for (const name of names) assert.match(stdout, new RegExp(`^  ${name} `, "m"));
    for (const exit of [0, 1, 2, 3]) assert.match(stdout, new RegExp(`^  ${exit}  `, "m"));
  });

  for (const command of commands) {
    it(`teaches ${command.name}: an example, and what it never does`, async () => {
      const { code, stdout } = await run(["help", command.name]);
      assert.equal(code, 0);
      assert.match(stdout, /^Never: it /m);
      const [example] = command.examples;
      assert.ok(example !== undefined && stdout.includes(`npm run fleet -- ${example.command}`));
      assert.ok(stdout.split("\n").every((line) => line.length <= 120));
      assert.equal((await run([command.name, "--help"])).stdout, stdout);
    });
  }

  it("goes to stderr with code 2 when no command is given", async () => {
    const { code, stdout, stderr } = await run([]);
    assert.deepEqual([code, stdout], [2, ""]);
    assert.match(stderr, /npm run fleet -- COMMAND/);
  });

  it("says what was meant by an unknown command", async () => {
    for (const argv of [["statsu"], ["help", "statsu"], ["--context", "x", "statsu"]]) {
      const { code, stderr } = await run(argv);
      assert.equal(code, 2);
      assert.match(stderr, /the command must be one of .*, got "statsu"\. Did you mean status\?/);
    }
  });
});

describe("every command", { timeout: 60_000, concurrency: true }, () => {
  it("is tried here", () => {
    assert.deepEqual(lines.map(([name]) => name).toSorted(), names.toSorted());
  });

  for (const argv of lines) {
    const [name = ""] = argv;

    it(`${name} ends with 3 when the cluster cannot be reached`, async (test) => {
      const { server, fleet } = await emptyScene(test);
      await server.down();
      const { code, stdout, stderr } = await fleet(argv);
      await server.up();
      assert.deepEqual([code, stdout], [3, ""]);
      assert.match(stderr, /does not answer/);
      assert.match(stderr, /Next: kubectl.* cluster-info/);
    });

    it(`${name} ends with 3 when the credentials are refused`, async (test) => {
      const { server, fleet } = await emptyScene(test);
      server.faults.refuse(/./, { code: 401, reason: "Unauthorized" });
      const { code, stderr } = await fleet(argv);
      assert.equal(code, 3);
      assert.match(stderr, /does not accept the credentials of context fake/);
    });

    it(`${name} refuses another cluster before it reads anything`, async (test) => {
      const { server, fleet } = await fleetScene(test);
      const heard: string[] = [];
      server.heard = (request) => heard.push(request);
      const { code, stderr } = await fleet([...argv, "--cluster-uid", "another"]);
      assert.equal(code, 2);
      assert.match(stderr, /must be the one with UID another, got 7f3c0c5e-/);
      assert.deepEqual(heard, ["GET /api/v1/namespaces/kube-system"]);
    });

    it(`${name} says all that is wrong with its options at once`, async () => {
      const wrong = [
        "--output",
        "xml",
        "--timeout",
        "soon",
        "--kubeconfig",
        "/nowhere",
        "--nonsense",
      ];
      const { code, stderr } = await run([...argv, ...wrong]);
      assert.equal(code, 2);
      for (const word of ["--output must", "--timeout must", "kubeconfig must", "--nonsense"]) {
        assert.ok(stderr.includes(word), `${word} in ${stderr}`);
      }
    });
  }

  for (const argv of lines.filter(([name]) => name !== "logs" && name !== "dr")) {
    it(`${argv[0] ?? ""} says that Flux is not installed`, async (test) => {
      const { code, stdout, stderr } = await (await emptyScene(test)).fleet(argv);
      assert.deepEqual([code, stdout], [1, ""]);
      assert.match(stderr, /Flux is not installed: http:.* serves none of Kustomization/);
    });
  }

  for (const argv of lines.filter((line) => line.includes("--yes"))) {
    it(`${argv[0] ?? ""} wants --yes where nobody can be asked`, async (test) => {
      const { server, fleet } = await fleetScene(test);
      const { code, stderr } = await fleet(argv.filter((word) => word !== "--yes"));
      assert.equal(code, 2);
      assert.match(stderr, /the write must be confirmed/);
      assert.deepEqual(server.writes, []);
    });
  }

  it("goes on when the expected cluster is there", async (test) => {
    const { fleet } = await fleetScene(test);
    assert.equal((await fleet(["status", "--cluster-uid", FakeApiServer.uid])).code, 0);
  });

  it("does not go on when the identity may not be read", async (test) => {
    const { server, fleet } = await fleetScene(test);
    server.faults.forbid("get", Namespace);
    const { code, stderr } = await fleet(["status", "--cluster-uid", FakeApiServer.uid]);
    assert.equal(code, 1);
    assert.match(stderr, /--cluster-uid cannot be checked/);
  });

  it("names what the user may not do", async (test) => {
    const { server, fleet } = await fleetScene(test);
    server.faults.forbid("get", HelmRelease);
    const { code, stderr } = await fleet(["history", "shop/cart", "--context", "fake"]);
    assert.equal(code, 1);
    assert.match(stderr, /403 Forbidden: .*cannot get resource "helmreleases"/);
    assert.match(stderr, /Next: kubectl --context fake auth can-i --list/);
  });

  it("prints no credential of the kubeconfig", async (test) => {
    const { server, fleet } = await emptyScene(test);
    const message = "planted-kubeconfig-token is not welcome";
    server.faults.refuse(/./, { code: 500, reason: "InternalError", message });
    const { stdout, stderr } = await fleet(["status"]);
    assert.ok(!`${stdout}${stderr}`.includes("planted-kubeconfig-token"), stderr);
    assert.match(stderr, /\[redacted\] is not welcome/);
  });

  it("says which of several files in KUBECONFIG it reads", async (test) => {
    const { server, directory, fleet } = await fleetScene(test);
    const [first, second] = [join(directory, "first"), join(directory, "second")];
    await writeFile(first, server.kubeconfig());
    await writeFile(second, server.kubeconfig());
    const KUBECONFIG = [join(directory, "missing"), first, second].join(":");
    const { code, stderr } = await fleet(["status"], { variables: { KUBECONFIG } });
    assert.equal(code, 0);
    assert.match(stderr, new RegExp(`only ${first} is read, not ${second}`));
  });

  it("finds ~/.kube/config, and says where it looked when there is none", async () => {
    const { code, stderr } = await run(["status"], { variables: { HOME: "/nowhere" } });
    assert.equal(code, 2);
    assert.match(stderr, /the kubeconfig must exist, got \/nowhere\/\.kube\/config\./);
  });

  it("works with a kubeconfig that names its files relative to itself", async (test) => {
    const server = await FakeApiServer.start();
    const kubeconfig = await kubeconfigFile(server);
    test.after(async () => {
      await server.stop();
      await kubeconfig.remove();
    });
    const document = JSON.parse(server.kubeconfig()) as { users: { user: object }[] };
    document.users = [{ ...document.users[0], user: { tokenFile: "token" } }];
    await writeFile(kubeconfig.file, JSON.stringify(document));
    await writeFile(join(kubeconfig.directory, "token"), "a-token-from-a-file");
    assert.equal((await run(["dr"], { variables: kubeconfig.variables })).code, 1);
  });
});
