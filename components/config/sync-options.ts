import { type Fields, isObject, type Rule } from "./fields.ts";
import { secretName } from "./names.ts";
import { setCommand } from "./problem.ts";
import { listOf, oneOf, text } from "./rules.ts";
import type { Texts } from "./flux-types.ts";
import type { SourceKind, SourceOptions, VerifyConfig } from "./types.ts";

/** Reads what a FluxInstance's `spec.sync` has no field for: it reaches the source as a patch. */
export function readSourceOptions(sync: Fields, kind: SourceKind, ref: string): SourceOptions {
  return {
    proxySecret: sync.optional("proxySecret", secretName),
    verify: readVerify(sync, kind, ref),
  };
}

function readVerify(sync: Fields, kind: SourceKind, ref: string): VerifyConfig | undefined {
  if (kind === "Bucket") {
    sync.absent("verify", 'when sync.kind is "Bucket", which Flux cannot verify');
    return undefined;
  }
  const fields = sync.object("verify");
  if (fields.keys().length === 0) return undefined;
  const verify = kind === "GitRepository" ? readCommits(fields, ref) : readArtifact(fields);
  fields.finish();
  return verify;
}

const modes = oneOf("HEAD", "Tag", "TagAndHEAD");

/** Signed commits or tags; the Secret holds the public keys of who may sign. */
function readCommits(fields: Fields, ref: string): VerifyConfig {
  const mode = fields.value("mode", modes, "HEAD");
  if (mode !== "HEAD" && !ref.startsWith("refs/tags/")) {
    fields.note("mode", 'be "HEAD" unless sync.ref is a tag', "Set sync.ref to refs/tags/….");
  }
  return { mode, secretName: fields.required("secretName", secretName) ?? "" };
}

const identities: Rule<readonly Texts[]> = listOf(
  {
    must: "",
    parse: (value) => {
      if (!isObject(value) || Object.keys(value).toSorted().join() !== "issuer,subject") {
        return undefined;
      }
      return Object.values(value).every(isPattern) ? (value as Texts) : undefined;
    },
  },
  "identities {issuer, subject}, each a regular expression",
);

function isPattern(value: unknown): boolean {
  return text.parse(value) !== undefined;
}

/** A signed artifact: by a key that the Secret holds the public half of, or by who somebody is. */
function readArtifact(fields: Fields): VerifyConfig {
  const provider = fields.value("provider", oneOf("cosign", "notation"), "cosign");
  if (provider === "notation") {
    fields.absent("matchOIDCIdentity", 'when sync.verify.provider is "notation"');
  }
  const identity = fields.optional("matchOIDCIdentity", identities);
  const secret = fields.optional("secretName", secretName);
  const isKeyless = fields.has("matchOIDCIdentity");
  if (isKeyless && fields.has("secretName")) {
    fields.absent("secretName", "when sync.verify.matchOIDCIdentity is set");
  }
  if (!isKeyless && !fields.has("secretName")) {
    const fix = setCommand("sync.verify.secretName", "cosign-keys");
    fields.note("secretName", "be set, or sync.verify.matchOIDCIdentity", fix);
  }
  return {
    provider,
    ...(secret !== undefined && { secretName: secret }),
    ...(identity !== undefined && { matchOIDCIdentity: identity }),
  };
}
