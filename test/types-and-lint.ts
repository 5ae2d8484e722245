// Types and lint of the checkout: node test/types-and-lint.ts
// What `tsc --noEmit` and `eslint --max-warnings=0 .` find, from one program: each alone would read and check all of it.
import { fileURLToPath } from "node:url";

import { ESLint } from "eslint";
import ts from "typescript";

const root = fileURLToPath(new URL("..", import.meta.url));
const places: ts.FormatDiagnosticsHost = {
  getCanonicalFileName: (name) => name,
  getCurrentDirectory: () => root,
  getNewLine: () => "\n",
};

function fail(problems: readonly ts.Diagnostic[]): void {
  process.stdout.write(ts.formatDiagnostics(problems, places));
  process.exitCode = 1;
}

/** The program of tsconfig.json, with what is wrong in that file itself. */
function readProgram(): ts.Program {
  const config = ts.getParsedCommandLineOfConfigFile(`${root}tsconfig.json`, undefined, {
    ...ts.sys,
    onUnRecoverableConfigFileDiagnostic: (problem) => {
      throw new Error(ts.formatDiagnostic(problem, places));
    },
  });
  if (config === undefined) throw new Error("tsconfig.json cannot be read");
  const { fileNames: rootNames, options, errors: configFileParsingDiagnostics } = config;
  // The rules walk from a node to its parents.
  const host = ts.createCompilerHost(options, true);
  return ts.createProgram({ rootNames, options, host, configFileParsingDiagnostics });
}

const program = readProgram();
const problems = ts.getPreEmitDiagnostics(program);
if (problems.length > 0) fail(problems);

const parserOptions = { projectService: false, programs: [program] };
const eslint = new ESLint({
  cwd: root,
  overrideConfig: { files: ["**/*.ts"], languageOptions: { parserOptions } },
});
const results = await eslint.lintFiles(".");
const formatter = await eslint.loadFormatter();
process.stdout.write(await formatter.format(results));
if (results.some(({ errorCount, warningCount }) => errorCount + warningCount > 0)) {
  process.exitCode = 1;
}
