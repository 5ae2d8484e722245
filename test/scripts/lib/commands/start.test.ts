import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";

const staticImports = /^(?:import|export)\s(?!type)[^;]*?from "([^"]+)";/gm;

/** The files and packages that are loaded before anything is done. */
function loadedBy(start: URL): Set<string> {
  const loaded = new Set([start.href]);
  for (const file of loaded) {
    if (!file.startsWith("file:")) continue;
    for (const [, specifier = ""] of readFileSync(new URL(file), "utf8").matchAll(staticImports)) {
      loaded.add(specifier.startsWith(".") ? new URL(specifier, file).href : specifier);
    }
  }
  return loaded;
}

describe("the commands", () => {
  it("start without the Kubernetes client, which takes longer to load than all of the rest", () => {
    const loaded = [...loadedBy(new URL("../../../../scripts/fleet.ts", import.meta.url))];
    assert.ok(loaded.some((file) => file.endsWith("/commands/status.ts")));
    assert.deepEqual(
      loaded.filter((name) => name.startsWith("@kubernetes/") || name.endsWith("/lib/cluster.ts")),
      [],
    );
  });
});
