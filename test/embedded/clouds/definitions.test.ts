import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";

import { aws } from "../../../embedded/clouds/aws/definition.ts";
import { azure } from "../../../embedded/clouds/azure/definition.ts";

const clouds = [
  { definition: aws, sdk: "@pulumi/aws", directory: "components/cluster/eks" },
  { definition: azure, sdk: "@pulumi/azure-native", directory: "components/cluster/aks" },
] as const;

/** The modules of the SDK that the components load for what they register; types and providers are none. */
function modulesOf(directory: string, sdk: string): string[] {
  const files = readdirSync(directory, { recursive: true, encoding: "utf8" });
  const sources = files
    .filter((file) => file.endsWith(".ts"))
    .map((file) => readFileSync(join(directory, file), "utf8"));
  const imports = new RegExp(`import (?!type)[^;]+ from "(${sdk}/[^"]+)"`, "g");
  const found = sources.flatMap((source) =>
    [...source.matchAll(imports)].map(([, module = ""]) => module),
  );
  return [...new Set(found)].filter((module) => !module.endsWith("/provider.js")).sort();
}

async function tokensOf(module: string): Promise<string[]> {
  const exports = (await import(module)) as { default?: object };
  return Object.values({ ...exports.default, ...exports }).flatMap((value) => {
    const { __pulumiType: token } = value as { __pulumiType?: unknown };
    return typeof token === "string" ? [token] : [];
  });
}

for (const { definition, sdk, directory } of clouds) {
  describe(`the stand-in for ${sdk}`, () => {
    it("is of the release that the npm package asks for", () => {
      const file = join("node_modules", sdk, "package.json");
      const { pulumi } = JSON.parse(readFileSync(file, "utf8")) as {
        pulumi: { name: string; version: string };
      };
      const { name, version } = pulumi;
      assert.deepEqual(definition.standIn, { name, version });
    });

    it("has exactly the types that the components register", async () => {
      const tokens = await Promise.all(modulesOf(directory, sdk).map(tokensOf));
      assert.deepEqual(
        Object.keys(definition.types).toSorted(),
        [...new Set(tokens.flat())].toSorted(),
      );
    });
  });
}
