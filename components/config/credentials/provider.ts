import type { Fields } from "../fields.ts";
import { setCommand } from "../problem.ts";
import { oneOf } from "../rules.ts";
import type { SourceKind, SyncConfig, SyncProvider } from "../types.ts";

/** The providers that flux-operator takes for a source of that kind. */
const providers = {
  GitRepository: oneOf("generic", "aws", "azure", "github"),
  OCIRepository: oneOf("generic", "aws", "azure", "gcp"),
  Bucket: oneOf("generic", "aws", "azure", "gcp"),
} as const satisfies Record<SourceKind, unknown>;

/** Reads by whose identity the source is opened, as far as that kind of source knows it. */
export function readProvider(fields: Fields, kind: SourceKind): SyncProvider | undefined {
  const { must, ...rule } = providers[kind];
  return fields.optional("provider", {
    ...rule,
    must: `${must} when sync.kind is "${kind}"`,
  });
}

interface HostRule {
  readonly kind: SourceKind;
  readonly provider: SyncProvider;
  readonly host: RegExp;
  readonly what: string;
  readonly example: string;
}

/**
 * The only addresses for which source-controller gets a token from that provider. Registries of Azure are not among them:
 * an environment file of the controller may name another suffix.
 */
const hosts: readonly HostRule[] = [
  {
    kind: "GitRepository",
    provider: "azure",
    host: /^https:\/\/(?:dev\.azure\.com|[\w-]+\.visualstudio\.com)\//,
    what: "a repository of Azure DevOps",
    example: "https://dev.azure.com/ORGANISATION/PROJECT/_git/REPOSITORY",
  },
  {
    kind: "GitRepository",
    provider: "aws",
    host: /^https:\/\/git-codecommit(?:-fips)?\.[\w-]+\.amazonaws\.com(?:\.cn)?\//,
    what: "a repository of AWS CodeCommit",
    example: "https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/REPOSITORY",
  },
  {
    kind: "OCIRepository",
    provider: "aws",
    host: /^oci:\/\/(?:\d{12}\.dkr[.-]ecr(?:-fips)?\.[\w-]+\.[a-z.]+|public\.ecr\.aws|ecr-public\.aws\.com)\//,
    what: "an artifact of Amazon ECR",
    example: "oci://123456789012.dkr.ecr.eu-west-1.amazonaws.com/ARTIFACT",
  },
  {
    kind: "OCIRepository",
    provider: "gcp",
    host: /^oci:\/\/(?:(?:[\w-]+\.)*gcr\.io|[\w-]+-docker\.pkg\.dev)\//,
    what: "an artifact of Google Artifact Registry",
    example: "oci://europe-docker.pkg.dev/PROJECT/REPOSITORY/ARTIFACT",
  },
];

/** Notes an address that the provider cannot open, and a provider that something else makes useless. */
export function checkProvider(fields: Fields, sync: SyncConfig, hasApp: boolean): void {
  checkHost(fields, sync);
  const { kind, provider, pullSecret } = sync;
  if (hasApp && provider === "generic") fields.absent("provider", "when githubApp is set");
  if (provider === "github" && pullSecret === undefined && !hasApp) {
    const fix = setCommand("githubApp.id", "123456");
    fields.note("provider", 'go with githubApp or sync.pullSecret when it is "github"', fix);
  }
  if (kind === "OCIRepository" && pullSecret !== undefined && isCloud(provider)) {
    fields.absent("provider", "when sync.pullSecret is set, which a registry prefers");
  }
}

function checkHost(fields: Fields, { kind, url, provider, pullSecret }: SyncConfig): void {
  const rule = hosts.find((one) => one.kind === kind && one.provider === provider);
  if (rule === undefined || url === undefined || pullSecret !== undefined) return;
  if (rule.host.test(url)) return;
  const must = `be the address of ${rule.what} when sync.provider is "${rule.provider}"`;
  fields.note("url", must, setCommand("sync.url", rule.example));
}

function isCloud(provider: SyncProvider | undefined): boolean {
  return provider === "aws" || provider === "azure" || provider === "gcp";
}
