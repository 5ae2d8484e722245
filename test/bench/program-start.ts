import { tmpdir } from "node:os";
import { join } from "node:path";

// What a Pulumi program costs before the engine answers: its imports and its resources, against an engine in this process.
// The argument says which kind of cluster. With "sdk" only the SDK is loaded, which is the part that is not ours.
// Whatever cluster runs here is none of this program's business.
process.env["FLUX_BOOTSTRAP_HOME"] = join(tmpdir(), "no-embedded-cluster");
const started = performance.now();

const [, , what] = process.argv;
if (what === "sdk") {
  await import("@pulumi/pulumi");
} else {
  const { runProgram } = await import("../support/program.ts");
  const { aks, eks, embedded } = await import("../support/settings.ts");
  const config = what === "aks" ? aks : what === "eks" ? eks : embedded;
  await runProgram({ preview: true, config });
}

const figures = {
  milliseconds: performance.now() - started,
  megabytes: process.resourceUsage().maxRSS / 1024,
};
process.stdout.write(`${JSON.stringify(figures)}\n`, () => process.exit());
