/** A property value as the engine sends it: JSON, where marked objects stand for secrets and assets. */
export type Value = null | boolean | number | string | Value[] | { [key: string]: Value };
export type Properties = Record<string, Value>;

const signature = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";
const assetSignature = "c44067f5952c0a294b673a41bacd8c17";
const archiveSignature = "0def7320c3a5731c473e5ecbe6d01bc7";

/** What stands for a value that is not known before the update runs. */
export const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** isMap holds for plain objects only: a secret, an asset or an archive is a single value. */
export function isMap(value: Value | undefined): value is Properties {
  return (
    typeof value === "object" && value !== null && !Array.isArray(value) && !(signature in value)
  );
}

/** isUnknown looks at the value itself, not at what it holds. */
export function isUnknown(value: Value | undefined): boolean {
  return value !== undefined && withoutSecrets(value) === unknown;
}

/** withoutNulls drops the entries without a value, at every depth of maps. */
export function withoutNulls(properties: Properties): Properties {
  const entries = Object.entries(properties).filter(([, value]) => value !== null);
  return Object.fromEntries(
    entries.map(([key, value]) => [key, isMap(value) ? withoutNulls(value) : value]),
  );
}

/** withoutSecrets reads what is inside of secrets, at every depth. */
export function withoutSecrets(value: Value): Value {
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (typeof value !== "object" || value === null) return value;
  const { [signature]: mark, value: inner } = value;
  if (mark === secretSignature) return withoutSecrets(inner ?? null);
  return Object.fromEntries(
    Object.entries(value).map(([key, entry]) => [key, withoutSecrets(entry)]),
  );
}

/** A file by its path, with the SHA-256 of its content in hex. */
export function fileAsset(path: string, hash: string): Properties {
  return { [signature]: assetSignature, hash, path, text: "", uri: "" };
}

/** An archive of assets by their path in it. Its hash is left to the engine. */
export function assetArchive(assets: Properties): Properties {
  return { [signature]: archiveSignature, assets, path: "", uri: "" };
}
