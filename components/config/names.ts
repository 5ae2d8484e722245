import { pattern } from "./rules.ts";

const subdomain = /^[a-z0-9]([-.a-z0-9]{0,251}[a-z0-9])?$/;

/** A Secret in the namespace of Flux that is made elsewhere. */
export const secretName = pattern(subdomain, "be the name of a Secret", "flux-source");

/** A ServiceAccount in the namespace of what names it. */
export const serviceAccountName = pattern(
  subdomain,
  "be the name of a ServiceAccount",
  "flux-decryption",
);
