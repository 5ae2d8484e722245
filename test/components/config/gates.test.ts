import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { embedded, good, problems, type Values } from "../../support/settings.ts";

const object = { apiVersion: "apps/v1", kind: "Deployment", namespace: "apps", name: "web" };
const gate = (more: object, name = "web-ready"): Values => ({
  ...embedded,
  gates: [{ name, object, ...more }],
});

const set = (path: string, value: string) => `Run: pulumi config set --path '${path}' ${value}`;
const remove = (path: string) => `Run: pulumi config rm --path '${path}'`;
const nameRule =
  "must be a Kubernetes name (at most 63 lower-case letters, digits and dashes), got";

const refused: readonly (readonly [what: string, values: Values, message: string])[] = [
  [
    "be something else than a list",
    { ...embedded, gates: { ready: true } },
    'gates must be a list of gates {name, object, condition, field, equals, timeout}, got {"ready":true}. Correct it in the stack\'s configuration file.',
  ],
  [
    "have no name",
    gate({ name: undefined }),
    `gates[0].name ${nameRule} nothing. ${set("gates[0].name", "dev")}`,
  ],
  [
    "have one name",
    { ...embedded, gates: [gate({}), gate({})].flatMap(({ gates }) => gates) },
    `gates[1].name must be a name that no other gate has, got "web-ready". ${remove("gates[1]")}`,
  ],
  [
    "watch an object without a kind",
    gate({ object: { ...object, kind: "deployments" } }),
    `gates[0].object.kind must be a kind such as Deployment, got "deployments". ${set("gates[0].object.kind", "Deployment")}`,
  ],
  [
    "watch an object of no API version",
    gate({ object: { ...object, apiVersion: "apps" } }),
    `gates[0].object.apiVersion must be an API version such as v1 or apps/v1, got "apps". ${set("gates[0].object.apiVersion", "v1")}`,
  ],
  [
    "watch an object without a name",
    gate({ object: { ...object, name: undefined } }),
    `gates[0].object.name must be the name of an object, got nothing. ${set("gates[0].object.name", "vault")}`,
  ],
  [
    "want a condition that is none",
    gate({ condition: "is ready" }),
    `gates[0].condition must be a condition such as Ready or Stalled=False, got "is ready". ${set("gates[0].condition", "Ready")}`,
  ],
  [
    "want a field that is none",
    gate({ field: "status.phase", equals: "Bound" }),
    `gates[0].field must be a field such as .status.phase, got "status.phase". ${set("gates[0].field", ".status.phase")}`,
  ],
  [
    "want a field without its value",
    gate({ field: ".status.phase" }),
    `gates[0].equals must be set with field, got nothing. ${set("gates[0].equals", "VALUE")}`,
  ],
  [
    "want a value without its field",
    gate({ equals: "Bound" }),
    `gates[0].equals must be absent without field, got "Bound". ${remove("gates[0].equals")}`,
  ],
  [
    "want a condition and a field",
    gate({ condition: "Ready", field: ".status.phase", equals: "Bound" }),
    `gates[0].field must be absent when condition is set, got ".status.phase". ${remove("gates[0].field")}`,
  ],
  [
    "wait for ever",
    gate({ timeout: "0s" }),
    `gates[0].timeout must be a duration such as 90s, 5m or 1h, got "0s". ${set("gates[0].timeout", "5m")}`,
  ],
  [
    "hold a mistyped key",
    gate({ timeot: "5m" }),
    'gates[0] must hold only the keys "condition", "equals", "field", "name", "object", "timeout", got "timeot". Did you mean "gates[0].timeout"?',
  ],
];

describe("gates must not", () => {
  for (const [what, values, message] of refused) {
    it(what, async () => {
      assert.deepEqual(await problems(values), [message]);
    });
  }
});

describe("a gate wants", () => {
  const wants: readonly (readonly [what: string, more: object, wanted: object])[] = [
    ["the object to be there", {}, {}],
    ["a condition to be true", { condition: "Ready" }, { condition: "Ready", status: "True" }],
    [
      "a condition to be false",
      { condition: "Stalled=False" },
      { condition: "Stalled", status: "False" },
    ],
    [
      "a field to have a value",
      { field: '.metadata.labels["a.b/c"]', equals: "on" },
      { field: '.metadata.labels["a.b/c"]', equals: "on" },
    ],
  ];
  for (const [what, more, wanted] of wants) {
    it(what, async () => {
      const { gates } = await good(gate(more));
      assert.deepEqual(gates, [{ name: "web-ready", object, wanted, timeout: "5m" }]);
    });
  }

  it("nothing where none is configured", async () => {
    assert.deepEqual((await good(embedded)).gates, []);
  });
});
