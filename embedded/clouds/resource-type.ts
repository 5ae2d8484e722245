import type { Properties, Value } from "../plugin/properties.ts";
import type { Account, CloudName, CloudResource } from "./account.ts";
import type { Settings } from "./settings.ts";

/** What the provider was configured with, and how the cloud behaves. */
export interface Surroundings {
  readonly cloud: CloudName;
  readonly config: Properties;
  readonly settings: Settings;
}

/** One call on a resource, while nobody else changes the account. */
export interface Call extends Surroundings {
  readonly account: Account;
  readonly inputs: Properties;
}

/** What a call made: what is known of it besides its inputs. */
export interface Made {
  readonly id: string;
  readonly outputs: Properties;
}

export interface CheckFailure {
  readonly property: string;
  readonly reason: string;
}

/** A resource after the account knows it, outside of every lock. */
export interface Standing extends Surroundings {
  readonly resource: CloudResource;
}

/**
 * ResourceType is how a cloud treats one type of resource. What it refuses it throws, in the cloud's words; everything
 * left out is as with a resource that nothing depends on.
 */
export interface ResourceType {
  /** Inputs whose change makes another resource, as paths without indices: `vpcConfig.securityGroupIds`. */
  readonly replaceOn: readonly string[];
  /** The input with the name that no two can have: where it stays, the old one has to go first. */
  readonly nameInput?: string;
  /** What is known only when the resource exists. */
  readonly outputs: readonly string[];
  readonly check?: (inputs: Properties) => CheckFailure[];
  readonly create: (call: Call) => Made;
  /** The outputs that another set of inputs has. */
  readonly update?: (call: Call, resource: CloudResource) => Properties;
  /** Throws what keeps the resource from going. */
  readonly remove?: (call: Call, resource: CloudResource) => void;
  /** What takes long and cannot be done under the lock: its outputs come on top. */
  readonly provision?: (standing: Standing) => Promise<Properties>;
  /** The same for a change. */
  readonly reprovision?: (standing: Standing) => Promise<Properties>;
  /** What goes before the resource does, such as its machines. */
  readonly release?: (standing: Standing) => Promise<void>;
  /** What follows from its end. */
  readonly released?: (standing: Standing) => Promise<void>;
  /** For a resource that cannot go because others stand on it: asked again so long, in milliseconds. */
  readonly patience?: number;
}

export type InvokeFunction = (call: Call) => Properties;

/** The text of a property; empty when there is none. */
export function textOf(properties: Properties, name: string): string {
  const value = properties[name];
  return typeof value === "string" ? value : "";
}

/** The texts of a list. */
export function textsOf(value: Value | undefined): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}

/** An object, or the first of a list of objects; empty when there is none. */
export function objectOf(value: Value | undefined): Properties {
  const first = Array.isArray(value) ? value[0] : value;
  return typeof first === "object" && first !== null && !Array.isArray(first) ? first : {};
}
