import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { generateX25519Identity } from "age-encryption";

import { FluxInstance, Secret } from "../../../scripts/lib/kinds.ts";
import type { KubernetesObject, Reference } from "../../../scripts/lib/object.ts";
import { type CommandResult, Embedded } from "../../support/embedded.ts";
import { addKey, EncryptedRepository } from "../../support/encrypted-repository.ts";
import { type Settings, withSettings } from "../../support/stack-file.ts";

type Instance = KubernetesObject<{ readonly sync?: object }>;

const name = "options";
const flux: Reference = { resource: FluxInstance, name: "flux", namespace: "flux-system" };
const opened: Reference = { resource: Secret, name: "encrypted", namespace: "default" };

let embedded: Embedded;
let repository: EncryptedRepository;
let settings: Settings;

const up = (more: Settings = {}): Promise<CommandResult> =>
  withSettings(embedded, { ...settings, ...more }, () => embedded.up());

before(async () => {
  embedded = await Embedded.start(name);
  repository = new EncryptedRepository(embedded);
  await repository.push("first", await addKey(embedded, "first", await generateX25519Identity()));
  const { apiVersion, kind } = Secret;
  settings = {
    cluster: { kind: "embedded", name },
    postBootstrap: { required: "none" },
    sync: { url: repository.url, path: "./" },
    flux: { shards: ["a"], controllers: { all: { env: { TEAM: "platform" } } } },
    gates: [
      { name: "opened", object: { apiVersion, kind, namespace: "default", name: "encrypted" } },
    ],
  };
});

after(async () => {
  repository.remove();
  await embedded.discard();
});

describe("a cluster with keys, shards and gates", () => {
  it("attaches nothing that has to be signed while nobody knows who signs", async () => {
    const sync = { url: repository.url, path: "./", verify: { secretName: "signers" } };
    const { code, output } = await up({ sync });
    assert.notEqual(code, 0, output);
    assert.match(output, /VerificationError: public keys secret error: .*"signers" not found/);
    assert.equal((await embedded.cluster.get<Instance>(flux))?.spec?.sync, undefined);
  });

  it("sees no change in a second up", async () => {
    const { code, output } = await up();
    assert.equal(code, 0, output);
    assert.ok(await embedded.cluster.get(opened));
    const again = await up();
    assert.equal(again.code, 0, again.output);
    assert.match(again.output, /Resources:\n +\d+ unchanged\n/);
  });

  it("is empty after a destroy", async () => {
    const { code, output } = await embedded.destroy();
    assert.equal(code, 0, output);
    assert.equal(await embedded.cluster.get(opened), undefined);
    assert.equal(await embedded.cluster.get(flux), undefined);
  });
});
