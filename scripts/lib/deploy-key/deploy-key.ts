import type { Cluster } from "../cluster.ts";
import { Failure } from "../failure.ts";
import { Secret } from "../kinds.ts";
import { displayName, type KubernetesObject, type Reference } from "../object.ts";
import { fingerprintOf, generateKeyPair } from "./key-pair.ts";

/** What is told of a deploy key; its private half stays in its Secret. */
export interface DeployKey {
  /** A line as a Git host takes it. */
  readonly publicKey: string;
  /** Such as `SHA256:…`. */
  readonly fingerprint: string;
}

export interface WantedDeployKey {
  /** Namespace of Flux. */
  readonly namespace: string;
  /** Name of the Secret. */
  readonly name: string;
  /** A key of another generation is replaced by a new one. */
  readonly generation: string;
  /** Lines of known_hosts. */
  readonly knownHosts: string;
}

export interface KeptDeployKey extends DeployKey {
  /** Whether this run made the key. */
  readonly made: boolean;
}

type SecretObject = KubernetesObject & { readonly data?: Readonly<Record<string, string>> };

/** The mark of a Secret that is made here. */
export const deployKeyLabel = { "flux-bootstrap.dev/purpose": "deploy-key" } as const;
const generationAnnotation = "flux-bootstrap.dev/generation";
const watched = { "reconcile.fluxcd.io/watch": "Enabled" } as const;

/**
 * keepDeployKey leaves a Secret with a key pair of the wanted generation, which is made when it is not there. One that is
 * there stays, and nothing is written; a new generation goes into the same Secret.
 */
export async function keepDeployKey(
  cluster: Cluster,
  wanted: WantedDeployKey,
): Promise<KeptDeployKey> {
  const reference: Reference = { resource: Secret, name: wanted.name, namespace: wanted.namespace };
  const found = await cluster.get<SecretObject>(reference);
  if (found !== undefined) requireOwn(found, reference);
  const publicKey = keptKey(found, wanted.generation);
  if (publicKey !== undefined) {
    const data = { known_hosts: encoded(wanted.knownHosts) };
    if (found?.data?.["known_hosts"] !== data.known_hosts) await cluster.patch(reference, { data });
    return { publicKey, fingerprint: fingerprintOf(publicKey), made: false };
  }
  const made = generateKeyPair(`flux-bootstrap-${wanted.generation}`);
  const content = {
    metadata: { annotations: { [generationAnnotation]: wanted.generation } },
    data: {
      identity: encoded(made.privateKey),
      "identity.pub": encoded(made.publicKey),
      known_hosts: encoded(wanted.knownHosts),
    },
  };
  if (found === undefined) await cluster.create(Secret, secretObject(reference, content));
  else await cluster.patch(reference, content);
  return { publicKey: made.publicKey, fingerprint: fingerprintOf(made.publicKey), made: true };
}

/** removeDeployKey says whether there was such a Secret; one that is not of our making stays. */
export async function removeDeployKey(
  cluster: Cluster,
  { name, namespace }: Pick<WantedDeployKey, "name" | "namespace">,
): Promise<boolean> {
  const reference: Reference = { resource: Secret, name, namespace };
  const found = await cluster.get<SecretObject>(reference);
  if (found === undefined || !isOwn(found)) return false;
  const { uid } = found.metadata;
  return cluster.delete(reference, uid === undefined ? {} : { uid });
}

/** The public line of a key that can stay. */
function keptKey(found: SecretObject | undefined, generation: string): string | undefined {
  if (found?.metadata.annotations?.[generationAnnotation] !== generation) return undefined;
  const { identity, "identity.pub": publicKey } = found.data ?? {};
  if (identity === undefined || publicKey === undefined) return undefined;
  return Buffer.from(publicKey, "base64").toString();
}

function requireOwn(found: SecretObject, reference: Reference): void {
  if (isOwn(found)) return;
  throw new Failure(
    `${displayName(reference)} must be free for the deploy key, got one that was made elsewhere`,
    { next: `kubectl -n ${reference.namespace ?? ""} describe secret ${reference.name}` },
  );
}

function isOwn({ metadata }: SecretObject): boolean {
  return Object.entries(deployKeyLabel).every(([key, value]) => metadata.labels?.[key] === value);
}

function secretObject(
  { name, namespace }: Reference,
  { metadata, data }: { metadata: object; data: Readonly<Record<string, string>> },
): SecretObject {
  return {
    apiVersion: Secret.apiVersion,
    kind: Secret.kind,
    metadata: {
      name,
      ...(namespace !== undefined && { namespace }),
      labels: { ...watched, ...deployKeyLabel },
      ...metadata,
    },
    data,
  };
}

function encoded(text: string): string {
  return Buffer.from(text).toString("base64");
}
