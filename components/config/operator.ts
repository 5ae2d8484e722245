import { operatorVersion } from "../versions.ts";
import type { Fields } from "./fields.ts";
import { labels, tolerations, variables } from "./pod-rules.ts";
import { pattern, version } from "./rules.ts";
import type { OperatorConfig } from "./flux-types.ts";

const chart = pattern(
  /^(oci:\/\/|\.{0,2}\/|[\w-]+\/)\S+$/,
  "be an OCI address (oci://…) or a path of a chart",
  "oci://ghcr.io/controlplaneio-fluxcd/charts/flux-operator",
);

const image = pattern(
  /^[a-z0-9][\w.-]*(:\d+)?(\/[\w.-]+)+$/i,
  "be the repository of an image without a tag",
  "ghcr.io/controlplaneio-fluxcd/flux-operator",
);

export function readOperator(root: Fields): OperatorConfig {
  const fields = root.object("operator");
  const operator = {
    chart: fields.optional("chart", chart),
    version: fields.value("version", version(operatorVersion), operatorVersion),
    image: fields.optional("image", image),
    env: fields.value("env", variables, {}),
    nodeSelector: fields.value("nodeSelector", labels, {}),
    tolerations: fields.value("tolerations", tolerations, []),
  };
  fields.finish();
  return operator;
}
