import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { after, beforeEach, describe, it } from "node:test";

import { cliProblem } from "../../../../components/cluster/eks/cli.ts";

const directory = mkdtempSync(join(tmpdir(), "flux-bootstrap-aws-"));
const file = join(directory, "aws");
after(() => {
  rmSync(directory, { recursive: true, force: true });
});
beforeEach(() => {
  rmSync(file, { force: true });
});

const link =
  "Install it: https://docs.aws.amazon.com/cli/latest/userguide/getting-started-install.html";
const PATH = [directory, "/usr/bin", "/bin"].join(delimiter);

function saying(script: string): Promise<string | undefined> {
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
  return cliProblem({ PATH });
}

describe("the AWS CLI of this machine", () => {
  for (const version of ["2.7.0", "2.31.4", "3.0.0"]) {
    it(`is good as ${version}`, async () => {
      assert.equal(await saying(`echo aws-cli/${version} Python/3.13`), undefined);
    });
  }

  const old: readonly (readonly [script: string, got: string])[] = [
    ["echo aws-cli/2.6.4 Python/3.9", "aws-cli/2.6.4 Python/3.9"],
    ["echo aws-cli/1.44.0 Python/3.9 >&2", "aws-cli/1.44.0 Python/3.9"],
    ["echo something else", "something else"],
  ];
  for (const [script, got] of old) {
    it(`is refused where it runs: ${script}`, async () => {
      const expected = `the AWS CLI must be version 2.7 or newer, got ${got}. ${link}`;
      assert.equal(await saying(script), expected);
    });
  }

  it("is refused where it cannot run", async () => {
    assert.match(
      (await saying("exit 3")) ?? "",
      /^the AWS CLI must be version 2\.7 or newer, got /,
    );
  });

  it("is refused where there is none", async () => {
    assert.equal(
      await cliProblem({ PATH: directory }),
      `the AWS CLI must be on the PATH as "aws", got none. ${link}`,
    );
  });
});
