import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";

import { parse } from "yaml";

import { secretKeys } from "../../components/config/parse.ts";
import { programVariables } from "../../components/config/runtime-info.ts";
import { acceptVariable } from "../../components/preflight/cluster-uid.ts";
import { embedded, existing, good } from "../support/settings.ts";
import { knownKeys, objects } from "./support/setting-keys.ts";

const read = (file: string) => readFileSync(new URL(`../../${file}`, import.meta.url), "utf8");

interface Declared {
  readonly type: string;
  readonly description: string;
  readonly default?: unknown;
}

const { config: declared } = parse(read("Pulumi.yaml")) as { config: Record<string, Declared> };
const docs = read("docs/configuration.md");

/** The rows of the docs' tables: key without backticks -> the other cells. */
const rows = new Map(
  [...docs.matchAll(/^\| `([^`]+)` +\| (.*) \|$/gm)].map(([, key = "", cells = ""]) => [
    key,
    cells.split("|").map((cell) => cell.trim()),
  ]),
);

describe("the keys of the configuration", () => {
  it("are declared with a description, but for those that would be required in every stack", async () => {
    const names = ["gitUsername", "registryUsername"];
    const undeclared = [...secretKeys, ...names, "expiresAt"];
    const expected = (await knownKeys()).filter((key) => !undeclared.includes(key));
    assert.deepEqual(Object.keys(declared).toSorted(), expected.toSorted());
    for (const [key, { description }] of Object.entries(declared))
      assert.match(description, /\.$/, key);
  });

  it("are all documented, and no others", async () => {
    const nested = await Promise.all(
      objects.map(async (path) => (await knownKeys(path)).map((key) => `${path}.${key}`)),
    );
    const expected = [...(await knownKeys()), ...nested.flat()];
    assert.deepEqual([...rows.keys()].toSorted(), expected.toSorted());
  });

  it("are documented with the type and default that are declared", () => {
    for (const [key, { type, default: value }] of Object.entries(declared)) {
      const [documentedType, documentedDefault] = rows.get(key) ?? [];
      const shown = typeof value === "string" ? value : JSON.stringify(value);
      assert.equal(documentedDefault, value === undefined ? "required" : `\`${shown}\``, key);
      assert.equal(documentedType === "duration" ? "string" : documentedType, type, key);
    }
  });

  it("are listed in the declaration of their object", async () => {
    for (const path of objects) {
      const [, list = ""] = /\{(.*)\}/.exec(declared[path]?.description ?? "") ?? [];
      assert.deepEqual(list.split(", ").toSorted(), (await knownKeys(path)).toSorted(), path);
    }
  });

  it("are documented with the defaults that the program takes", async () => {
    const { flux, operator, sync, postBootstrap } = await good(embedded);
    const defaults: Record<string, unknown> = {
      "operator.version": operator.version,
      "flux.version": flux.version,
      "flux.registry": flux.registry,
      "flux.size": flux.size,
      "flux.domain": flux.domain,
      "flux.multitenant": flux.multitenant,
      "flux.networkPolicy": flux.networkPolicy,
      "sync.kind": sync.kind,
      "sync.interval": sync.interval,
      "postBootstrap.required": postBootstrap.required,
      "postBootstrap.timeout": postBootstrap.timeout,
    };
    for (const [key, value] of Object.entries(defaults)) {
      assert.equal(rows.get(key)?.[0], `\`${String(value)}\``, key);
    }
    const [inCloud, inEmbedded] = [await good(existing), await good(embedded)];
    for (const key of ["timeout", "volumes"] as const) {
      const text = `\`${inCloud.drain[key]}\`, for an embedded cluster \`${inEmbedded.drain[key]}\``;
      assert.equal(rows.get(`drain.${key}`)?.[0], text);
    }
    assert.equal(
      rows.get("flux.components")?.[0],
      flux.components.map((name) => `\`${name}\``).join(", "),
    );
  });
});

describe("the documentation", () => {
  it("names every variable that the program adds for Git", () => {
    const names = programVariables({ kind: "embedded", name: "dev" });
    for (const name of names) assert.ok(docs.includes(`\`${name}\``), name);
  });

  it("names the variable that accepts another cluster", () => {
    assert.ok(docs.includes(`${acceptVariable}=<uid> pulumi up`));
  });
});

describe("the stack of the embedded cluster", () => {
  const { config } = parse(read("Pulumi.dev.yaml")) as { config: Record<string, unknown> };

  it("is configured without a mistake", async () => {
    const own = Object.entries(config).map(([key, value]) => [key.split(":")[1] ?? "", value]);
    const { cluster, postBootstrap } = await good(
      Object.fromEntries(own) as Record<string, unknown>,
    );
    assert.deepEqual(cluster, { kind: "embedded", name: "dev" });
    assert.equal(postBootstrap.required, "all");
  });

  it("holds nothing of one machine", () => {
    assert.doesNotMatch(read("Pulumi.dev.yaml"), /127\.0\.0\.1|\/home|\/root|encryptionsalt/);
  });
});
