import assert from "node:assert/strict";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { chmod, cp, mkdir, mkdtemp, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { pushCharts } from "../../../embedded/registry/push.ts";
import { createLog } from "../../../scripts/lib/log.ts";

// Stands in for helm: a package names the content and the times of its files, as helm's own does.
const fakeHelm = `#!/usr/bin/env node
const fs = require("node:fs");
const path = require("node:path");
const { createHash } = require("node:crypto");
const [command, source, target, option] = process.argv.slice(2);
const environment = Object.entries(process.env).filter(([name]) => /^(HELM|DOCKER)_/.test(name));
fs.appendFileSync(process.env.CALLS, JSON.stringify({ command, target, option, environment }) + "\\n");
if (command === "package") {
  const chart = fs.readFileSync(path.join(source, "Chart.yaml"), "utf8");
  const [, name, version] = /name: (\\S+)\\nversion: (\\S+)/.exec(chart);
  const files = fs.readdirSync(source).map((file) => {
    const at = path.join(source, file);
    return [file, fs.readFileSync(at, "utf8"), fs.statSync(at).mtimeMs];
  });
  fs.writeFileSync(path.join(option, name + "-" + version + ".tgz"), JSON.stringify(files));
} else {
  const [, name, version] = /([a-z]+)-([\\d.]+)\\.tgz$/.exec(source);
  if (name === "refused") {
    console.error("Error: denied");
    process.exit(1);
  }
  const digest = "sha256:" + createHash("sha256").update(fs.readFileSync(source)).digest("hex");
  const created = fs.statSync(source).mtime;
  const url = target.replace("oci://", "http://").replace("/charts", "/v2/charts/" + name + "/manifests/" + version);
  fetch(url, { method: "PUT", body: JSON.stringify({ layers: [{ digest }], created }) });
}
`;

async function setUp(test: TestContext) {
  const directory = await mkdtemp(join(tmpdir(), "flux-bootstrap-"));
  test.after(() => rm(directory, { recursive: true, force: true }));
  const helm = join(directory, "helm");
  await writeFile(helm, fakeHelm);
  await chmod(helm, 0o755);
  const callsFile = join(directory, "calls");
  process.env["CALLS"] = callsFile;
  process.env["HELM_PLUGINS"] = "/a/person's/own";
  const chartsDirectory = join(directory, "charts");
  await writeChart(chartsDirectory, "app", "one");
  const { registry, manifests } = await startRegistry(test);
  const lines: string[] = [];
  const log = createLog((line) => lines.push(line));
  const push = (from = chartsDirectory) =>
    pushCharts({ chartsDirectory: from, registry, helm, log });
  const calls = async () =>
    (await readFile(callsFile, "utf8"))
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Call);
  return { directory, chartsDirectory, registry, manifests, lines, push, calls };
}

interface Call {
  readonly command: string;
  readonly target: string;
  readonly option: string;
  readonly environment: readonly (readonly [string, string])[];
}

async function writeChart(charts: string, name: string, content: string): Promise<void> {
  await mkdir(join(charts, name), { recursive: true });
  await writeFile(join(charts, name, "Chart.yaml"), `name: ${name}\nversion: 1.0.0\n`);
  await writeFile(join(charts, name, "values.yaml"), content);
}

