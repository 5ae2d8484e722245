import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";

import { Namespace } from "../../scripts/lib/kinds.ts";
import { annotationsOf } from "../../scripts/lib/owner.ts";
import { FakeApiServer } from "../support/api-server.ts";
import { ClusterRecords, type ProgramOptions } from "../support/program.ts";

const records = new ClusterRecords();
let server: FakeApiServer;
before(async () => {
  server = await FakeApiServer.start();
  records.add("dev", server.kubeconfig("planted-token"));
  records.add("down", server.kubeconfig("planted-token").replace(server.url, "http://127.0.0.1:1"));
});
after(async () => {
  records.remove();
  await server.stop();
});

const program = fileURLToPath(new URL("../support/run-program.ts", import.meta.url));
const stdout = { "scripts/identity.ts": { uid: FakeApiServer.uid } };

async function run(options: ProgramOptions, environment: NodeJS.ProcessEnv = {}) {
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", program], {
    env: { ...process.env, ...environment, PROGRAM: JSON.stringify(options) },
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

const named = (name: string) => ({ cluster: { kind: "embedded", name }, sync: { path: "./" } });

describe("an up fails before anything reaches the cluster", () => {
  it("when no embedded cluster runs", async () => {
    const { code, registered, output } = await run({ config: named("missing") });
    assert.notEqual(code, 0);
    assert.deepEqual(registered, []);
    const message =
      'the embedded cluster "missing" must be running, got no record of it. Run: npm start';
    assert.ok(output.includes(message), output);
  });

  it("when the API server does not answer", async () => {
    const { code, registered, output } = await run({ config: named("down"), stdout });
    assert.notEqual(code, 0);
    assert.deepEqual(registered, []);
    assert.match(
      output,
      /the API server at http:\/\/127\.0\.0\.1:1 must answer within 2s, got: .* Run: npm start/,
    );
    assert.doesNotMatch(output, /planted|error serializing/);
  });

  it("when the configuration is wrong", async () => {
    const { code, registered, output } = await run({ config: { cluster: { kind: "gke" } } });
    assert.notEqual(code, 0);
    assert.deepEqual(registered, []);
    assert.match(
      output,
      /the configuration of stack "dev" has 2 problems:\n {2}- cluster\.kind must be/,
    );
  });

  it("when a Flux stands there that another made", async () => {
    server.put(Namespace, { metadata: { name: "flux-system" } });
    const { code, registered, output } = await run({ stdout });
    server.remove({ resource: Namespace, name: "flux-system" });
    assert.notEqual(code, 0);
    assert.deepEqual(registered, []);
    assert.match(
      output,
      /must hold no Flux that this stack did not make, got Namespace\/flux-system\./,
    );
  });
});

describe("a cluster that is not the recorded one", () => {
  for (const preview of [false, true]) {
    it(`stops ${preview ? "a preview" : "an up"} with the line that accepts it`, async () => {
      const other = { "scripts/identity.ts": { uid: "another-uid" } };
      const { code, registered, output } = await run({ stdout: other, preview });
      assert.notEqual(code, 0);
      assert.deepEqual(registered, ["cluster-identity"]);
      assert.match(
        output,
        /\(kube-system another-uid\), got kube-system 7f3c0c5e.* run: FLUX_BOOTSTRAP_ACCEPT_CLUSTER=7f3c0c5e/,
      );
    });
  }
});

describe("the cluster that a person accepts for this run", () => {
  it("is taken instead of the recorded one", async () => {
    const other = { "scripts/identity.ts": { uid: "another-uid" } };
    const accept = { FLUX_BOOTSTRAP_ACCEPT_CLUSTER: FakeApiServer.uid };
    const { code, registered, output } = await run({ stdout: other }, accept);
    assert.equal(code, 0, output);
    assert.ok(registered.includes("post-bootstrap-script"));
  });

  it("must be the one that is there", async () => {
    const { code, registered } = await run({ stdout }, { FLUX_BOOTSTRAP_ACCEPT_CLUSTER: "other" });
    assert.notEqual(code, 0);
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
      const { code, registered, output } = await run({ stdout: recorded, preview });
      assert.notEqual(code, 0);
      assert.deepEqual(registered, ["cluster-identity"]);
      assert.match(
        output,
        /must be held by this state of stack organization\.flux-bootstrap\.dev, got another one, made by ada@laptop.* FLUX_BOOTSTRAP_TAKE_OVER=lost pulumi up/,
      );
    });
  }

  it("is taken over by that line, and needs none where it is this one", async () => {
    hold("lost");
    const taken = await run({ stdout: recorded }, { FLUX_BOOTSTRAP_TAKE_OVER: "lost" });
    assert.equal(taken.code, 0, taken.output);
    hold("own");
    const { code, output } = await run({ stdout: recorded });
    assert.equal(code, 0, output);
  });
});

describe("a preview goes on with one line", () => {
  it("when the API server does not answer", async () => {
    const { code, registered, output } = await run({ config: named("down"), preview: true });
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
