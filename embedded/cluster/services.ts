import { join } from "node:path";
import { fileURLToPath } from "node:url";

import type { ProgramContext } from "./control-plane.ts";
import type { Layout } from "./layout.ts";
import type { ProcessSpec } from "./process.ts";
import type { ClusterRecord } from "./record.ts";

/** The bare repository with the fleet. */
export function fleetRepository(layout: Layout): string {
  return join(layout.git, "fleet.git");
}

/** The node agent, which runs the pods of the operator and the Flux controllers. */
export function nodeAgent(
  context: ProgramContext,
  record: ClusterRecord,
  operator: string,
): ProcessSpec {
  const data = join(operator, "config", "data");
  return ownProgram(context, "node-agent", "../node-agent/main.ts", [
    record.name,
    context.bin,
    data,
  ]);
}

/** The stand-in for a cloud's controllers: addresses for Services, volumes for claims. */
export function cloud(context: ProgramContext, record: ClusterRecord): ProcessSpec {
  return ownProgram(context, "cloud", "../cloud/main.ts", [record.name]);
}

/** The OCI registry that serves the fleet's charts. */
export function registry({ layout, ports, bin }: ProgramContext): ProcessSpec {
  return {
    name: "registry",
    command: join(bin, "crane"),
    arguments: [
      ...["registry", "serve", "--disk", layout.registry],
      ...["--address", `127.0.0.1:${ports.registry}`],
    ],
    logFile: join(layout.logs, "registry.log"),
  };
}

/** The Git server that serves the fleet of the checkout. */
export function gitServer(context: ProgramContext): ProcessSpec {
  const { layout, ports } = context;
  return ownProgram(context, "git", "../git/main.ts", [
    ...["--repositories", layout.git, "--port", String(ports.git)],
  ]);
}

function ownProgram(
  { layout }: ProgramContext,
  name: string,
  program: string,
  programArguments: readonly string[],
): ProcessSpec {
  const file = fileURLToPath(new URL(program, import.meta.url));
  return {
    name,
    command: process.execPath,
    arguments: ["--disable-warning=ExperimentalWarning", file, ...programArguments],
    environment: { FLUX_BOOTSTRAP_HOME: join(layout.root, "..", "..") },
    logFile: join(layout.logs, `${name}.log`),
  };
}
