import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import type { Log } from "../../scripts/lib/log.ts";
import { Helm } from "./helm.ts";

export interface PushChartsArgs {
  /** Directory whose sub-directories are charts. */
  readonly chartsDirectory: string;
  /** `host:port` of a registry that speaks plain HTTP. */
  readonly registry: string;
  /** Path of the helm binary. */
  readonly helm: string;
  readonly log: Log;
}

export interface PushedChart {
  readonly name: string;
  readonly version: string;
  /** Such as `oci://127.0.0.1:5000/charts/app`. */
  readonly url: string;
  /** Digest of the packaged chart, which is the digest of the manifest's only layer. */
  readonly digest: string;
  /** False when the registry had it already. */
  readonly pushed: boolean;
}

/**
 * pushCharts makes the registry serve every chart of the directory under `oci://<registry>/charts/<name>:<version>`. A
 * chart that is there with the same content is not pushed again; one with other content is replaced. Neither the times
 * of the files nor that of the push reach the manifest, so a registry that lost its content gets the same digests back.
 */
export function pushCharts(args: PushChartsArgs): Promise<readonly PushedChart[]> {
  return Helm.use(args.helm, async (helm) => {
    const charts: PushedChart[] = [];
    for (const directory of await chartDirectories(args.chartsDirectory)) {
      charts.push(await pushChart(helm, directory, args));
    }
    return charts;
  });
}

async function chartDirectories(parent: string): Promise<readonly string[]> {
  const names = (await readdir(parent)).sort();
  return names.map((name) => join(parent, name)).filter((path) => existsSync(chartFile(path)));
}

function chartFile(directory: string): string {
  return join(directory, "Chart.yaml");
}

async function pushChart(
  helm: Helm,
  directory: string,
  { registry, log }: PushChartsArgs,
): Promise<PushedChart> {
  const { name, version } = await readChart(directory);
  const { file, digest } = await helm.package(directory);
  const served = await servedDigest(registry, name, version);
  const pushed = served !== digest;
  if (pushed) {
    await helm.push({ file, digest }, `oci://${registry}/charts`);
    const what = served === undefined ? "pushed chart" : "replaced the content of chart";
    log.done(`${what} ${name} ${version} in ${registry}`);
  }
  return { name, version, url: `oci://${registry}/charts/${name}`, digest, pushed };
}

const Chart = z.object({ name: z.string().min(1), version: z.string().min(1) });

async function readChart(directory: string): Promise<z.infer<typeof Chart>> {
  const file = chartFile(directory);
  const chart = Chart.safeParse(parse(await readFile(file, "utf8")));
  if (chart.success) return chart.data;
  const wrong = chart.error.issues.map(({ path }) => path.join(".")).join(", ");
  throw new Error(`${file} must set name and version, got no text for ${wrong}. Add them.`);
}

const manifestType = "application/vnd.oci.image.manifest.v1+json";
const Manifest = z.object({ layers: z.array(z.object({ digest: z.string() })) });

/** The digest of the chart that the registry serves under that version, undefined when it serves none. */
async function servedDigest(
  registry: string,
  name: string,
  version: string,
): Promise<string | undefined> {
  // A tag has no plus sign; helm writes an underscore in its place.
  const url = `http://${registry}/v2/charts/${name}/manifests/${version.replace("+", "_")}`;
  const response = await ask(url, registry);
  if (response.status === 404) return undefined;
  if (!response.ok) throw new Error(`GET ${url} failed: ${response.status} ${response.statusText}`);
  return Manifest.parse(await response.json()).layers[0]?.digest;
}

async function ask(url: string, registry: string): Promise<Response> {
  try {
    const signal = AbortSignal.timeout(10_000);
    return await fetch(url, { headers: { accept: manifestType }, signal });
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`the chart registry at ${registry} does not answer: ${reason}`, {
      cause: error,
    });
  }
}
