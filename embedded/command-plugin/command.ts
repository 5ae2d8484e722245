import { randomBytes } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { findAssets } from "./assets.ts";
import { decode, inputNames, type CommandInputs } from "./check.ts";
import { LineSender } from "../plugin/engine-log.ts";
import { commandEnvironment } from "./environment.ts";
import {
  assetArchive,
  isUnknown,
  type Properties,
  unknown,
  withoutSecrets,
} from "../plugin/properties.ts";
import { run } from "./run.ts";

/** What a step of the engine brings along. */
export interface Step {
  readonly urn: string;
  /** True in a preview: nothing runs, and what would change is unknown. */
  readonly preview: boolean;
  /** Aborted when the engine cancels, goes away, or the resource's timeout is over. */
  readonly signal: AbortSignal;
  /** Shows a line to the person who waits. */
  readonly status: (line: string) => Promise<void>;
}

interface Outputs {
  readonly stdout: string;
  readonly stderr: string;
  readonly assets?: Properties;
  readonly archive?: Properties;
}

const shell: readonly string[] = ["/bin/sh", "-c"];
const nothing: Outputs = { stdout: "", stderr: "" };

function outputsOf(state: Properties): Outputs {
  const { stdout, stderr, assets, archive } = state;
  const outputs = Object.entries({ stdout, stderr, assets, archive });
  const present = outputs.flatMap(([name, value]) =>
    value === undefined ? [] : [[name, withoutSecrets(value)] as const],
  );
  return { ...nothing, ...(Object.fromEntries(present) as Partial<Outputs>) };
}

/** The published plugin logs what it does not know as it logs `none`. */
function isLogged(stream: "stdout" | "stderr", logging: string | undefined): boolean {
  return logging === undefined || logging === stream || logging === "stdoutAndStderr";
}

async function collect(inputs: CommandInputs): Promise<Partial<Outputs>> {
  const directory = inputs.dir ?? process.cwd();
  const { assetPaths, archivePaths } = inputs;
  return {
    ...(assetPaths && { assets: await findAssets(directory, assetPaths) }),
    ...(archivePaths && { archive: assetArchive(await findAssets(directory, archivePaths)) }),
  };
}

/** Runs the command and answers its outputs; what it does not collect anew stays as it was. */
async function perform(
  command: string,
  inputs: CommandInputs,
  previous: Outputs,
  step: Step,
): Promise<Outputs> {
  const lines = new LineSender(async (line) => {
    if (!step.signal.aborted) await step.status(line);
  });
  try {
    const written = await run({
      command,
      interpreter:
        inputs.interpreter === undefined || inputs.interpreter.length === 0
          ? shell
          : inputs.interpreter,
      environment: commandEnvironment(inputs, previous),
      directory: inputs.dir,
      stdin: inputs.stdin,
      signal: step.signal,
      onOutput: (stream, text) => {
        if (isLogged(stream, inputs.logging)) lines.write(text);
      },
    });
    return { ...previous, ...written, ...(await collect(inputs)) };
  } finally {
    await lines.end();
  }
}

const stateOf = (inputs: Properties, outputs: object): Properties => ({ ...inputs, ...outputs });

/** newId is the resource's name and eight random hex digits. */
export function newId(urn: string): string {
  return `${urn.split("::").slice(3).join("::")}${randomBytes(4).toString("hex")}`;
}

/** create runs `create`, if there is one, and answers the state. */
export async function create(inputs: Properties, step: Step): Promise<Properties> {
  if (step.preview) return stateOf(inputs, { stdout: unknown, stderr: unknown });
  const decoded = decode(inputs);
  if (decoded.create === undefined) return stateOf(inputs, nothing);
  return stateOf(inputs, await perform(decoded.create, decoded, nothing, step));
}

/** An input that was not there before does not count as changed; the published plugin has it so. */
function isChanged(name: string, state: Properties, inputs: Properties): boolean {
  if (isUnknown(inputs[name])) return true;
  return state[name] !== undefined && !isDeepStrictEqual(state[name], inputs[name]);
}

/** update runs `update`, or else `create`, and answers the new state. */
export async function update(
  state: Properties,
  inputs: Properties,
  step: Step,
): Promise<Properties> {
  const previous = outputsOf(state);
  if (step.preview) {
    const changed = inputNames.some((name) => isChanged(name, state, inputs));
    const outputs: Properties = { ...previous };
    for (const name of Object.keys(outputs)) if (changed) outputs[name] = unknown;
    return stateOf(inputs, outputs);
  }
  const decoded = decode(inputs);
  const command = decoded.update ?? decoded.create;
  if (command === undefined) return stateOf(inputs, previous);
  return stateOf(inputs, await perform(command, decoded, previous, step));
}

/** remove runs the `delete` of the state, if there is one, with the inputs of the state. */
export async function remove(state: Properties, step: Step): Promise<void> {
  const inputs = decode(state);
  if (inputs.delete !== undefined) await perform(inputs.delete, inputs, outputsOf(state), step);
}
