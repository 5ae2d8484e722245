import { parseArgs } from "node:util";
import { stderrLog } from "../../scripts/lib/log.ts";
import { startGitServer } from "./server.ts";

const { values } = parseArgs({
  options: { repositories: { type: "string" }, port: { type: "string" } },
});
const problems: string[] = [];
const port = Number(values.port ?? "0");
if (values.repositories === undefined) {
  problems.push("--repositories must be a directory, got nothing. Pass --repositories DIR.");
}
if (!Number.isInteger(port) || port < 0 || port > 65_535) {
  problems.push(
    `--port must be a number from 0 to 65535, got "${values.port ?? ""}". Pass --port P.`,
  );
}

if (values.repositories === undefined || problems.length > 0) {
  for (const problem of problems) stderrLog.fail(problem);
  process.exitCode = 2;
} else {
  const server = await startGitServer({ repositories: values.repositories, port, log: stderrLog });
  stderrLog.done(`Git server listens on ${server.url}`);
  const stop = () => {
    void server.close();
  };
  process.once("SIGTERM", stop);
  process.once("SIGINT", stop);
}
