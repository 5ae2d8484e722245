import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { runStack } from "../../../../scripts/lib/stack/run.ts";
import { FakeTools, type Scene } from "./support/tools.ts";

const plan =
  "node --disable-warning=ExperimentalWarning scripts/fleet.ts destroy-plan --volumes keep --cluster-uid uid-1";
const pulumi = "pulumi destroy --stack dev --yes --skip-preview";

async function destroy(scene: Scene, ...more: string[]) {
  const tools = new FakeTools(scene);
  const code = await runStack(["destroy", "--stack", "dev", ...more], tools);
  return { code, tools, output: tools.lines.join("\n") };
}

const plainStack = { stacks: { dev: {} } };
const protectedStack = { stacks: { dev: { protect: ["flux-instance-object", "protection"] } } };

describe("destroy", () => {
  it("shows the plan and runs pulumi", async () => {
    const { code, tools } = await destroy(plainStack, "--yes");
    assert.equal(code, 0);
    assert.deepEqual(tools.ran, [plan, pulumi]);
  });

  it("ends as pulumi does", async () => {
    const { code } = await destroy({ ...plainStack, codes: { "pulumi destroy": 255 } }, "--yes");
    assert.equal(code, 255);
  });

  it("touches nothing when the plan says that it would stop", async () => {
    const { code, tools, output } = await destroy({ ...plainStack, codes: { fleet: 1 } }, "--yes");
    assert.equal(code, 1);
    assert.deepEqual(tools.ran, [plan]);
    assert.match(
      output,
      /✗ the destroy of stack dev would stop as the plan says\. Nothing was touched/,
    );
  });

  it("does not take an outage for the end of the cluster", async () => {
    const { code, tools, output } = await destroy({ ...plainStack, codes: { fleet: 3 } }, "--yes");
    assert.equal(code, 1);
    assert.deepEqual(tools.ran, [plan]);
    const command =
      "FLUX_BOOTSTRAP_GONE=prod PULUMI_K8S_DELETE_UNREACHABLE=true npm run destroy -- --stack dev";
    assert.ok(output.includes(`When it is gone for good: ${command}`), output);
  });

  for (const [name, value] of [
    ["FLUX_BOOTSTRAP_GONE", "prod"],
    ["FLUX_BOOTSTRAP_DESTROY_MODE", "orphan"],
    ["FLUX_BOOTSTRAP_FORCE", "1"],
  ] as const) {
    it(`is not held up by a plan when a person has decided with ${name}`, async () => {
      const { code, tools } = await destroy(
        { ...plainStack, variables: { [name]: value }, codes: { fleet: 1 } },
        "--yes",
      );
      assert.equal(code, 0);
      const refresh = name === "FLUX_BOOTSTRAP_GONE" ? " --refresh" : "";
      assert.deepEqual(tools.ran, [`${pulumi}${refresh}`]);
    });
  }

  it("plans with the kubeconfig that the drain of an existing cluster will use", async () => {
    const { tools } = await destroy({ stacks: { dev: { kind: "existing" } } }, "--yes");
    assert.deepEqual(tools.kubeconfigs, ["the kubeconfig", undefined]);
    assert.doesNotMatch(tools.lines.join("\n"), /the kubeconfig/);
  });

  it("does nothing to a stack that holds nothing", async () => {
    const { code, tools, output } = await destroy({ stacks: { dev: { empty: true } } }, "--yes");
    assert.equal(code, 0);
    assert.deepEqual(tools.ran, []);
    assert.equal(output, "stack dev holds nothing");
  });

  it("names a stack that cannot be read", async () => {
    const { code, output } = await destroy({ stacks: { dev: { broken: "wrong passphrase" } } });
    assert.equal(code, 1);
    assert.equal(
      output,
      "✗ the state of stack dev cannot be read: wrong passphrase\nNext: pulumi stack ls",
    );
  });
});

describe("destroy asks", () => {
  it("for the name of the stack, after it showed the plan", async () => {
    const { code, tools, output } = await destroy({ ...plainStack, answer: "dev" });
    assert.equal(code, 0);
    assert.deepEqual(tools.ran, [plan, pulumi]);
    assert.equal(output, "Destroy stack dev? Type its name: ");
  });

  it("and touches nothing after any other answer", async () => {
    const { code, tools } = await destroy({ ...plainStack, answer: "y" });
    assert.equal(code, 1);
    assert.deepEqual(tools.ran, [plan]);
  });

  it("never without a terminal: --yes is required there", async () => {
    const { code, tools, output } = await destroy(plainStack);
    assert.equal(code, 1);
    assert.deepEqual(tools.ran, [plan]);
    assert.match(output, /Next: npm run destroy -- --stack dev --yes/);
  });
});

describe("destroy of a protected stack", () => {
  it("lists what is protected before anything else and refuses, --yes or not", async () => {
    const { code, tools, output } = await destroy(protectedStack, "--yes");
    assert.equal(code, 1);
    assert.deepEqual(tools.ran, []);
    assert.equal(
      output,
      [
        "protected in stack dev: protection",
        "✗ --confirm must be the name of the protected stack, got nothing. Nothing was touched",
        "Next: npm run destroy -- --stack dev --confirm dev",
      ].join("\n"),
    );
  });

  it("refuses the name of another stack", async () => {
    const { code, tools } = await destroy(protectedStack, "--confirm", "prod");
    assert.equal(code, 1);
    assert.deepEqual(tools.ran, []);
  });

  it("goes on with its name, and asks no more", async () => {
    const { code, tools } = await destroy(protectedStack, "--confirm", "dev");
    assert.equal(code, 0);
    assert.deepEqual(tools.ran, [plan, `${pulumi} --ignore-protect`]);
  });
});

describe("destroy of a stack whose cluster AWS refuses to delete", () => {
  const locked = { stacks: { dev: { ...protectedStack.stacks.dev, locked: true } } };

  it("touches nothing, confirmed or not, and says what unlocks it", async () => {
    for (const more of [[], ["--confirm", "dev"]]) {
      const { code, tools, output } = await destroy(locked, ...more);
      assert.equal(code, 1);
      assert.deepEqual(tools.ran, []);
      assert.equal(
        output,
        [
          "✗ cluster prod must have no deletion protection in AWS, got one: it would stay, without Flux and nodes. Nothing was touched",
          "Next: pulumi config set protect false --stack dev && pulumi up --stack dev",
        ].join("\n"),
      );
    }
  });

  it("is not held up by it when the cluster is gone", async () => {
    const variables = { FLUX_BOOTSTRAP_GONE: "prod" };
    const { code } = await destroy({ ...locked, variables }, "--confirm", "dev");
    assert.equal(code, 0);
  });
});

describe("an unprotected stack", () => {
  it("is not destroyed under the name of another", async () => {
    const { code, tools } = await destroy(plainStack, "--confirm", "prod");
    assert.equal(code, 1);
    assert.deepEqual(tools.ran, []);
  });
});
