import { createHash } from "node:crypto";

import type { Properties } from "../../plugin/properties.ts";
import { type CheckFailure, type Surroundings, textOf } from "../resource-type.ts";

export const accountId = "123456789012";

/** The services of AWS by the name in the API, and the status with which each refuses. */
const statuses: Readonly<Record<string, number>> = {
  NotFoundException: 404,
  ResourceNotFoundException: 404,
  NoSuchEntity: 404,
  EntityAlreadyExists: 409,
  ResourceInUseException: 409,
  DeleteConflict: 409,
};

/** awsError is how the provider reports what an API of AWS refused. */
export function awsError(operation: string, code: string, message: string): Error {
  const status = statuses[code] ?? 400;
  const request = createHash("sha256").update(`${operation}${message}`).digest("hex").slice(0, 12);
  return new Error(
    `operation error ${operation}, https response error StatusCode: ${status}, ` +
      `RequestID: 00000000-0000-4000-8000-${request}, api error ${code}: ${message}`,
  );
}

/** The region of a resource, of its provider, or of the login. */
export function regionOf(inputs: Properties, { config }: Pick<Surroundings, "config">): string {
  const region = textOf(inputs, "region");
  return region === "" ? textOf(config, "region") || "us-east-1" : region;
}

export function partitionOf(region: string): string {
  if (region.startsWith("cn-")) return "aws-cn";
  return region.startsWith("us-gov-") ? "aws-us-gov" : "aws";
}

/** An ARN in a region; without one for a service that has none, such as IAM. */
export function arn(service: string, region: string, resource: string): string {
  const place = service === "iam" ? "" : region;
  return `arn:${partitionOf(region)}:${service}:${place}:${accountId}:${resource}`;
}

/** The tags of a resource with those that the provider puts on everything. */
export function tagsOf(inputs: Properties, { config }: Pick<Surroundings, "config">): Properties {
  const { defaultTags } = config;
  const common = (
    typeof defaultTags === "string" ? JSON.parse(defaultTags) : (defaultTags ?? {})
  ) as { readonly tags?: Properties };
  const own = inputs["tags"];
  const tags = typeof own === "object" && own !== null && !Array.isArray(own) ? own : {};
  return { ...common.tags, ...tags };
}

/** Refuses a name that the service does not take. */
export function checkName(
  inputs: Properties,
  property: string,
  rule: { readonly pattern: RegExp; readonly longest: number },
): CheckFailure[] {
  const name = inputs[property];
  // One that a preview does not know yet is not looked at.
  if (typeof name !== "string" || name === "04da6b54-80e4-46f7-96ec-b56ff0331ba9") return [];
  if (name.length > rule.longest) {
    const reason = `expected length of ${property} to be in the range (1 - ${rule.longest}), got ${name}`;
    return [{ property, reason }];
  }
  if (rule.pattern.test(name)) return [];
  const reason = `invalid value for ${property} (must match ${rule.pattern.source}), got ${name}`;
  return [{ property, reason }];
}
