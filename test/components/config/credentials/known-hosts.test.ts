import assert from "node:assert/strict";
import { createHash, createHmac } from "node:crypto";
import { describe, it } from "node:test";

import {
  hostOf,
  knownHostsProblem,
  publishedHosts,
} from "../../../../components/config/credentials/known-hosts.ts";

const line = publishedHosts("github.com") ?? "";
const key = line.slice("github.com ".length);
const salt = Buffer.from("twenty bytes of salt");
const hash = (host: string) => createHmac("sha1", salt).update(host).digest("base64");
const hashed = `|1|${salt.toString("base64")}|${hash("git.example.com")}`;

const form = "hold lines of known_hosts (HOST TYPE KEY)";
const lacks = "hold a line for git.example.com, the host of sync.url";

const cases: readonly (readonly [what: string, lines: string, problem?: string])[] = [
  ["its name", `git.example.com ${key}`],
  ["its name among others", `10.0.0.1,git.example.com ${key} a comment`],
  ["its name in the second line", `# hosts\n\ngitlab.com ${key}\ngit.example.com ${key}\n`],
  ["its hashed name", `${hashed} ${key}`],
  ["a pattern", `*.example.com ${key}`],
  ["an authority", `@cert-authority *.example.com ${key}`],
  ["another name", `gitXexample.com ${key}`, lacks],
  ["another port", `[git.example.com]:2222 ${key}`, lacks],
  ["another hashed name", `|1|${salt.toString("base64")}|${hash("other")} ${key}`, lacks],
  ["no key", "git.example.com", form],
  [
    "a key of another type than it says",
    `git.example.com ssh-rsa ${key.split(" ")[1] ?? ""}`,
    form,
  ],
  ["a damaged key", `git.example.com ssh-ed25519 AAAA`, form],
  ["a fingerprint", "git.example.com SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU", form],
  ["one bad line", `git.example.com ${key}\nnonsense`, form],
  ["comments only", "# nothing", form],
];

describe("known_hosts with", () => {
  for (const [what, lines, problem] of cases) {
    it(`${what}: ${problem ?? "fine"}`, () => {
      assert.equal(knownHostsProblem(lines, "git.example.com"), problem);
    });
  }
});

describe("hostOf", () => {
  const table: readonly (readonly [string, string])[] = [
    ["ssh://git@git.example.com/fleet.git", "git.example.com"],
    ["ssh://git@git.example.com:22/fleet.git", "git.example.com"],
    ["ssh://git.example.com:2222/fleet.git", "[git.example.com]:2222"],
    ["ssh://git@[::1]:2222/fleet.git", "[::1]:2222"],
  ];
  for (const [url, host] of table) {
    it(`names ${url} as ${host}`, () => {
      assert.equal(hostOf(url), host);
    });
  }
});

describe("the host keys that come with the program", () => {
  const published: readonly (readonly [host: string, fingerprint: string])[] = [
    ["github.com", "+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU"],
    ["gitlab.com", "eUXGGm1YGsMAS7vkcx6JOJdOGHPem5gQp4taiCfCLB8"],
  ];
  for (const [host, fingerprint] of published) {
    it(`have the fingerprint that ${host} publishes`, () => {
      const lines = publishedHosts(host) ?? "";
      const blob = Buffer.from(lines.split(" ")[2] ?? "", "base64");
      const digest = createHash("sha256").update(blob).digest("base64").replace("=", "");
      assert.equal(digest, fingerprint);
      assert.equal(knownHostsProblem(lines, host), undefined);
    });
  }

  it("are those of no other host", () => {
    assert.equal(publishedHosts("git.example.com"), undefined);
  });
});
