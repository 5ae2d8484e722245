import { type ProgramOptions, startProgram } from "./program.ts";

// The program in a process of its own, because a program that fails ends its process. Whatever becomes of it, the names
// of what it registered are printed.
const options = JSON.parse(process.env["PROGRAM"] ?? "{}") as ProgramOptions;
const names: string[] = [];
process.on("exit", () => {
  process.stdout.write(names.join("\n"));
});
const { engine, outputs } = await startProgram(options, names);
await outputs;
await engine.registration("post-bootstrap-script");
