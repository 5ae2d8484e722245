import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { after, before, describe, it } from "node:test";
import { onlyStandIn, type Plugin, startPlugin } from "../../support/plugin-client.ts";

const refusal =
  'FLUX_BOOTSTRAP_STAND_INS must be "allowed" to run a stand-in, got nothing. ' +
  "This plugin stands in for pulumi-resource-command in embedded clusters and tests only; " +
  "get the published one with: pulumi plugin install resource command 1.2.1 --reinstall";

describe("where stand-ins are not allowed", onlyStandIn, () => {
  let plugin: Plugin;
  before(async () => {
    plugin = await startPlugin({ env: { FLUX_BOOTSTRAP_STAND_INS: undefined } });
  });
  after(() => plugin.stop());

  const command = "touch ran";
  const old = { stdout: "", stderr: "" };
  const table = [
    ["configure", () => plugin.configure()],
    ["create", () => plugin.create({ create: command })],
    ["a preview", () => plugin.create({ create: command }, { preview: true })],
    ["update", () => plugin.update({ create: "true", ...old }, { create: command })],
    ["delete", () => plugin.delete({ delete: command, ...old })],
  ] as const;
  for (const [what, call] of table) {
    it(`${what} fails and nothing runs`, async () => {
      await assert.rejects(call(), { message: refusal });
      assert.equal((await readdir(plugin.directory)).includes("ran"), false);
    });
  }
});

it("another value than allowed is named", onlyStandIn, async () => {
  const plugin = await startPlugin({ env: { FLUX_BOOTSTRAP_STAND_INS: "yes" } });
  await assert.rejects(plugin.configure(), { message: refusal.replace("nothing", '"yes"') });
  await plugin.stop();
});
