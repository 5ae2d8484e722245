import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { run } from "./support/fleet.ts";

/** Problems of a command line, without those of the kubeconfig that none of them has. */
async function problems(...argv: readonly string[]): Promise<string[]> {
  const { code, stderr } = await run(argv, { variables: { HOME: "/nowhere" } });
  assert.equal(code, 2, stderr);
  return stderr
    .split("\n")
    .filter((line) => !line.includes("the kubeconfig must exist"))
    .map((line) => line.replace("✗ ", ""));
}

const cases: readonly (readonly [argv: readonly string[], ...expected: RegExp[]])[] = [
  [["status", "--wacth"], /^the options must be known ones, got --wacth\. Did you mean --watch\?$/],
  [["status", "--reason=x"], /got --reason\. It belongs to suspend\.$/],
  [["status", "--zzz"], /got --zzz\. See them with: npm run fleet -- help$/],
  [["status", "-x"], /got -x\./],
  [["status", "--contxt", "prod"], /got --contxt\. Did you mean --context\?$/],
  [["status", "--context"], /^--context must be followed by NAME, got nothing\./],
  [
    ["status", "--context", "--watch"],
    /^--context must be followed by NAME, got the option --watch\./,
  ],
  [["status", "--watch=yes"], /^--watch must stand alone, got a value\. Write just --watch\.$/],
  [["status", "a/b", "c/d"], /^status must be followed by \[NAME\], got also "c\/d"\./],
  [["dr", "extra"], /^dr must stand alone, got also "extra"\./],
  [["reconcile", "--yes"], /^reconcile must be followed by NAME\.\.\., got nothing\./],
  [
    ["reconcile", "cart", "--yes"],
    /^a name must be kind\/namespace\/name or .*, got "cart"\. Such as: flux-system\/cart$/,
  ],
  [["reconcile", "hr/a/b/c", "--yes"], /got "hr\/a\/b\/c"\. Such as: HelmRelease\/shop\/cart$/],
  [["reconcile", "Shop/Cart", "--yes"], /must hold lower-case letters.*got "Shop\/Cart"/],
  [
    ["reconcile", "helmrelaese/a/b", "--yes"],
    /^the kind must be one of .*, got "helmrelaese"\. Did you mean HelmRelease\?$/,
  ],
  [["history", "ks/flux-system/apps"], /^the kind must be one of HelmRelease, got "ks"\./],
  [
    ["logs", "--since", "ever"],
    /^--since must be a duration above zero .*got "ever"\. Leave it out for 10m\.$/,
  ],
  [["logs", "--since", "0s"], /^--since must be a duration above zero/],
  [["dr", "--max-age", "2"], /^--max-age must be a duration/],
  [["status", "--namespace", "Flux_System"], /^--namespace must be a namespace's name/],
  [["doctor", "--at", "00:37"], /^--at must come with --replay FILE/],
  [
    ["doctor", "--dump", "a", "--replay", "b"],
    /^the options must not contradict, got --dump and --replay/,
  ],
  [["repair", "--reset", "--yes"], /^--reset must come with a NAME/],
  [["repair", "a/b", "--reset", "--force", "--yes"], /got --reset and --force\. Choose one\.$/],
  [["repair", "ks/a/b", "--force", "--yes"], /^the kind must be one of HelmRelease, got "ks"/],
  [
    ["repair", "--fix-pods", "some", "--yes"],
    /^--fix-pods must be one of off, safe, all, got "some"/,
  ],
  [["status", "a/b", "--watch"], /^--watch must stand without a NAME/],
  [["status", "--watch", "-o", "markdown"], /^--watch must write text or json, got markdown/],
  [
    ["suspend", "a/b", "--yes", "--reason", "x".repeat(501)],
    /^--reason must be at most 500 letters, got 501\./,
  ],
  [["suspend", "a/b", "--reason", "x"], /^the write must be confirmed/],
  [
    ["suspend", "cart", "--reson", "x", "-o", "yaml"],
    /got --reson\. Did you mean --reason\?$/,
    /^a name must be/,
    /^--reason must say why/,
    /^the write must be confirmed/,
    /^--output must be one of text, json, markdown, got "yaml"/,
  ],
];

describe("a command line", { concurrency: true }, () => {
  for (const [argv, ...expected] of cases) {
    it(`${argv.join(" ").slice(0, 60)}: every problem, and no other`, async () => {
      const found = await problems(...argv);
      assert.equal(found.length, expected.length, found.join("\n"));
      for (const [index, pattern] of expected.entries()) assert.match(found[index] ?? "", pattern);
    });
  }

  it("takes options before the command, with = and after operands", async () => {
    for (const argv of [
      ["--output", "json", "reconcile", "a/b", "--yes"],
      ["reconcile", "a/b", "--output=json", "--yes"],
      ["reconcile", "-o", "json", "--yes", "--", "a/b"],
    ]) {
      assert.deepEqual(await problems(...argv), []);
    }
  });
});
