import { Failure } from "../failure.ts";
import type { SyncSource } from "./source.ts";

/** What a person corrects when the source refuses. */
export interface Remedy {
  /** The secret setting of the stack that opens the source. */
  readonly setting?: string | undefined;
  /** The public half of a key that was made in the cluster. */
  readonly deployKey?: string | undefined;
}

interface Refused {
  readonly source: SyncSource;
  /** Namespace of Flux. */
  readonly namespace: string;
  readonly remedy: Remedy;
}

const login =
  /authenti|authoriz|credential|denied|forbidden|signature|access key|private key|passphrase/i;
const hostKey = /knownhosts|known_hosts|host key/i;

interface Reason {
  readonly reason: string;
  readonly message: string;
}

/** refusal is the failure that carries the source's own reason and message, and what to do about it. */
export function refusal({ reason, message }: Reason, refused: Refused): Failure {
  const { source, remedy } = refused;
  const trouble = troubleOf({ reason, message }, source);
  const { deployKey } = remedy;
  const details =
    trouble === "login" && deployKey !== undefined
      ? ["the repository must have this deploy key, which needs no more than reading:", deployKey]
      : [];
  return new Failure(
    `${source.kind} ${source.url} (${source.ref}) cannot be fetched: ${reason}: ${message}`,
    { details, next: nextOf(trouble, refused) },
  );
}

type Trouble = "host key" | "signature" | "login" | "other";

function troubleOf({ reason, message }: Reason, { fields }: SyncSource): Trouble {
  if (hostKey.test(message)) return "host key";
  // The signature of a request to a bucket is no reason of its own.
  if (fields?.["verify"] !== undefined && /verif|signature/i.test(reason)) return "signature";
  return reason === "AuthenticationFailed" || login.test(message) ? "login" : "other";
}

function nextOf(trouble: Trouble, refused: Refused): string {
  switch (trouble) {
    case "host key":
      return setKnownHosts;
    case "signature":
      return lookAtSigners(refused);
    case "login":
      return correct(refused);
    case "other":
      return look(refused);
  }
}

const setKnownHosts = "pulumi config set --path sync.knownHosts 'HOST ssh-ed25519 KEY'";
/** These come from a file; the others are asked for. */
const fromFile = new Set(["sshKey", "githubAppKey"]);

function correct(refused: Refused): string {
  const { setting, deployKey } = refused.remedy;
  if (deployKey !== undefined) return "pulumi up";
  if (setting === undefined) return describeSecret(refused);
  return `pulumi config set --secret ${setting}${fromFile.has(setting) ? " < FILE" : ""}`;
}

function look(refused: Refused): string {
  const { kind, url } = refused.source;
  return kind === "GitRepository" ? `git ls-remote ${url}` : describeSecret(refused);
}

function describeSecret({ source: { pullSecret }, namespace }: Refused): string {
  return pullSecret === undefined
    ? `kubectl -n ${namespace} get secrets`
    : `kubectl -n ${namespace} describe secret ${pullSecret}`;
}

/** What a signature is compared with: keys in a Secret, or who somebody is. */
function lookAtSigners({ source: { fields }, namespace }: Refused): string {
  const { secretRef } = (fields?.["verify"] ?? {}) as { readonly secretRef?: { name: string } };
  return secretRef === undefined
    ? "pulumi config get --path sync.verify"
    : `kubectl -n ${namespace} describe secret ${secretRef.name}`;
}
