import assert from "node:assert/strict";
import { describe, it } from "node:test";

import type { Condition } from "../../../../scripts/lib/object.ts";
import { type SourceObject, SourceVerdict } from "../../../../scripts/lib/probe/verdict.ts";

type Step = "new" | "attempt" | "fetched" | "stalled" | [reason: string, message: string];

function condition(
  type: string,
  status: Condition["status"],
  reason = "",
  message = "",
): Condition {
  return { type, status, reason, message };
}

/** The states that source-controller shows: between two attempts it says ProgressingWithRetry. */
function source(step: Step): SourceObject {
  const base = { apiVersion: "v1", kind: "GitRepository", metadata: { name: "probe" } };
  const conditionsOf = (): Condition[] => {
    if (step === "new") return [];
    if (step === "attempt")
      return [
        condition("Reconciling", "True", "Progressing"),
        condition("Ready", "Unknown", "Progressing", "building"),
      ];
    if (step === "fetched") return [condition("Ready", "True", "Succeeded")];
    if (step === "stalled") return [condition("Stalled", "True", "URLInvalid", "bad url")];
    const [reason, message] = step;
    return [
      condition("FetchFailed", "True", reason, message),
      condition("Reconciling", "True", "ProgressingWithRetry"),
    ];
  };
  const artifact = step === "fetched" ? { artifact: { revision: "main@sha1:1" } } : {};
  return { ...base, status: { conditions: conditionsOf(), ...artifact } };
}

const refusedLogin: Step = ["AuthenticationFailed", "failed to get secret"];
const outage: Step = ["GitOperationFailed", "dial tcp: connect: connection refused"];
const git = (message: string): Step => [
  "GitOperationFailed",
  `failed to checkout and determine revision: ${message}`,
];

describe("SourceVerdict", () => {
  const table: [string, Step[], string][] = [
    ["nothing happened yet", ["new"], "waiting"],
    ["an attempt runs", ["new", "attempt"], "waiting"],
    ["an artifact is there", ["attempt", "fetched"], "fetched"],
    ["the source is stalled", ["attempt", "stalled"], "failed"],
    ["a credential is refused", ["attempt", refusedLogin], "failed"],
    ["Git asks for a login", [git("authentication required")], "failed"],
    [
      "the branch does not exist",
      [git("unable to resolve ref 'refs/heads/x' to a specific commit")],
      "failed",
    ],
    ["the repository does not exist", [git("repository not found")], "failed"],
    [
      "the host has another key",
      [git("ssh: handshake failed: knownhosts: key mismatch")],
      "failed",
    ],
    [
      "the host does not know the SSH key",
      [
        git(
          "ssh: handshake failed: ssh: unable to authenticate, attempted methods [none publickey]",
        ),
      ],
      "failed",
    ],
    [
      "the key of a bucket is another",
      [["BucketOperationFailed", "The request signature we calculated does not match"]],
      "failed",
    ],
    ["the server is out once", ["attempt", outage], "waiting"],
    ["the same failed attempt is seen twice", ["attempt", outage, outage], "waiting"],
    ["the server is out twice", ["attempt", outage, "attempt", outage], "failed"],
    ["the server comes back", ["attempt", outage, "attempt", "fetched"], "fetched"],
  ];
  for (const [when, steps, kind] of table) {
    it(`is ${kind} when ${when}`, () => {
      const verdict = new SourceVerdict();
      assert.equal(steps.map((step) => verdict.next(source(step)).kind).at(-1), kind);
    });
  }

  it("carries the source's own reason and message", () => {
    assert.deepEqual(new SourceVerdict().next(source(refusedLogin)), {
      kind: "failed",
      reason: "AuthenticationFailed",
      message: "failed to get secret",
    });
  });
});
