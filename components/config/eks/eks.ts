import type { Fields, Rule } from "../fields.ts";
import { publicCidrs } from "../networks.ts";
import { kubernetesVersion, pattern, text } from "../rules.ts";
import { readIdentities, roleName } from "./identities.ts";
import { readNetwork } from "./network.ts";
import { readNodes } from "./nodes.ts";
import { account, keyArn, principals, region, roleArn, tags } from "./rules.ts";
import { type EksClusterConfig, type EksConfig, eksAddons, type EksNodesConfig } from "./types.ts";

/** What CloudWatch keeps logs for. */
const days = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557,
];

const retention: Rule<number> = {
  must: `be a number of days that CloudWatch knows (${days.join(", ")})`,
  example: "90",
  parse: (value) => days.find((known) => known === value),
};

/** Reads the object `cluster.eks`. */
export function readEks(cluster: Fields, name: string): EksClusterConfig {
  const fields = cluster.object("eks");
  const where = fields.required("region", region) ?? "";
  checkName(cluster, name, where);
  const nodes = readNodes(fields);
  const eks = {
    region: where,
    account: fields.optional("account", account),
    profile: fields.optional("profile", text),
    roleArn: fields.optional("roleArn", roleArn),
    version: fields.required("version", kubernetesVersion) ?? "",
    network: readNetwork(fields, where),
    publicCidrs: fields.value("publicCidrs", publicCidrs, []),
    admins: fields.required("admins", principals) ?? [],
    kmsKeyArn: fields.optional("kmsKeyArn", keyArn),
    logRetentionDays: fields.value("logRetentionDays", retention, 90),
    nodes,
    addonVersions: readAddonVersions(fields, nodes),
    identities: readIdentities(fields, { cluster: name, region: where }),
    tags: fields.value("tags", tags, {}),
  };
  fields.finish();
  return { kind: "eks", name, eks };
}

const addonVersion = pattern(
  /^v\d+\.\d+\.\d+-eksbuild\.\d+$/,
  "be a version of the add-on such as v1.20.4-eksbuild.1",
  "v1.20.4-eksbuild.1",
);

function readAddonVersions(eks: Fields, { mode }: EksNodesConfig): EksConfig["addonVersions"] {
  if (mode === "auto") {
    eks.absent("addonVersions", 'when nodes.mode is "auto": AWS runs what they would be');
    return {};
  }
  const fields = eks.object("addonVersions");
  const versions = eksAddons.flatMap((name) => {
    const version = fields.optional(name, addonVersion);
    return version === undefined ? [] : [[name, version] as const];
  });
  fields.finish();
  return Object.fromEntries(versions);
}

/** The roles that every cluster has are named after it. */
function checkName(cluster: Fields, name: string, where: string): void {
  const over = roleName(name, where, "control-plane").length - 64;
  if (over <= 0) return;
  cluster.note("name", `be ${over} shorter: it names roles of IAM`, "Choose a shorter one.");
}
