import type { Resource } from "../../../scripts/lib/kinds.ts";
import { type Manifest, manifest } from "./manifest.ts";

const apiVersion = "admissionregistration.k8s.io/v1";

const AdmissionPolicy: Resource = {
  apiVersion,
  kind: "ValidatingAdmissionPolicy",
  plural: "validatingadmissionpolicies",
  namespaced: false,
};
const AdmissionPolicyBinding: Resource = {
  apiVersion,
  kind: "ValidatingAdmissionPolicyBinding",
  plural: "validatingadmissionpolicybindings",
  namespaced: false,
};

const WebhookConfiguration: Resource = {
  apiVersion,
  kind: "ValidatingWebhookConfiguration",
  plural: "validatingwebhookconfigurations",
  namespaced: false,
};

export interface Refusal {
  readonly namespace: string;
  readonly operation: "CREATE" | "DELETE";
  readonly apiGroup: string;
  /** Plural. */
  readonly resource: string;
  readonly message: string;
}

/** A policy, and its binding of the same name, by which the API server refuses that in that namespace. */
export function refuse(refusal: Refusal): Manifest[] {
  const { namespace, operation, apiGroup, resource, message } = refusal;
  const rule = { apiGroups: [apiGroup], apiVersions: ["v1"], operations: [operation] };
  const policy = {
    failurePolicy: "Fail",
    matchConstraints: { resourceRules: [{ ...rule, resources: [resource] }] },
    validations: [{ expression: "false", message }],
  };
  const binding = {
    policyName: namespace,
    validationActions: ["Deny"],
    matchResources: {
      namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": namespace } },
    },
  };
  return [
    manifest(AdmissionPolicy, { name: namespace }, { spec: policy }),
    manifest(AdmissionPolicyBinding, { name: namespace }, { spec: binding }),
  ];
}

/** What a policy engine says that is not configured yet: a release of the namespace that makes a Deployment gives up. */
export function refuseDeployments(namespace: string): Manifest[] {
  return refuse({
    namespace,
    operation: "CREATE",
    apiGroup: "apps",
    resource: "deployments",
    message: "not yet",
  });
}

/** A webhook at which nothing listens, asked for every new ConfigMap of the namespace. */
export function deafWebhook(namespace: string): Manifest {
  const rule = { apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE"] };
  const webhook = {
    name: "configmaps.example.com",
    admissionReviewVersions: ["v1"],
    clientConfig: { url: "https://127.0.0.1:1/admit" },
    failurePolicy: "Fail",
    sideEffects: "None",
    timeoutSeconds: 1,
    namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": namespace } },
    rules: [{ ...rule, resources: ["configmaps"] }],
  };
  return manifest(WebhookConfiguration, { name: namespace }, { webhooks: [webhook] });
}
