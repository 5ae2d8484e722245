import type { Fields } from "../fields.ts";
import { listOf, oneOf, pattern } from "../rules.ts";
import type { EksNetworkConfig } from "./types.ts";
import { vpcCidr } from "./rules.ts";

const vpcId = pattern(/^vpc-[0-9a-f]{8,17}$/, "be the id of a VPC", "vpc-0123456789abcdef0");

const subnetIds = listOf(
  pattern(/^subnet-[0-9a-f]{8,17}$/, "", ""),
  "ids of private subnets, at least two",
);

const ownKeys = ["cidr", "zones", "nat"] as const;

/** Reads the VPC: one that is made, or one that is there. */
export function readNetwork(eks: Fields, region: string): EksNetworkConfig {
  const fields = eks.object("network");
  const network = fields.has("vpcId") ? readExisting(fields) : readOwn(fields, region);
  fields.finish();
  return network;
}

function readExisting(fields: Fields): EksNetworkConfig {
  for (const key of ownKeys) fields.absent(key, "when vpcId is set: that network is there");
  const subnets = fields.required("subnetIds", subnetIds) ?? [];
  if (subnets.length === 1) {
    fields.note("subnetIds", `be a list of ${subnetsText}`, "Name one in another zone too.");
  }
  return { vpcId: fields.required("vpcId", vpcId) ?? "", subnetIds: subnets };
}

const subnetsText = "ids of private subnets, at least two";

function readOwn(fields: Fields, region: string): EksNetworkConfig {
  fields.absent("subnetIds", "without vpcId: this network is made");
  fields.allow("vpcId");
  return {
    cidr: fields.value("cidr", vpcCidr, "10.0.0.0/16"),
    zones: readZones(fields, region),
    nat: fields.value("nat", oneOf("perZone", "single", "none"), "perZone"),
  };
}

/** Two or three, in the region. An account whose zones have other letters names them. */
function readZones(fields: Fields, region: string): readonly string[] {
  const letters = ["a", "b", "c"].map((letter) => `${region}${letter}`);
  const zones = fields.value("zones", listOf(zone, "availability zones"), letters);
  const isGood =
    new Set(zones).size === zones.length &&
    (zones.length === 2 || zones.length === 3) &&
    zones.every((each) => region === "" || each.startsWith(region));
  if (!isGood && fields.has("zones")) {
    const fix = "See them with: aws ec2 describe-availability-zones";
    fields.note("zones", "be two or three different zones of the region", fix);
  }
  return zones;
}

const zone = pattern(/^[a-z]{2}(-[a-z]+)+-\d[a-z]$/, "", "");
