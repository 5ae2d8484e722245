import { fieldSteps } from "../../scripts/lib/gates/field.ts";
import type { NamedGate, Wanted } from "../../scripts/lib/gates/named-gate.ts";
import type { Fields, Rule } from "./fields.ts";
import { readItems } from "./items.ts";
import { setCommand } from "./problem.ts";
import { duration, type Duration, name, pattern, text } from "./rules.ts";

/** A gate with the time that it has. */
export type GateConfig = NamedGate & { readonly timeout: Duration };

const apiVersion = pattern(
  /^([a-z0-9]([-.a-z0-9]*[a-z0-9])?\/)?v\d+((alpha|beta)\d+)?$/,
  "be an API version such as v1 or apps/v1",
  "v1",
);

const kind = pattern(/^[A-Z][A-Za-z0-9]*$/, "be a kind such as Deployment", "Deployment");

const objectName = pattern(
  /^[a-z0-9]([-.:a-z0-9]{0,251}[a-z0-9])?$/,
  "be the name of an object",
  "vault",
);

const condition = pattern(
  /^[A-Z][A-Za-z0-9]*(=(True|False|Unknown))?$/,
  "be a condition such as Ready or Stalled=False",
  "Ready",
);

const field: Rule<string> = {
  must: "be a field such as .status.phase",
  example: ".status.phase",
  parse: (value) =>
    typeof value === "string" && fieldSteps(value) !== undefined ? value : undefined,
};

/** Reads what has to be true, besides what is required of Flux, before `up` ends. */
export function readGates(root: Fields): readonly GateConfig[] {
  const list = {
    key: "gates",
    must: "be a list of gates {name, object, condition, field, equals, timeout}",
    one: "gate",
  };
  return readItems(root, list, (gate) => ({
    name: gate.required("name", name) ?? "",
    object: readObject(gate),
    wanted: readWanted(gate),
    timeout: gate.value("timeout", duration, "5m"),
  }));
}

function readObject(gate: Fields): NamedGate["object"] {
  const fields = gate.object("object");
  const namespace = fields.optional("namespace", name);
  const object = {
    apiVersion: fields.required("apiVersion", apiVersion) ?? "",
    kind: fields.required("kind", kind) ?? "",
    ...(namespace !== undefined && { namespace }),
    name: fields.required("name", objectName) ?? "",
  };
  fields.finish();
  return object;
}

/** Without a condition or a field the object only has to be there. */
function readWanted(gate: Fields): Wanted {
  const wanted = gate.optional("condition", condition);
  const path = gate.optional("field", field);
  const equals = gate.optional("equals", text);
  checkWanted(gate);
  if (wanted !== undefined) {
    const [type = "", status = "True"] = wanted.split("=");
    return { condition: type, status };
  }
  return path === undefined ? {} : { field: path, equals: equals ?? "" };
}

function checkWanted(gate: Fields): void {
  if (gate.has("condition") && gate.has("field")) gate.absent("field", "when condition is set");
  if (gate.has("field") && !gate.has("equals")) {
    gate.note("equals", "be set with field", setCommand(gate.path("equals"), "VALUE"));
  }
  if (gate.has("equals") && !gate.has("field")) gate.absent("equals", "without field");
}
