import { readCredentials } from "./credentials/credentials.ts";
import { checkProvider, readProvider } from "./credentials/provider.ts";
import type { Fields } from "./fields.ts";
import { setSecretCommand } from "./problem.ts";
import { duration, oneOf, pattern } from "./rules.ts";
import { readSourceOptions } from "./sync-options.ts";
import type { ClusterConfig, SourceKind, SyncConfig, SyncProvider } from "./types.ts";

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

/** The SDK of Azure takes an address where those of others take a host. */
const azureUrl = pattern(
  /^https:\/\/[\w.-]+(:\d+)?\/?$/,
  'be the https:// address of a storage account when sync.provider is "azure"',
  "https://ACCOUNT.blob.core.windows.net",
);

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

/** Reads the source: the object `sync` and what opens it. */
export function readSync(root: Fields, cluster: ClusterConfig) {
  const fields = root.object("sync");
  const kind = fields.value(
    "kind",
    oneOf("GitRepository", "OCIRepository", "Bucket"),
    "GitRepository",
  );
  const provider = readProvider(fields, kind);
  const ref = fields.value("ref", refs[kind], defaultRefs[kind] ?? "");
  const sync: SyncConfig = {
    kind,
    url: readUrl(fields, { kind, provider, cluster }),
    ref,
    path: fields.required("path", path) ?? "",
    interval: fields.value("interval", duration, "1m"),
    pullSecret: fields.optional("pullSecret", secretName),
    provider,
    ...readSourceOptions(fields, kind, ref),
  };
  if (kind === "Bucket") fields.required("ref", refs.Bucket);
  const credentials = readCredentials({ root, sync: fields, source: sync }, sync);
  checkProvider(fields, sync, root.asks("githubApp"));
  fields.finish();
  const isApp = credentials?.kind === "githubApp";
  return { sync: isApp ? { ...sync, provider: "github" as const } : sync, credentials };
}

interface Place {
  readonly kind: SourceKind;
  readonly provider: SyncProvider | undefined;
  readonly cluster: ClusterConfig;
}

function readUrl(fields: Fields, { kind, provider, cluster }: Place): string | undefined {
  const supplied = cluster.kind === "embedded" && kind === "GitRepository";
  const rule = kind === "Bucket" && provider === "azure" ? azureUrl : urls[kind];
  const url = supplied ? fields.optional("url", rule) : fields.required("url", rule);
  // The user of an SSH address is no secret, a password in any address is.
  if (url !== undefined && /^https?:\/\/[^/]*@/.test(url)) {
    const fix = `Set gitUsername and gitPassword instead. ${setSecretCommand("gitPassword")}`;
    fields.note("url", "hold no credentials", fix);
  }
  return url;
}
