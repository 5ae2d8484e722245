import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";

import { format } from "oxfmt";

import { FakeApiServer } from "../support/api-server.ts";
import { ClusterRecords } from "../support/program.ts";
import { kubeconfig as anyKubeconfig, problems, type Values } from "../support/settings.ts";
import { effectsOf, type Registration, registrationOf } from "./support/effects.ts";
import { type Flip, guarded } from "./support/flip.ts";
import { flips } from "./support/flips.ts";
import { settingKeys } from "./support/setting-keys.ts";
import { changeText, withChanges } from "./support/setting-docs.ts";

const records = new ClusterRecords();
let server: FakeApiServer;
before(async () => {
  server = await FakeApiServer.start();
  for (const name of ["dev", "prod"]) records.add(name, server.kubeconfig());
});
after(async () => {
  records.remove();
  await server.stop();
});

const registrations = new Map<string, Promise<Registration>>();

/** What the program registers with these settings, on a cluster that answers. */
function registered(values: Values): Promise<Registration> {
  const text = JSON.stringify(values);
  const known = registrations.get(text);
  if (known !== undefined) return known;
  const made = register(values);
  registrations.set(text, made);
  return made;
}

async function register({ kubeconfig, ...values }: Values): Promise<Registration> {
  const reachable = (content: string) => content.replace("https://example.com", server.url);
  const config =
    typeof kubeconfig === "string"
      ? { ...values, kubeconfig: reachable(kubeconfig) }
      : await inFile(values, reachable);
  const stdout = { "scripts/identity.ts": { uid: FakeApiServer.uid } };
  const { engine } = await records.run({ config, stdout });
  return registrationOf(engine);
}

/** The settings with the kubeconfig that they name in a file, whose token is that name. */
async function inFile(values: Values, reachable: (content: string) => string): Promise<Values> {
  const cluster = values["cluster"] as { readonly kubeconfigFile?: string };
  const { kubeconfigFile: name } = cluster;
  if (name === undefined) return values;
  const file = join(records.directory, name);
  await writeFile(file, reachable(anyKubeconfig.replace("planted-token", name)));
  return { ...values, cluster: { ...cluster, kubeconfigFile: file } };
}

const title = ({ key, what }: Flip) => (what === undefined ? key : `${key} (${what})`);

describe("a change of the setting", () => {
  for (const flip of flips) {
    it(`${title(flip)}: ${changeText([flip])}`, async () => {
      if (flip.refused === true) {
        assert.equal((await problems(flip.to)).length, 1);
        return;
      }
      const effects = effectsOf(await registered(flip.from), await registered(flip.to));
      assert.deepEqual(effects, Object.fromEntries(Object.entries(flip.effects).toSorted()));
    });
  }
});

describe("the table of all changes", () => {
  it("has a row for every setting that there is", async () => {
    const missing = (await settingKeys()).filter((key) => !flips.some((flip) => flip.key === key));
    assert.deepEqual(missing, []);
  });

  it("has no row for a setting that there is not", async () => {
    const known = await settingKeys();
    assert.deepEqual(
      flips.map(({ key }) => key).filter((key) => !known.includes(key)),
      [],
    );
  });

  it("replaces and deletes nothing of what matters unless the change asks for it", () => {
    for (const flip of flips) {
      const lost = guarded.filter((name) =>
        ["replace", "delete"].includes(flip.effects[name] ?? ""),
      );
      assert.deepEqual(lost, flip.asksFor ?? [], title(flip));
    }
  });

  it("guards everything but the scripts that are made to run again", async () => {
    const [flip] = flips.filter(({ what }) => what === "another");
    const source = { gitToken: "one" };
    const names = [...(await registered({ ...flip?.from, ...source })).keys()];
    assert.deepEqual(
      names.filter((name) => !guarded.includes(name)),
      ["flux-operator-crds", "reconcile-gate-script", "flux-sync-probe", "post-bootstrap-script"],
    );
  });
});

describe("docs/configuration.md", () => {
  const file = new URL("../../docs/configuration.md", import.meta.url);

  // UPDATE_DOCS=1 writes it anew.
  it("says of every setting what a change of it does", async () => {
    const written = await readFile(file, "utf8");
    const textOf = (key: string) => {
      const found = flips.filter((flip) => flip.key === key);
      return found.length === 0 ? undefined : changeText(found);
    };
    const { code: expected } = await format("page.md", withChanges(written, textOf));
    if (process.env["UPDATE_DOCS"] === "1") await writeFile(file, expected);
    else assert.deepEqual(written.split("\n"), expected.split("\n"));
  });
});
