import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { causeOf, type FailureCause } from "../../../../scripts/lib/classify/failure-cause.ts";

const table: readonly (readonly [FailureCause, string])[] = [
  ["environment", "context deadline exceeded"],
  ["environment", "timed out waiting for the condition"],
  ["environment", 'failed calling webhook "webhook.cert-manager.io": connection refused'],
  [
    "environment",
    'unable to build: no matches for kind "Certificate" in version "cert-manager.io/v1"',
  ],
  ["environment", "resource mapping not found for name: x: ensure CRDs are installed first"],
  [
    "environment",
    'pods "x" is forbidden: unable to create new content in namespace shop because it is being terminated',
  ],
  ["environment", 'namespaces "shop" not found'],
  ["environment", "dial tcp: lookup charts.example: no such host"],
  ["environment", "Deployment/apps/web not ready. status: InProgress, message: ImagePullBackOff"],
  [
    "content",
    "YAML parse error on postgresql-ha/templates/postgresql/statefulset.yaml: error converting YAML to JSON: yaml: line 32: could not find expected ':'",
  ],
  ["content", "execution error at (web/templates/app.yaml:3:4): a host is needed"],
  ["content", "values don't meet the specifications of the schema(s) in the following chart(s)"],
  ["content", "spec.selector: Invalid value: field is immutable"],
  ["refused", 'admission webhook "policy.example" denied the request: no root'],
  ["refused", 'secrets is forbidden: User "x" cannot list resource "secrets"'],
  ["refused", "exceeded quota: compute"],
  ["content", "Secret/apps/x is SOPS encrypted, configuring decryption is required"],
  ["content", "conflict occurred while applying object: Apply failed with 1 conflict"],
  ["unknown", "pre-install hooks failed: job failed: BackoffLimitExceeded"],
  ["unknown", ""],
];

describe("causeOf", () => {
  for (const [cause, message] of table) {
    it(`calls it ${cause}: ${message.slice(0, 70)}`, () => {
      assert.equal(causeOf(message), cause);
    });
  }
});
