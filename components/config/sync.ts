import type { Fields } from "./fields.ts";
import { setCommand, setSecretCommand } from "./problem.ts";
import { duration, oneOf, pattern, text } from "./rules.ts";
import type { ClusterConfig, GitCredentials, SourceKind, SyncConfig } from "./types.ts";

const urls = {
  GitRepository: pattern(
    /^(https?|ssh):\/\/([\w.-]+@)?[\w.[\]:-]+\/\S+$/,
    "be the address of a Git repository (https://…, http://… or ssh://…)",
    "https://github.com/OWNER/REPOSITORY.git",
  ),
  OCIRepository: pattern(
    /^oci:\/\/[\w.[\]:-]+\/[^\s:@]+$/,
    "be the address of an OCI artifact without its tag (oci://…)",
    "oci://ghcr.io/OWNER/ARTIFACT",
  ),
  Bucket: pattern(
    /^[\w.-]+(:\d+)?$/,
    "be the endpoint of a bucket without a scheme",
    "minio.example.com",
  ),
};

const refs = {
  GitRepository: pattern(
    /^refs\/[\w./-]*[\w-]$/,
    "be a full Git reference (refs/heads/…, refs/tags/…)",
    "refs/heads/main",
  ),
  OCIRepository: pattern(/^[\w][\w.-]{0,127}$/, "be a tag of the OCI artifact", "latest"),
  Bucket: pattern(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, "be the name of the bucket", "BUCKET"),
};

const defaultRefs = {
  GitRepository: "refs/heads/main",
  OCIRepository: "latest",
  Bucket: undefined,
};

const path = pattern(
  /^\.\/(?!.*\.\.)\S*$/,
  "be a path of the repository that begins with ./",
  "./clusters/dev",
);

const secretName = pattern(
  /^[a-z0-9]([-.a-z0-9]{0,251}[a-z0-9])?$/,
  "be the name of a Secret",
  "flux-source",
);

/** Reads the source: the object `sync` and the secrets that open it. */
export function readSync(root: Fields, cluster: ClusterConfig) {
  const fields = root.object("sync");
  const kind = fields.value(
    "kind",
    oneOf("GitRepository", "OCIRepository", "Bucket"),
    "GitRepository",
  );
  const url = readUrl(fields, kind, cluster);
  const sync: SyncConfig = {
    kind,
    url,
    ref: fields.value("ref", refs[kind], defaultRefs[kind] ?? ""),
    path: fields.required("path", path) ?? "",
    interval: fields.value("interval", duration, "1m"),
    pullSecret: fields.optional("pullSecret", secretName),
    provider: fields.optional("provider", oneOf("generic", "aws", "azure", "gcp", "github")),
  };
  if (kind === "Bucket") fields.required("ref", refs.Bucket);
  fields.finish();
  const gitCredentials = readGitCredentials(root, sync);
  if (url?.startsWith("ssh:") === true && sync.pullSecret === undefined) {
    const fix = setCommand("sync.pullSecret", "SECRET");
    fields.note("pullSecret", "name a Secret with the SSH key when sync.url is ssh://", fix);
  }
  return { sync, gitCredentials };
}

function readUrl(fields: Fields, kind: SourceKind, cluster: ClusterConfig): string | undefined {
  const supplied = cluster.kind === "embedded" && kind === "GitRepository";
  const url = supplied ? fields.optional("url", urls[kind]) : fields.required("url", urls[kind]);
  // The user of an SSH address is no secret, a password in any address is.
  if (url !== undefined && /^https?:\/\/[^/]*@/.test(url)) {
    const fix = `Set gitUsername and gitPassword instead. ${setSecretCommand("gitPassword")}`;
    fields.note("url", "hold no credentials", fix);
  }
  return url;
}

/** A token needs no name: hosts take any, and `git` is what their documentation shows. */
const tokenUser = "git";

function readGitCredentials(root: Fields, sync: SyncConfig): GitCredentials | undefined {
  const username = root.optional("gitUsername", text);
  const password = root.optional("gitPassword", text);
  const token = root.optional("gitToken", text);
  refuseWhereUseless(root, sync);
  if (token !== undefined) {
    root.absent("gitPassword", "when gitToken is set");
    return { username: username ?? tokenUser, password: token };
  }
  if (root.has("gitUsername") && !root.has("gitPassword")) {
    root.note("gitPassword", "be set with gitUsername", setSecretCommand("gitPassword"));
  }
  if (root.has("gitPassword") && !root.has("gitUsername")) {
    root.note("gitUsername", "be set with gitPassword", setCommand("gitUsername", "NAME"));
  }
  return username === undefined || password === undefined ? undefined : { username, password };
}

function refuseWhereUseless(root: Fields, { kind, pullSecret }: SyncConfig): void {
  for (const key of ["gitUsername", "gitPassword", "gitToken"]) {
    if (kind !== "GitRepository") root.absent(key, `when sync.kind is "${kind}"`);
    else if (pullSecret !== undefined) root.absent(key, "when sync.pullSecret is set");
  }
}
