import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { type SourceObject, SourceVerdict } from "../../../../scripts/lib/probe/verdict.ts";
import { parseSource, probeObject } from "../../../../scripts/lib/probe/source.ts";

const source = { kind: "OCIRepository", url: "oci://example.com/fleet", ref: "latest" };

describe("the probe of a source", () => {
  it("has the fields that the source will have besides", () => {
    const fields = {
      proxySecretRef: { name: "proxy" },
      verify: { provider: "cosign", secretRef: { name: "keys" } },
    };
    const { spec } = probeObject(parseSource({ ...source, fields }), "flux-system");
    assert.deepEqual(spec, {
      interval: "1m",
      url: source.url,
      ref: { tag: "latest" },
      ...fields,
    });
  });

  it("has no others where there are none", () => {
    const { spec } = probeObject(parseSource(source), "flux-system");
    assert.deepEqual(Object.keys(spec as object), ["interval", "url", "ref"]);
  });

  it("refuses fields that are no objects", () => {
    assert.throws(() => parseSource({ ...source, fields: { url: "oci://elsewhere" } }), {
      message: /^be a source, and "fields\.url" is not: /,
    });
  });
});

describe("the verdict on a source that must be signed", () => {
  const judge = (status: string, message: string) => {
    const conditions = [
      { type: "SourceVerified", status, reason: "InvalidCommitSignature", message },
      { type: "Reconciling", status: "True", reason: "ProgressingWithRetry" },
    ];
    const source = { apiVersion: "v1", kind: "GitRepository", metadata: { name: "probe" } };
    return new SourceVerdict().next({ ...source, status: { conditions } } as SourceObject);
  };

  it("is that it fails where it is not signed as it must be", () => {
    const message = "signature verification of commit 'abc' failed";
    const reason = "InvalidCommitSignature";
    assert.deepEqual(judge("False", message), { kind: "failed", reason, message });
  });

  it("waits for an artifact where it is", () => {
    assert.equal(judge("True", "verified signature of commit 'abc'").kind, "waiting");
  });
});