/** startRegistry keeps manifests in memory, as the real one does. */
async function startRegistry(test: TestContext) {
  const manifests = new Map<string, string>();
  const server = createServer((request, response) => {
    const path = request.url ?? "";
    const manifest = manifests.get(path);
    if (request.method === "PUT") {
      let body = "";
      request.setEncoding("utf8").on("data", (text: string) => (body += text));
      request.on("end", () => {
        manifests.set(path, body);
        response.writeHead(201).end();
      });
    } else {
      response.writeHead(manifest === undefined ? 404 : 200).end(manifest);
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  test.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { manifests, registry: `127.0.0.1:${(server.address() as AddressInfo).port}` };
}

/** closedAddress is one where something listened a moment ago. */
async function closedAddress(): Promise<string> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return `127.0.0.1:${port}`;
}

describe("pushCharts", () => {
  it("pushes every chart of the directory", async (test) => {
    const { chartsDirectory, registry, manifests, push, lines } = await setUp(test);
    await writeChart(chartsDirectory, "store", "two");
    await mkdir(join(chartsDirectory, "not-a-chart"));
    const charts = await push();
    assert.deepEqual(
      charts.map(({ name, version, url, pushed }) => ({ name, version, url, pushed })),
      ["app", "store"].map((name) => ({
        name,
        version: "1.0.0",
        url: `oci://${registry}/charts/${name}`,
        pushed: true,
      })),
    );
    assert.deepEqual(
      [...manifests.keys()],
      ["/v2/charts/app/manifests/1.0.0", "/v2/charts/store/manifests/1.0.0"],
    );
    assert.equal(lines[0], `✔ pushed chart app 1.0.0 in ${registry}`);
  });

  it("does not push the same content again, also from files of another age", async (test) => {
    const { directory, chartsDirectory, push, calls, lines } = await setUp(test);
    await push();
    const clone = join(directory, "clone");
    await cp(chartsDirectory, clone, { recursive: true });
    await utimes(join(clone, "app", "values.yaml"), 1e9, 1e9);
    const [app] = await push(clone);
    assert.equal(app?.pushed, false);
    assert.equal((await calls()).filter(({ command }) => command === "push").length, 1);
    assert.equal(lines.length, 1);
  });

  it("replaces other content under the same version, with a line", async (test) => {
    const { chartsDirectory, registry, push, lines } = await setUp(test);
    const [before] = await push();
    await writeChart(chartsDirectory, "app", "changed");
    const [after] = await push();
    assert.equal(after?.pushed, true);
    assert.notEqual(after.digest, before?.digest);
    assert.equal(lines.at(-1), `✔ replaced the content of chart app 1.0.0 in ${registry}`);
  });

  it("gives a registry that lost its content the same manifest back", async (test) => {
    const { manifests, push } = await setUp(test);
    await push();
    const before = [...manifests];
    manifests.clear();
    await push();
    assert.deepEqual([...manifests], before);
  });

  it("keeps all state of helm in a directory that it removes, and speaks plain HTTP", async (test) => {
    const { registry, push, calls } = await setUp(test);
    await push();
    const [, pushed] = await calls();
    assert.equal(pushed?.target, `oci://${registry}/charts`);
    assert.equal(pushed.option, "--plain-http");
    const names = pushed.environment.map(([name]) => name).sort();
    const expected = ["DOCKER_CONFIG", "HELM_CACHE_HOME", "HELM_CONFIG_HOME", "HELM_DATA_HOME"];
    assert.deepEqual(names, expected);
    for (const [name, path] of pushed.environment) {
      assert.ok(path.startsWith(join(tmpdir(), "flux-bootstrap-helm-")), name);
      assert.equal(existsSync(dirname(path)), false, name);
    }
  });

  it("quotes helm when a push is refused", async (test) => {
    const { chartsDirectory, push } = await setUp(test);
    await writeChart(chartsDirectory, "refused", "");
    await assert.rejects(
      push(),
      /^Error: helm push .*refused-1\.0\.0\.tgz .* failed: Error: denied$/,
    );
  });

  it("names the registry that does not answer and the chart that says too little", async (test) => {
    const { directory, chartsDirectory, push } = await setUp(test);
    const log = createLog(() => undefined);
    const registry = await closedAddress();
    await assert.rejects(
      pushCharts({ chartsDirectory, registry, helm: join(directory, "helm"), log }),
      /^Error: the chart registry at 127\.0\.0\.1:\d+ does not answer: connect ECONNREFUSED/,
    );
    await writeFile(join(chartsDirectory, "app", "Chart.yaml"), "name: app\n");
    await assert.rejects(
      push(),
      /Chart\.yaml must set name and version, got no text for version\./,
    );
  });
});
