import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { parseDuration } from "../../../scripts/lib/duration.ts";
import { Environment, InputError } from "../../../scripts/lib/environment.ts";

describe("parseDuration", () => {
  const table: [string, number | undefined][] = [
    ["90s", 90_000],
    ["5m", 300_000],
    ["1h30m", 5_400_000],
    ["1.5s", 1500],
    ["250ms", 250],
    ["0s", 0],
    ["5", undefined],
    ["5 m", undefined],
    ["-5m", undefined],
    ["m", undefined],
    ["", undefined],
  ];
  for (const [text, milliseconds] of table) {
    it(`reads "${text}" as ${milliseconds}`, () => {
      assert.equal(parseDuration(text), milliseconds);
    });
  }
});

describe("Environment", () => {
  const problems = (
    read: (environment: Environment) => unknown,
    variables: NodeJS.ProcessEnv = {},
  ) => {
    const environment = new Environment(variables);
    read(environment);
    try {
      environment.check();
    } catch (error) {
      assert.ok(error instanceof InputError);
      return error.problems;
    }
    return [];
  };

  it("takes an empty variable for unset", () => {
    assert.equal(new Environment({ A: "" }).optional("A"), undefined);
    assert.deepEqual(
      problems((e) => e.required("A", "Set it."), { A: "" }),
      ["A must be set, got nothing. Set it."],
    );
  });

  it("uses the fallback of a duration, and refuses zero", () => {
    assert.equal(new Environment({}).duration("T", "2m"), 120_000);
    assert.deepEqual(
      problems((e) => e.duration("T", "2m"), { T: "0s" }),
      ['T must be a duration above zero such as 90s, 5m or 1h30m, got "0s". Leave it out for 2m.'],
    );
  });

  it("names the words it knows", () => {
    assert.deepEqual(
      problems((e) => e.choice("M", ["a", "b"], "a"), { M: "c" }),
      ['M must be one of "a", "b", got "c". Leave it out for "a".'],
    );
    assert.deepEqual(
      problems((e) => e.choice("M", ["a", "b"], "a"), { M: "b" }),
      [],
    );
  });

  it("splits words and drops the empty ones", () => {
    assert.deepEqual(new Environment({ W: " a, b,,c " }).words("W"), ["a", "b", "c"]);
  });

  it("does not quote a JSON document, whatever is wrong with it", () => {
    const parse = () => {
      throw new Error("be a list");
    };
    for (const [text, rule] of [
      ["{planted-secret", "be a JSON document"],
      ['"planted-secret"', "be a list"],
    ] as const) {
      assert.deepEqual(
        problems(
          (e) => {
            e.json("J", parse);
          },
          { J: text },
        ),
        [`J must ${rule}, got something else. Pass what the program passes.`],
      );
    }
  });

  it("reports all problems at once", () => {
    const found = problems(
      (e) => [e.required("A", ""), e.duration("T", "2m"), e.choice("M", ["a"], "a")],
      { T: "x", M: "x" },
    );
    assert.equal(found.length, 3);
  });
});
