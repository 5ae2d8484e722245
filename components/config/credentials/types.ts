/** SourceCredentials is what opens the source, in one of the forms that Flux takes. All but names and hosts is secret. */
export type SourceCredentials =
  | BasicCredentials
  | SshCredentials
  | GeneratedSshCredentials
  | GitHubAppCredentials
  | RegistryCredentials
  | BucketCredentials;

/** A name with a password or token, for Git over HTTP. */
export interface BasicCredentials {
  readonly kind: "basic";
  /** The setting that holds the password. */
  readonly setting: "gitPassword" | "gitToken";
  readonly username: string;
  readonly password: string;
}

/** A key that a person made, for Git over SSH. */
export interface SshCredentials {
  readonly kind: "ssh";
  /** In the form of OpenSSH or PEM. */
  readonly privateKey: string;
  /** Undefined when the key is not locked. */
  readonly passphrase: string | undefined;
  /** Lines of known_hosts: what the host proves itself by. */
  readonly knownHosts: string;
}

/** A key that is made in the cluster and never leaves it, for Git over SSH. */
export interface GeneratedSshCredentials {
  readonly kind: "generatedSsh";
  readonly knownHosts: string;
  /** Another one asks for another key. */
  readonly generation: string;
}

/** A GitHub App, which signs for tokens of an hour. */
export interface GitHubAppCredentials {
  readonly kind: "githubApp";
  readonly appId: string;
  /** Where the App is installed: by id, or by the name of the organisation or user. */
  readonly installation: { readonly id: string } | { readonly owner: string };
  /** RSA, in PEM. */
  readonly privateKey: string;
  /** The API of a GitHub Enterprise Server. Undefined: that of github.com. */
  readonly baseUrl: string | undefined;
}

/** A name with a password or token, for an OCI registry. */
export interface RegistryCredentials {
  readonly kind: "registry";
  readonly username: string;
  readonly password: string;
}

/** A static key pair of S3 or of what speaks like it. */
export interface BucketCredentials {
  readonly kind: "bucket";
  readonly accessKey: string;
  readonly secretKey: string;
}
