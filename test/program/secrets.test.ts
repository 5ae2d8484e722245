import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { generateX25519Identity } from "age-encryption";

import { FakeApiServer } from "../support/api-server.ts";
import { visible } from "../support/mocks.ts";
import { ClusterRecords } from "../support/program.ts";
import { parse } from "../support/settings.ts";

const records = new ClusterRecords();
let server: FakeApiServer;
let identity = "";
before(async () => {
  server = await FakeApiServer.start();
  identity = await generateX25519Identity();
});
after(async () => {
  records.remove();
  await server.stop();
});

const planted = "planted-kubeconfig-token";
const stdout = { "scripts/identity.ts": { uid: FakeApiServer.uid } };

function settings() {
  return {
    cluster: { kind: "existing", name: "prod", context: "fake" },
    sync: { url: "https://example.com/fleet.git", path: "./" },
    kubeconfig: server.kubeconfig(planted),
    gitUsername: "ada",
    gitPassword: "planted-git-password",
    sopsAgeKeys: { "identity.agekey": identity },
  };
}

describe("a secret of the configuration", () => {
  for (const preview of [false, true]) {
    it(`reaches the engine as a secret only, in ${preview ? "a preview" : "an up"}`, async () => {
      const { engine } = await records.run({ config: settings(), stdout, preview });
      const everything = JSON.stringify(engine.registered);
      const readable = JSON.stringify(visible(engine.registered));
      for (const secret of [planted, "planted-git-password", identity]) {
        assert.ok(everything.includes(secret), "the secret is used at all");
        assert.ok(!readable.includes(secret), `a secret can be read: ${secret.slice(0, 12)}…`);
      }
    });
  }

  it("reaches no command", async () => {
    const { engine } = await records.run({ config: settings(), stdout });
    for (const { inputs } of engine.registered.filter(({ type }) => type.startsWith("command:"))) {
      const { create, update, delete: remove, interpreter } = inputs;
      const command = JSON.stringify([create, update, remove, interpreter]);
      assert.match(command, /^["[\],\w./=-]+$|null/);
      assert.doesNotMatch(command, /planted/);
    }
  });

  it("is in no message about it, however wrong the configuration is", async () => {
    const wrong = {
      ...settings(),
      cluster: { kind: "existing", context: "missing" },
      gitToken: "planted-git-token",
      sopsAgeKeys: {
        "a.agekey": `${identity}planted`,
        planted: identity,
        "b.agekey": { identity },
      },
      sync: { url: "https://ada:planted-in-url@example.com/x.git" },
      kubeconfig: `planted: [${server.kubeconfig(planted)}`,
    };
    for (const encrypted of [undefined, []]) {
      const { problems = [] } = await parse(wrong, encrypted);
      const text = problems.join("\n").replace("sopsAgeKeys.planted", "").replace('"planted"', "");
      assert.ok(problems.length >= 5, "the configuration is wrong at all");
      assert.ok(!text.includes(identity));
      assert.doesNotMatch(text, /planted-/);
    }
  });
});
