import type { DecryptionConfig } from "../config/flux-types.ts";
import { sopsSecretName } from "../names.ts";

/** decryptionSpec is `spec.decryption` of the root Kustomization, undefined where nothing is decrypted. */
export function decryptionSpec(decryption: DecryptionConfig): object | undefined {
  const provider = "sops";
  switch (decryption.provider) {
    case "none":
      return undefined;
    case "age":
      return { provider, secretRef: { name: sopsSecretName } };
    case "secret":
      return { provider, secretRef: { name: decryption.secretName } };
    case "awskms":
    case "azurekv": {
      const { serviceAccountName } = decryption;
      return { provider, ...(serviceAccountName !== undefined && { serviceAccountName }) };
    }
  }
}
