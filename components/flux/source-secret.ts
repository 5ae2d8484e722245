import type { GitHubAppCredentials, SourceCredentials } from "../config/credentials/types.ts";
import { sourceSecretName } from "../names.ts";

/** The Secret that opens the source. */
export type SourceSecret = GivenSecret | GeneratedSecret;

/** A Secret that Pulumi makes of what is configured. */
export interface GivenSecret {
  readonly kind: "given";
  /** What it is, in the name of Pulumi's resource. */
  readonly noun: "source" | "ssh" | "github-app" | "registry" | "bucket";
  readonly name: string;
  /** @default Opaque */
  readonly type?: string;
  /** Secret. */
  readonly values: Readonly<Record<string, string>>;
  /** The setting to correct when the source refuses it. */
  readonly setting: string;
}

/** A Secret whose private key is made in the cluster and never leaves it. */
export interface GeneratedSecret {
  readonly kind: "generated";
  readonly name: string;
  readonly knownHosts: string;
  /** Another one asks for another key. */
  readonly generation: string;
}

/**
 * sourceSecret is the Secret with the keys that source-controller reads for a source at that address. Each kind has a name
 * of its own: a source that moves from one kind to another keeps what opens it until the new one is proven.
 */
export function sourceSecret(credentials: SourceCredentials, url: string): SourceSecret {
  switch (credentials.kind) {
    case "basic": {
      const { username, password, setting } = credentials;
      return { ...given("source"), setting, values: { username, password } };
    }
    case "ssh": {
      const { privateKey, passphrase, knownHosts } = credentials;
      const password = passphrase === undefined ? {} : { password: passphrase };
      const values = { identity: privateKey, known_hosts: knownHosts, ...password };
      return { ...given("ssh"), setting: "sshKey", values };
    }
    case "generatedSsh": {
      const { knownHosts, generation } = credentials;
      return { kind: "generated", name: secretName("deploy-key"), knownHosts, generation };
    }
    case "githubApp":
      return { ...given("github-app"), setting: "githubAppKey", values: appValues(credentials) };
    case "registry": {
      const values = { ".dockerconfigjson": dockerConfig(credentials, url) };
      const type = "kubernetes.io/dockerconfigjson";
      return { ...given("registry"), setting: "registryPassword", type, values };
    }
    case "bucket": {
      const values = { accesskey: credentials.accessKey, secretkey: credentials.secretKey };
      return { ...given("bucket"), setting: "bucketSecretKey", values };
    }
  }
}

function given(noun: GivenSecret["noun"]) {
  return { kind: "given", noun, name: secretName(noun) } as const;
}

/** The first kind there was has the name that a bootstrap of Flux gives. */
function secretName(noun: GivenSecret["noun"] | "deploy-key"): string {
  return noun === "source" ? sourceSecretName : `${sourceSecretName}-${noun}`;
}

function appValues({ appId, installation, privateKey, baseUrl }: GitHubAppCredentials) {
  return {
    githubAppID: appId,
    ...("id" in installation
      ? { githubAppInstallationID: installation.id }
      : { githubAppInstallationOwner: installation.owner }),
    githubAppPrivateKey: privateKey,
    ...(baseUrl !== undefined && { githubAppBaseURL: baseUrl }),
  };
}

/** What `kubectl create secret docker-registry` writes. */
function dockerConfig(
  { username, password }: { readonly username: string; readonly password: string },
  url: string,
): string {
  const [, host = ""] = /^oci:\/\/([^/]+)\//.exec(url) ?? [];
  const auth = Buffer.from(`${username}:${password}`).toString("base64");
  return JSON.stringify({ auths: { [serverOf(host)]: { username, password, auth } } });
}

/** Credentials of Docker Hub stand under an address of long ago, by which every client knows them. */
function serverOf(host: string): string {
  return /^(?:(?:index|registry-1)\.)?docker\.io$/.test(host)
    ? "https://index.docker.io/v1/"
    : host;
}
