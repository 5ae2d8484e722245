import assert from "node:assert/strict";
import { rm, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { gzipSync } from "node:zlib";
import { publishFleet } from "../../../embedded/git/publish.ts";
import { startGitServer } from "../../../embedded/git/server.ts";
import {
  commit,
  git,
  linesOf,
  newCheckout,
  temporaryDirectory,
  write,
} from "./support/fleet-checkout.ts";

async function setUp(test: TestContext) {
  const directory = await temporaryDirectory(test);
  const checkout = await newCheckout(join(directory, "checkout"));
  const repositories = join(directory, "repositories");
  const repository = join(repositories, "fleet.git");
  const { log, lines } = linesOf();
  await publishFleet({ checkout, repository, log });
  const server = await startGitServer({ repositories, log });
  test.after(() => server.close());
  const clone = async (url = `${server.url}/fleet.git`) => {
    await git(directory, "clone", "-q", url, "clone");
    return join(directory, "clone");
  };
  return { directory, checkout, repositories, repository, server, lines, clone };
}

/** withCredentials is the URL of the server's fleet with a user and a password in it. */
function withCredentials(url: string, credentials: string): string {
  return `${url.replace("http://", `http://${credentials}@`)}/fleet.git`;
}

/** statusOf sends a path as it is, where fetch() would clean it first. */
async function statusOf(url: string, path: string, method = "GET"): Promise<number | undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<number | undefined>();
  const { hostname, port } = new URL(url);
  request({ hostname, port, path, method }, (response) => {
    response.resume();
    resolve(response.statusCode);
  })
    .on("error", reject)
    .end();
  return promise;
}

