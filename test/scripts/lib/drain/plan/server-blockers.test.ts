import { describe } from "node:test";

import { type BlockerCase, testBlockers } from "../../../support/blocker-cases.ts";
import { kindOf } from "../../../support/drain-plan.ts";
import { manifest } from "../../../../support/stuck/manifest.ts";

const admission = "admissionregistration.k8s.io/v1";
const webhook = (rule: object, more: object = {}) =>
  manifest(
    kindOf(admission, "ValidatingWebhookConfiguration", false),
    { name: "guard" },
    {
      webhooks: [
        {
          name: "guard.example.com",
          clientConfig: { service: { name: "guard", namespace: "guard" } },
          rules: [{ apiGroups: [""], resources: ["configmaps"], operations: ["DELETE"], ...rule }],
          ...more,
        },
      ],
    },
  );
const endpoints = (ready: boolean) =>
  manifest(
    kindOf("discovery.k8s.io/v1", "EndpointSlice"),
    { name: "guard-1", namespace: "guard", labels: { "kubernetes.io/service-name": "guard" } },
    { endpoints: [{ conditions: { ready } }] },
  );
const server = (status: string) =>
  manifest(
    kindOf("apiregistration.k8s.io/v1", "APIService", false),
    { name: "v1.metrics.example.com" },
    { status: { conditions: [{ type: "Available", status, reason: "MissingEndpoints" }] } },
  );

const table: readonly BlockerCase[] = [
  {
    when: "nobody answers for a webhook that is asked before a deletion",
    around: { others: [webhook({})] },
    expected: {
      key: "ValidatingWebhookConfiguration//guard",
      problem:
        /^asks Service\/guard\/guard before a deletion, which has no endpoint: webhook guard\.example\.com/,
      next: /describe validatingwebhookconfiguration\.admissionregistration\.k8s\.io guard/,
    },
  },
  {
    when: "only endpoints that are not ready answer for it",
    around: { others: [webhook({ operations: ["*"], resources: ["*"] }), endpoints(false)] },
    expected: {
      key: "ValidatingWebhookConfiguration//guard",
      problem: /has no endpoint/,
      next: /./,
    },
  },
  { when: "the webhook is answered", around: { others: [webhook({}), endpoints(true)] } },
  {
    when: "the webhook is not asked before a deletion",
    around: { others: [webhook({ operations: ["CREATE", "UPDATE"] })] },
  },
  {
    when: "the webhook is asked about kinds that do not go",
    around: { others: [webhook({ apiGroups: ["batch"], resources: ["jobs"] })] },
  },
  {
    when: "the webhook may be passed over",
    around: { others: [webhook({}, { failurePolicy: "Ignore" })] },
  },
  {
    when: "the server of an API group does not answer",
    around: { others: [server("False")] },
    expected: {
      key: "APIService//v1.metrics.example.com",
      problem: /^does not answer \(MissingEndpoints\), so that no namespace can be emptied$/,
      next: /describe apiservice/,
    },
  },
  { when: "the server of an API group answers", around: { others: [server("True")] } },
];

describe("a drain may be held up by the API server when", () => {
  testBlockers(table, false);
});
