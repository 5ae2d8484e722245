import type { SourceOptions, SyncConfig, VerifyConfig } from "../config/types.ts";
import { fluxNamespace } from "../names.ts";
import type { KustomizePatch } from "./api.ts";

/** sourceFields is what the source has besides what `spec.sync` can say, as fields of its own spec. */
export function sourceFields({ proxySecret, verify }: SourceOptions): Record<string, object> {
  return {
    ...(proxySecret !== undefined && { proxySecretRef: { name: proxySecret } }),
    ...(verify !== undefined && { verify: verification(verify) }),
  };
}

function verification({ secretName, ...rest }: VerifyConfig): object {
  return { ...rest, ...(secretName !== undefined && { secretRef: { name: secretName } }) };
}

/** sourcePatches put these fields into the source, which comes only with the sync. */
export function sourcePatches(
  sync: Pick<SyncConfig, "kind" | keyof SourceOptions>,
): KustomizePatch[] {
  const fields = Object.entries(sourceFields(sync));
  if (fields.length === 0) return [];
  const operations = fields.map(([key, value]) => ({ op: "add", path: `/spec/${key}`, value }));
  const target = { kind: sync.kind, name: fluxNamespace };
  return [{ target, patch: JSON.stringify(operations) }];
}
