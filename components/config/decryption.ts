import { type Fields, isObject, type Rule } from "./fields.ts";
import { secretName, serviceAccountName } from "./names.ts";
import { setCommand, setSecretCommand } from "./problem.ts";
import { oneOf, pattern } from "./rules.ts";
import type { CloudDecryption, DecryptionConfig, FluxConfig } from "./flux-types.ts";
import type { ClusterConfig } from "./types.ts";

const providers = oneOf("age", "awskms", "azurekv", "secret", "none");

type Provider = DecryptionConfig["provider"];

/** The keys of the object, with the providers that take them. */
const takenBy: Readonly<Record<string, readonly Provider[]>> = {
  secretName: ["secret"],
  roleArn: ["awskms"],
  clientId: ["azurekv"],
  tenantId: ["azurekv"],
  serviceAccountName: ["awskms", "azurekv"],
  sopsFile: ["age"],
};

const roleArn = pattern(
  /^arn:aws[\w-]*:iam::\d{12}:role\/\S+$/,
  "be the ARN of an IAM role",
  "arn:aws:iam::111122223333:role/flux",
);

const uuid = pattern(
  /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i,
  "be a UUID",
  "00000000-0000-0000-0000-000000000000",
);

/** Whether there are keys. What is no map of them is refused where they are read. */
const someKeys: Rule<boolean> = {
  must: "",
  parse: (value) => !isObject(value) || Object.keys(value).length > 0,
};

/**
 * Reads by what Flux decrypts what is in Git: `fields` is the object `decryption`, and the age keys stand beside it. No
 * provider but age has a key that passes through here.
 */
export function readDecryption(
  { root, fields }: { readonly root: Fields; readonly fields: Fields },
  cluster: ClusterConfig,
  flux: FluxConfig,
): DecryptionConfig {
  // Everybody has the key of the example fleet, which an embedded cluster gets unless it is told otherwise.
  const hasKeys = root.value("sopsAgeKeys", someKeys, false);
  const isAge = cluster.kind === "embedded" || hasKeys;
  const provider = fields.value("provider", providers, isAge ? "age" : "none");
  for (const [key, takers] of Object.entries(takenBy)) {
    const takes = takers.includes(provider);
    if (!takes) fields.absent(key, `when decryption.provider is "${provider}"`);
  }
  if (provider !== "age" && hasKeys) {
    root.absent("sopsAgeKeys", `when decryption.provider is "${provider}"`);
  } else if (provider === "age" && !isAge) {
    const fix = setSecretCommand('sopsAgeKeys["identity.agekey"]');
    root.note("sopsAgeKeys", 'hold a key when decryption.provider is "age"', fix);
  }
  return decryptionBy(provider, fields, flux);
}

function decryptionBy(provider: Provider, fields: Fields, flux: FluxConfig): DecryptionConfig {
  switch (provider) {
    case "age":
    case "none":
      return { provider };
    case "secret":
      return { provider, secretName: fields.required("secretName", secretName) ?? "" };
    case "awskms":
      return readCloud(provider, fields, flux, readAws);
    case "azurekv":
      return readCloud(provider, fields, flux, readAzure);
  }
}

type Annotations = CloudDecryption["annotations"];

function readCloud(
  provider: CloudDecryption["provider"],
  fields: Fields,
  { objectLevelWorkloadIdentity }: FluxConfig,
  read: (fields: Fields) => Annotations,
): CloudDecryption {
  const account = fields.optional("serviceAccountName", serviceAccountName);
  if (account === undefined)
    return { provider, serviceAccountName: undefined, annotations: read(fields) };
  if (!objectLevelWorkloadIdentity) {
    const fix = setCommand("flux.objectLevelWorkloadIdentity", "true");
    fields.note("serviceAccountName", "be set with flux.objectLevelWorkloadIdentity", fix);
  }
  for (const key of ["roleArn", "clientId", "tenantId"]) {
    if (takenBy[key]?.includes(provider) === true) {
      fields.absent(key, "when decryption.serviceAccountName is set, which carries it itself");
    }
  }
  return { provider, serviceAccountName: account, annotations: {} };
}

function readAws(fields: Fields): Annotations {
  const role = fields.optional("roleArn", roleArn);
  return role === undefined ? {} : { "eks.amazonaws.com/role-arn": role };
}

function readAzure(fields: Fields): Annotations {
  const client = fields.optional("clientId", uuid);
  const tenant = fields.optional("tenantId", uuid);
  if (tenant !== undefined && client === undefined) {
    const fix = setCommand("decryption.clientId", uuid.example ?? "");
    fields.note("clientId", "be set with decryption.tenantId", fix);
  }
  return {
    ...(client !== undefined && { "azure.workload.identity/client-id": client }),
    ...(tenant !== undefined && { "azure.workload.identity/tenant-id": tenant }),
  };
}
