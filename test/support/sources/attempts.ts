import type { Attempt } from "./credential-stage.ts";
import type { GitHubApi } from "./github-api.ts";
import type { GitOverSsh } from "./git-over-ssh.ts";
import type { PrivateRegistry } from "./private-registry.ts";
import type { S3 } from "./s3.ts";

/** The Secret of each kind of credential. */
export const secretOf = {
  token: "flux-system",
  ssh: "flux-system-ssh",
  deployKey: "flux-system-deploy-key",
  app: "flux-system-github-app",
  registry: "flux-system-registry",
  bucket: "flux-system-bucket",
} as const;

/** The name that goes with the password of the registry. */
export const robot = "robot";
/** The public half of the key pair of the bucket. */
export const accessKey = "access-key-of-the-bucket";

export function withToken(url: string, gitToken: string): Attempt {
  return { sync: { url }, secrets: { gitToken } };
}

/** A key of the stack, with the passphrase that locks it. */
export function withSshKey(host: GitOverSsh, sshKey: string, passphrase?: string): Attempt {
  return {
    sync: { url: host.url("open"), knownHosts: host.knownHosts() },
    secrets: { sshKey, ...(passphrase !== undefined && { sshKeyPassphrase: passphrase }) },
  };
}

/** A key that is made in the cluster. */
export function withDeployKey(host: GitOverSsh, deployKey: true | string): Attempt {
  return { sync: { url: host.url("open"), knownHosts: host.knownHosts(), deployKey } };
}

/** An App, which finds its installation by the id or by the owner. */
export function withApp(
  url: string,
  api: GitHubApi,
  githubAppKey: string,
  by: { readonly installationId: number } | { readonly owner: string },
): Attempt {
  const id = Number(api.installation.appId);
  return {
    sync: { url },
    settings: { githubApp: { id, ...by, baseUrl: api.url } },
    secrets: { githubAppKey },
  };
}

export function withRegistry(registry: PrivateRegistry, registryPassword: string): Attempt {
  return {
    sync: { kind: "OCIRepository", url: registry.url("fleet") },
    settings: { registryUsername: robot },
    secrets: { registryPassword },
  };
}

export function withKeyPair(store: S3, bucketSecretKey: string): Attempt {
  return {
    sync: { kind: "Bucket", url: store.endpoint, ref: "fleet" },
    secrets: { bucketAccessKey: accessKey, bucketSecretKey },
  };
}
