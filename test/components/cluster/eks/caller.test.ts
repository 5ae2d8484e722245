import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { callerProblem, principalOf } from "../../../../components/cluster/eks/caller.ts";

const account = "111122223333";
const sso = `arn:aws:iam::${account}:role/aws-reserved/sso.amazonaws.com/eu-central-1/AWSReservedSSO_Admin_1f`;

describe("who runs the program in AWS", () => {
  const principals: readonly (readonly [arn: string, principal: string])[] = [
    [`arn:aws:sts::${account}:assumed-role/ci/session-1`, `${account}/role/ci`],
    [`arn:aws:iam::${account}:role/platform/ci`, `${account}/role/ci`],
    [`arn:aws:iam::${account}:user/people/ada`, `${account}/user/ada`],
    [`arn:aws:sts::${account}:assumed-role/AWSReservedSSO_Admin_1f/ada`, principalOf(sso)],
  ];
  for (const [arn, principal] of principals) {
    it(`as ${arn} is ${principal}`, () => {
      assert.equal(principalOf(arn), principal);
    });
  }

  it("may be a session of a role that is listed, with its path", () => {
    const arn = `arn:aws:sts::${account}:assumed-role/AWSReservedSSO_Admin_1f/ada`;
    assert.equal(callerProblem({ account, arn }, ["arn:aws:iam::1:role/x", sso]), undefined);
  });

  it("is told how to list itself where nobody listed it", () => {
    const arn = `arn:aws:sts::${account}:assumed-role/ci/session-1`;
    assert.equal(
      callerProblem({ account, arn }, [sso]),
      `cluster.eks.admins must hold the identity that runs this (${arn}), got "${sso}". ` +
        `Run: pulumi config set --path 'cluster.eks.admins[1]' arn:aws:iam::${account}:role/ci ` +
        "(with the path of the role, if it has one)",
    );
  });

  const strangers = [
    `arn:aws:sts::444455556666:assumed-role/ci/session-1`,
    `arn:aws:iam::${account}:user/ci`,
    `arn:aws:iam::${account}:root`,
  ];
  for (const arn of strangers) {
    it(`is not the listed role as ${arn}`, () => {
      const admins = [`arn:aws:iam::${account}:role/ci`];
      assert.match(callerProblem({ account, arn }, admins) ?? "", /must hold the identity/);
    });
  }
});