describe("startGitServer", () => {
  it("lets the real client clone the fleet", async (test) => {
    const { clone } = await setUp(test);
    const cloned = await clone();
    assert.equal(await git(cloned, "ls-files"), "README.md\nclusters/dev/kustomization.yaml");
    assert.equal(await git(cloned, "branch", "--show-current"), "main");
  });

  it("serves a new commit of the checkout without a further command", async (test) => {
    const { checkout, clone, lines } = await setUp(test);
    const cloned = await clone();
    await commit(checkout, { "examples/fleet/README.md": "changed\n" }, "Change the fleet");
    await git(cloned, "pull", "-q");
    assert.equal(await git(cloned, "show", "HEAD:README.md"), "changed");
    assert.match(lines.at(-1) ?? "", /^✔ published examples\/fleet as main@[0-9a-f]{12}$/);
  });

  it("serves no change that is not committed", async (test) => {
    const { checkout, clone } = await setUp(test);
    await write(checkout, { "examples/fleet/README.md": "draft\n" });
    await git(checkout, "add", "--all");
    assert.equal(await git(await clone(), "show", "HEAD:README.md"), "fleet");
  });

  it("serves what was published last when the checkout is gone, and says so once", async (test) => {
    const { checkout, clone, lines } = await setUp(test);
    await rm(checkout, { recursive: true });
    const cloned = await clone();
    await git(cloned, "fetch", "-q");
    assert.equal(await git(cloned, "show", "HEAD:README.md"), "fleet");
    const said = lines.filter((line) => line.startsWith("serving what was published last: "));
    assert.equal(said.length, 1);
  });

  it("reads a request whose body is compressed", async (test) => {
    const { server } = await setUp(test);
    const response = await fetch(`${server.url}/fleet.git/git-upload-pack`, {
      method: "POST",
      headers: {
        "content-type": "application/x-git-upload-pack-request",
        "content-encoding": "gzip",
        "git-protocol": "version=2",
      },
      body: gzipSync("0014command=ls-refs\n0000"),
    });
    assert.equal(response.status, 200);
    assert.match(await response.text(), /^[0-9a-f]{44} HEAD\n/);
  });

  it("asks for the credentials of a private repository", async (test) => {
    const { repository, server, clone } = await setUp(test);
    await writeFile(join(repository, "flux-bootstrap-credentials"), "flux:s3cret\n");
    const url = `${server.url}/fleet.git/info/refs?service=git-upload-pack`;
    const response = await fetch(url);
    assert.equal(response.status, 401);
    assert.equal(response.headers.get("www-authenticate"), 'Basic realm="git", charset="UTF-8"');
    await assert.rejects(clone(withCredentials(server.url, "flux:wrong")), /Authentication failed/);
    await assert.rejects(clone(withCredentials(server.url, "other:s3cret")));
    const cloned = await clone(withCredentials(server.url, "flux:s3cret"));
    assert.equal(await git(cloned, "show", "HEAD:README.md"), "fleet");
  });

  it("guards the data of a private repository, not only its branches", async (test) => {
    const { repository, server } = await setUp(test);
    await writeFile(join(repository, "flux-bootstrap-credentials"), "flux:s3cret\n");
    assert.equal(await statusOf(server.url, "/fleet.git/git-upload-pack", "POST"), 401);
  });

  it("refuses a push, also from someone with the credentials", async (test) => {
    const { repository, server, clone } = await setUp(test);
    await writeFile(join(repository, "flux-bootstrap-credentials"), "flux:s3cret\n");
    const cloned = await clone(withCredentials(server.url, "flux:s3cret"));
    await commit(cloned, { "new.yaml": "" }, "Push");
    await assert.rejects(git(cloned, "push", "-q", "origin", "main"), /403/);
  });

  it("takes a push where the repository allows it", async (test) => {
    const { repository, clone } = await setUp(test);
    await git(repository, "config", "http.receivepack", "true");
    const cloned = await clone();
    await commit(cloned, { "new.yaml": "new\n" }, "Push");
    await git(cloned, "push", "-q", "origin", "HEAD:refs/heads/automation");
    assert.equal(await git(repository, "show", "automation:new.yaml"), "new");
  });

  it("answers 404 to everything but the smart protocol of its own repositories", async (test) => {
    const { server } = await setUp(test);
    const query = "info/refs?service=git-upload-pack";
    for (const path of [
      `/other.git/${query}`,
      `/../checkout/.git/${query}`,
      `/%2e%2e/checkout/.git/${query}`,
      `/fleet.git/../../checkout/.git/${query}`,
      "/fleet.git/info/refs",
      "/fleet.git/info/refs?service=git-config",
      "/fleet.git/config",
      "/fleet.git/flux-bootstrap-credentials",
      "/fleet.git/objects/info/packs",
      "/fleet.git/HEAD",
      "/",
    ]) {
      assert.equal(await statusOf(server.url, path), 404, path);
    }
    assert.equal(await statusOf(server.url, `/fleet.git/${query}`), 200);
    assert.equal(await statusOf(server.url, "/healthz"), 200);
  });

  it("takes a client that hangs up early for no failure", async (test) => {
    const { repository, server, lines } = await setUp(test);
    // More than the sockets buffer, so that the answer is under way when its reader goes.
    const commitId = await git(repository, "rev-parse", "main");
    const refs = Array.from({ length: 100_000 }, (_, index) => `${commitId} refs/tags/${index}`);
    await writeFile(join(repository, "packed-refs"), `${refs.sort().join("\n")}\n`);
    const { promise: closed, resolve } = Promise.withResolvers<undefined>();
    const url = `${server.url}/fleet.git/info/refs?service=git-upload-pack`;
    const client = request(url, (response) => response.destroy());
    client.on("close", resolve).on("error", () => undefined);
    client.end();
    await closed;
    await server.close();
    assert.deepEqual(
      lines.filter((line) => line.startsWith("✗")),
      [],
    );
  });

  it("listens on the loopback interface only", async (test) => {
    const { server } = await setUp(test);
    assert.match(server.url, /^http:\/\/127\.0\.0\.1:\d+$/);
  });
});
