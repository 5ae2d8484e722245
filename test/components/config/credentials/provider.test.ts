import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { existing, problems, type Values } from "../../../support/settings.ts";

const from = (sync: Values): Values => ({ ...existing, sync: { path: "./", ...sync } });
const https = { url: "https://github.com/ada/fleet.git" };
const oci = { kind: "OCIRepository", url: "oci://ghcr.io/ada/fleet" };
const bucket = { kind: "Bucket", url: "s3.example.com", ref: "fleet" };
const set = (path: string, value: string) => `Run: pulumi config set --path ${path} ${value}`;

type Refused = readonly [what: string, values: Values, message: string];

const providers: readonly Refused[] = [
  [
    "Google's identity for Git",
    from({ ...https, provider: "gcp" }),
    `sync.provider must be "generic" or "aws" or "azure" or "github" when sync.kind is "GitRepository", got "gcp". ${set("sync.provider", "generic")}`,
  ],
  [
    "GitHub's identity for a registry",
    from({ ...oci, provider: "github" }),
    `sync.provider must be "generic" or "aws" or "azure" or "gcp" when sync.kind is "OCIRepository", got "github". ${set("sync.provider", "generic")}`,
  ],
  [
    "Azure's identity for another Git host",
    from({ ...https, provider: "azure" }),
    `sync.url must be the address of a repository of Azure DevOps when sync.provider is "azure", got "https://github.com/ada/fleet.git". ${set("sync.url", "https://dev.azure.com/ORGANISATION/PROJECT/_git/REPOSITORY")}`,
  ],
  [
    "Amazon's identity for another Git host",
    from({ ...https, provider: "aws" }),
    `sync.url must be the address of a repository of AWS CodeCommit when sync.provider is "aws", got "https://github.com/ada/fleet.git". ${set("sync.url", "https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/REPOSITORY")}`,
  ],
  [
    "Amazon's identity for another registry",
    from({ ...oci, provider: "aws" }),
    `sync.url must be the address of an artifact of Amazon ECR when sync.provider is "aws", got "oci://ghcr.io/ada/fleet". ${set("sync.url", "oci://123456789012.dkr.ecr.eu-west-1.amazonaws.com/ARTIFACT")}`,
  ],
  [
    "Google's identity for another registry",
    from({ ...oci, provider: "gcp" }),
    `sync.url must be the address of an artifact of Google Artifact Registry when sync.provider is "gcp", got "oci://ghcr.io/ada/fleet". ${set("sync.url", "oci://europe-docker.pkg.dev/PROJECT/REPOSITORY/ARTIFACT")}`,
  ],
  [
    "Azure's identity for a bucket without a scheme",
    from({ ...bucket, provider: "azure" }),
    `sync.url must be the https:// address of a storage account when sync.provider is "azure", got "s3.example.com". ${set("sync.url", "https://ACCOUNT.blob.core.windows.net")}`,
  ],
];

describe("the source must not be opened by", () => {
  for (const [what, values, message] of providers) {
    it(what, async () => {
      assert.deepEqual(await problems(values), [message]);
    });
  }
});
