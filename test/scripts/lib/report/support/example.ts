import { Redactor } from "../../../../../scripts/lib/redact.ts";
import { reportOf } from "../../../../../scripts/lib/report/report.ts";
import { writeReport } from "../../../../../scripts/lib/report/report-files.ts";
import { brokenOutcome } from "./fleet.ts";

/** Writes the report that docs/report.png shows into the directory that is its argument. */
const [directory = "."] = process.argv.slice(2);
console.log(await writeReport(directory, reportOf(brokenOutcome(), new Redactor())));
