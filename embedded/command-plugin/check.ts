import {
  isMap,
  isUnknown,
  type Properties,
  type Value,
  withoutSecrets,
} from "../plugin/properties.ts";

/** The inputs of a Command that passed the check, without secrets. */
export interface CommandInputs {
  readonly triggers?: readonly Value[];
  readonly create?: string;
  readonly update?: string;
  readonly delete?: string;
  readonly stdin?: string;
  readonly logging?: string;
  readonly interpreter?: readonly string[];
  readonly dir?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly assetPaths?: readonly string[];
  readonly archivePaths?: readonly string[];
  readonly addPreviousOutputInEnv?: boolean;
}

// The published plugin is written in Go and reports its own names of types.
const types: Readonly<Record<keyof CommandInputs, string>> = {
  triggers: "[]interface {}",
  create: "string",
  update: "string",
  delete: "string",
  stdin: "string",
  logging: "string",
  interpreter: "[]string",
  dir: "string",
  environment: "map[string]string",
  assetPaths: "[]string",
  archivePaths: "[]string",
  addPreviousOutputInEnv: "bool",
};

export const inputNames: readonly string[] = Object.keys(types);

export interface Failure {
  readonly property: string;
  readonly reason: string;
}

function typeOf(value: Value): string {
  if (Array.isArray(value)) return "[]interface {}";
  if (typeof value === "string") return "string";
  if (typeof value === "number") return "float64";
  return typeof value === "boolean" ? "bool" : "map[string]interface {}";
}

function wrongTypes(property: string, value: Value, type: string): Failure[] {
  if (isUnknown(value) || typeOf(value) === type) return [];
  if (type === "[]string" && Array.isArray(value)) {
    return value.flatMap((item, index) => wrongTypes(`${property}[${index}]`, item, "string"));
  }
  if (type === "map[string]string" && isMap(value)) {
    return Object.entries(value).flatMap(([key, item]) =>
      wrongTypes(`${property}[${key}] value`, item, "string"),
    );
  }
  const rule = `must be a '${type}'; got '${typeOf(value)}' instead`;
  return [{ property, reason: `Field '${property}' on 'local.CommandInputs' ${rule}` }];
}

/** check answers every property that a Command does not have or that is of another type. */
export function check(inputs: Properties): Failure[] {
  const wrong = Object.entries(types).flatMap(([name, type]) => {
    const value = inputs[name];
    return value === undefined ? [] : wrongTypes(name, withoutSecrets(value), type);
  });
  const foreign = Object.keys(inputs).filter((name) => !inputNames.includes(name));
  return [
    ...wrong,
    ...foreign.map((property) => ({
      property,
      reason: `Unrecognized field '${property}' on 'local.CommandInputs'`,
    })),
  ];
}

/** decode reads the inputs out of inputs or of a state. It throws what check would answer. */
export function decode(properties: Properties): CommandInputs {
  const entries = Object.entries(properties).filter(([name]) => inputNames.includes(name));
  const inputs = Object.fromEntries(entries);
  const failures = check(inputs);
  if (failures.length > 0) throw new Error(failures.map(({ reason }) => reason).join("\n"));
  return withoutSecrets(inputs) as unknown as CommandInputs;
}
