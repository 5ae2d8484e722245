import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { embedded, existing, problems, type Values } from "../../support/settings.ts";

const set = (path: string, value: string) =>
  `Run: pulumi config set ${path.includes(".") ? "--path " : ""}${path} ${value}`;
const refused: readonly (readonly [what: string, values: Values, message: string])[] = [
  [
    "an existing cluster without an address of the source",
    { ...existing, sync: { path: "./" } },
    `sync.url must be the address of a Git repository (https://…, http://… or ssh://…), got nothing. ${set("sync.url", "https://github.com/OWNER/REPOSITORY.git")}`,
  ],
  [
    "an address with a password",
    { ...existing, sync: { path: "./", url: "https://ada:planted-token@example.com/fleet.git" } },
    'sync.url must be the address of a Git repository (https://…, http://… or ssh://…), got "https://…@example.com/fleet.git". Run: pulumi config set --path sync.url https://github.com/OWNER/REPOSITORY.git',
  ],
  [
    "an address with a token",
    { ...existing, sync: { path: "./", url: "https://planted-token@example.com/fleet.git" } },
    'sync.url must hold no credentials, got "https://…@example.com/fleet.git". Set gitUsername and gitPassword instead. Run: pulumi config set --secret gitPassword',
  ],
  [
    "a short Git reference",
    { ...embedded, sync: { path: "./", ref: "main" } },
    `sync.ref must be a full Git reference (refs/heads/…, refs/tags/…), got "main". ${set("sync.ref", "refs/heads/main")}`,
  ],
  [
    "a source without a path",
    { ...embedded, sync: {} },
    `sync.path must be a path of the repository that begins with ./, got nothing. ${set("sync.path", "./clusters/dev")}`,
  ],
  [
    "a path that leaves the repository",
    { ...embedded, sync: { path: "./../etc" } },
    `sync.path must be a path of the repository that begins with ./, got "./../etc". ${set("sync.path", "./clusters/dev")}`,
  ],
  [
    "a bucket without a name",
    { ...existing, sync: { kind: "Bucket", url: "minio.example.com", path: "./" } },
    `sync.ref must be the name of the bucket, got nothing. ${set("sync.ref", "BUCKET")}`,
  ],
  [
    "Git credentials of something that is not Git",
    {
      ...existing,
      gitToken: "planted-token",
      sync: { kind: "OCIRepository", url: "oci://e.com/f", path: "./" },
    },
    'gitToken must be absent when sync.kind is "OCIRepository", got a value that is not shown. Run: pulumi config rm gitToken',
  ],
  [
    "credentials beside a Secret with credentials",
    {
      ...existing,
      gitToken: "planted-token",
      sync: { ...(existing["sync"] as object), pullSecret: "s" },
    },
    "gitToken must be absent when sync.pullSecret is set, got a value that is not shown. Run: pulumi config rm gitToken",
  ],
  [
    "a password without a name",
    { ...existing, gitPassword: "planted-token" },
    "gitUsername must be set with gitPassword, got nothing. Run: pulumi config set gitUsername NAME",
  ],
  [
    "a name without a password",
    { ...existing, gitUsername: "ada" },
    "gitPassword must be set with gitUsername, got nothing. Run: pulumi config set --secret gitPassword",
  ],
];

describe("the configuration of the source must not hold", () => {
  for (const [what, values, message] of refused) {
    it(what, async () => {
      assert.deepEqual(await problems(values), [message]);
    });
  }
});
