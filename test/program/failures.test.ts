import assert from "node:assert/strict";
import { type ChildProcess, fork, spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";

import { Namespace } from "../../scripts/lib/kinds.ts";
import { annotationsOf } from "../../scripts/lib/owner.ts";
import { FakeApiServer } from "../support/api-server.ts";
import { nodeArguments } from "../support/node-arguments.ts";
import { ClusterRecords, type ProgramOptions } from "../support/program.ts";
import type { Stopped, StopRequest } from "../support/stop-programs.ts";

const records = new ClusterRecords();
let server: FakeApiServer;
let stopping: ChildProcess;
before(async () => {
  const file = fileURLToPath(new URL("../support/stop-programs.ts", import.meta.url));
  const env = { ...process.env, FLUX_BOOTSTRAP_HOME: records.directory };
  stopping = fork(file, { env, execArgv: [...nodeArguments] });
  server = await FakeApiServer.start();
  records.add("dev", server.kubeconfig("planted-token"));
  records.add("down", server.kubeconfig("planted-token").replace(server.url, "http://127.0.0.1:1"));
});
after(async () => {
  stopping.kill();
  await once(stopping, "close");
  records.remove();
  await server.stop();
});

const program = fileURLToPath(new URL("../support/run-program.ts", import.meta.url));
const stdout = { "scripts/identity.ts": { uid: FakeApiServer.uid } };

/** The program in a process of its own, with what that printed: the names of what it registered and the messages. */
async function runAlone(options: ProgramOptions) {
  const flags = [...nodeArguments, "--stack-trace-limit=0"];
  const child = spawn(process.execPath, [...flags, program], {
    env: {
      ...process.env,
      FLUX_BOOTSTRAP_HOME: records.directory,
      PROGRAM: JSON.stringify(options),
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [names, errors] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "close"),
  ]);
  const registered = names.split("\n").filter((name) => /^[a-z-]+$/.test(name));
  return { code: child.exitCode, registered, output: `${names}\n${errors}` };
}

/** Runs a program in the process of those that stop. */
async function stop(options: ProgramOptions, variables: NodeJS.ProcessEnv = {}) {
  const answer = once(stopping, "message", { signal: AbortSignal.timeout(60_000) });
  stopping.send({ options, variables } satisfies StopRequest);
  const [{ registered, message }] = (await answer) as [Stopped];
  assert.ok(message !== undefined, "the program stops with a message for a person");
  return { registered, message };
}

const named = (name: string) => ({ cluster: { kind: "embedded", name }, sync: { path: "./" } });

describe("an up fails before anything reaches the cluster", () => {
  it("when no embedded cluster runs", async () => {
    const { registered, message } = await stop({ config: named("missing") });
    assert.deepEqual(registered, []);
    assert.equal(
      message,
      'the embedded cluster "missing" must be running, got no record of it. Run: npm start',
    );
  });

  it("when the API server does not answer", async () => {
    const { code, registered, output } = await runAlone({ config: named("down"), stdout });
    assert.notEqual(code, 0);
    assert.deepEqual(registered, []);
    assert.match(
      output,
      /the API server at http:\/\/127\.0\.0\.1:1 must answer within 2s, got: .* Run: npm start/,
    );
    assert.doesNotMatch(output, /planted|error serializing/);
  });

  it("when the configuration is wrong", async () => {
    const { registered, message } = await stop({ config: { cluster: { kind: "gke" } } });
    assert.deepEqual(registered, []);
    assert.match(
      message,
      /the configuration of stack "dev" has 2 problems:\n {2}- cluster\.kind must be/,
    );
  });

  it("when a Flux stands there that another made", async () => {
    server.put(Namespace, { metadata: { name: "flux-system" } });
    const { registered, message } = await stop({ stdout });
    server.remove({ resource: Namespace, name: "flux-system" });
    assert.deepEqual(registered, []);
    assert.match(
      message,
      /must hold no Flux that this stack did not make, got Namespace\/flux-system\./,
    );
  });
});

describe("a cluster that is not the recorded one", () => {
  for (const preview of [false, true]) {
    it(`stops ${preview ? "a preview" : "an up"} with the line that accepts it`, async () => {
      const other = { "scripts/identity.ts": { uid: "another-uid" } };
      const { registered, message } = await stop({ stdout: other, preview });
      assert.deepEqual(registered, ["cluster-identity"]);
      assert.match(
        message,
        /\(kube-system another-uid\), got kube-system 7f3c0c5e.* run: FLUX_BOOTSTRAP_ACCEPT_CLUSTER=7f3c0c5e/,
      );
    });
  }
});

describe("an up that stops after its first resource", () => {
  it("ends with an error, and prints the message once", async () => {
    const other = { "scripts/identity.ts": { uid: "another-uid" } };
    const { code, registered, output } = await runAlone({ stdout: other });
    assert.notEqual(code, 0);
    assert.deepEqual(registered, ["cluster-identity"]);
    assert.equal(output.split("FLUX_BOOTSTRAP_ACCEPT_CLUSTER=").length, 2, output);
  });
});

describe("the cluster that a person accepts for this run", () => {
  it("is taken instead of the recorded one", async () => {
    const other = { "scripts/identity.ts": { uid: "another-uid" } };
    const accept = { FLUX_BOOTSTRAP_ACCEPT_CLUSTER: FakeApiServer.uid };
    const { engine } = await records.run({ stdout: other }, accept);
    assert.ok(engine.names().includes("post-bootstrap-script"));
  });

  it("must be the one that is there", async () => {
    const { registered } = await stop({ stdout }, { FLUX_BOOTSTRAP_ACCEPT_CLUSTER: "other" });
    assert.deepEqual(registered, ["cluster-identity"]);
  });
});

describe("a cluster that another state of this stack holds", () => {
  const own = { id: "own", by: "ada@laptop", since: "2026-01-01T00:00:00Z" };
  const recorded = { "scripts/identity.ts": { uid: FakeApiServer.uid, owner: own } };
  const hold = (id: string) => {
    const labels = { "flux-bootstrap.dev/stack": "organization.flux-bootstrap.dev" };
    const annotations = annotationsOf({ ...own, id });
    server.put(Namespace, { metadata: { name: "flux-system", labels, annotations } });
  };
  after(() => {
    server.remove({ resource: Namespace, name: "flux-system" });
  });

  for (const preview of [false, true]) {
    it(`stops ${preview ? "a preview" : "an up"} with the line that takes it over`, async () => {
      hold("lost");
      const { registered, message } = await stop({ stdout: recorded, preview });
      assert.deepEqual(registered, ["cluster-identity"]);
      assert.match(
        message,
        /must be held by this state of stack organization\.flux-bootstrap\.dev, got another one, made by ada@laptop.* FLUX_BOOTSTRAP_TAKE_OVER=lost pulumi up/,
      );
    });
  }

  it("is taken over by that line, and needs none where it is this one", async () => {
    hold("lost");
    await records.run({ stdout: recorded }, { FLUX_BOOTSTRAP_TAKE_OVER: "lost" });
    hold("own");
    await records.run({ stdout: recorded });
  });
});

describe("a preview goes on with one line", () => {
  it("when the API server does not answer", async () => {
    const { code, registered, output } = await runAlone({ config: named("down"), preview: true });
    assert.equal(code, 0, output);
    assert.ok(registered.includes("post-bootstrap-script"));
    const line =
      'the embedded cluster "down" does not run: this preview compares with the state only';
    assert.equal(output.split(line).length, 2);
  });
});

describe("every run", () => {
  it("writes nothing to the cluster by itself", () => {
    assert.deepEqual(server.writes, []);
  });
});
