import { tmpdir } from "node:os";
import { join } from "node:path";

// What a Pulumi program costs before the engine answers: its imports and its resources, against an engine in this process.
// With "sdk" as argument only the SDK is loaded, which is the part that is not ours.
// Whatever cluster runs here is none of this program's business.
process.env["FLUX_BOOTSTRAP_HOME"] = join(tmpdir(), "no-embedded-cluster");
const started = performance.now();

if (process.argv[2] === "sdk") {
  await import("@pulumi/pulumi");
} else {
  const { runProgram } = await import("../support/program.ts");
  await runProgram({ preview: true });
}

const figures = {
  milliseconds: performance.now() - started,
  megabytes: process.resourceUsage().maxRSS / 1024,
};
process.stdout.write(`${JSON.stringify(figures)}\n`, () => process.exit());
