import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";

import { generateX25519Identity } from "age-encryption";

import { Event, FluxInstance, GitRepository, HelmRelease } from "../../scripts/lib/kinds.ts";
import { findCondition } from "../../scripts/lib/object.ts";
import { stateHome } from "../../embedded/home.ts";
import { checkout, type CommandResult, Embedded } from "../support/embedded.ts";
import { commandLines, filesWith } from "../support/search.ts";
import { type Settings, withSettings } from "../support/stack-file.ts";

describe("planted secrets", () => {
  const password = "planted-password-5093";
  let embedded: Embedded;
  let words: string[];
  let result: CommandResult;
  let processes: ReadonlySet<string>;
  let temporary: string;
  let settings: Settings;

  before(async () => {
    embedded = await Embedded.start();
    const token = /token: (\S+)/.exec(readFileSync(embedded.path("kubeconfig"), "utf8"))?.[1] ?? "";
    const identity = await generateX25519Identity();
    words = [password, token, identity];
    assert.ok(words.every((word) => word.length > 20));
    const demo = readFileSync(join(checkout, "examples/fleet/DEMO-ONLY.agekey"), "utf8");
    await setSecrets({ "demo.agekey": demo, "planted.agekey": identity });
    temporary = mkdtempSync(join(tmpdir(), "planted-"));
    const over = new AbortController();
    const sampled = commandLines(over.signal);
    settings = { sync: { path: "./clusters/dev", url: privateUrl() }, gitUsername: "robot" };
    result = await withSettings(embedded, settings, () => embedded.up({ TMPDIR: temporary }));
    over.abort();
    processes = await sampled;
  });

  after(async () => {
    rmSync(temporary, { recursive: true, force: true });
    for (const key of ["gitPassword", "sopsAgeKeys"]) {
      await embedded.pulumi(["config", "rm", key]);
    }
  });

  /** A repository with the fleet that opens for the password only. */
  function privateUrl(): string {
    const repository = embedded.path("git", "planted.git");
    if (!existsSync(repository)) {
      execFileSync("git", ["clone", "-q", "--bare", embedded.path("git", "fleet.git"), repository]);
    }
    writeFileSync(join(repository, "flux-bootstrap-credentials"), `robot:${password}\n`);
    return `http://127.0.0.1:${embedded.record.ports.git}/planted.git`;
  }

  async function setSecrets(keys: Readonly<Record<string, string>>): Promise<void> {
    const secret = ["config", "set", "--secret"];
    const paths = { gitPassword: password, sopsAgeKeys: JSON.stringify(keys) };
    for (const [key, value] of Object.entries(paths)) {
      const { code, output } = await embedded.pulumi([...secret, key, value]);
      assert.equal(code, 0, output);
    }
  }

  const none = (text: string) => words.filter((word) => text.includes(word));

  it("do their work: the private repository is fetched and decrypted", async () => {
    assert.equal(result.code, 0, result.output);
    const source = { resource: GitRepository, name: "flux-system", namespace: "flux-system" };
    const repository = await embedded.cluster.get(source);
    assert.equal(findCondition(repository, "Ready")?.status, "True");
  });

  it("are not in what the up printed", () => {
    assert.deepEqual(none(result.output), []);
  });

  it("are not in the state in clear", async () => {
    const { stdout } = await embedded.pulumi(["stack", "export"]);
    assert.match(stdout, /flux-sync-patch/);
    assert.deepEqual(none(stdout), []);
    assert.deepEqual(filesWith(words, join(stateHome(), "state")), []);
    assert.deepEqual(filesWith(words, join(stateHome(), "stacks")), []);
  });

  it("are not in a preview", async () => {
    const preview = () => embedded.pulumi(["preview", "--diff"]);
    const { code, output } = await withSettings(embedded, settings, preview);
    assert.equal(code, 0, output);
    assert.deepEqual(none(output), []);
  });

  it("are not in the reports", () => {
    const reports = join(checkout, ".flux-bootstrap", "dev");
    assert.ok(readdirSync(reports).includes("report.json"));
    assert.deepEqual(filesWith(words, reports), []);
  });

  it("are not in logs of the cluster, its controllers or Pulumi", () => {
    assert.deepEqual(filesWith(words, embedded.path("logs")), []);
    for (const pod of readdirSync(embedded.path("pods"))) {
      assert.deepEqual(filesWith(words, embedded.path("pods", pod, "logs")), []);
    }
    assert.deepEqual(filesWith(words, join(stateHome(), "pulumi", "logs")), []);
  });

  it("are in no object but Secrets", async () => {
    for (const resource of [Event, FluxInstance, GitRepository, HelmRelease]) {
      const objects = await embedded.cluster.list(resource);
      assert.ok(objects.length > 0, resource.kind);
      assert.deepEqual(none(JSON.stringify(objects)), [], resource.kind);
    }
  });

  it("are in no temporary file that stays, but for the one of the Kubernetes provider", () => {
    // Each time it is configured it leaves a copy of the kubeconfig, readable by the user alone; docs/embedded.md.
    const others = filesWith(words, temporary).filter((file) => !/\/kubeconfig\d+$/.test(file));
    assert.deepEqual(others, []);
  });

  it("are in no command line", () => {
    const lines = [...processes].filter((line) => line !== "");
    assert.ok(lines.some((line) => /scripts\/[a-z-]+\.ts/.test(line)));
    assert.deepEqual(
      lines.filter((line) => none(line).length > 0),
      [],
    );
  });
});
