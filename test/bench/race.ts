// npm run bench:race: the same fleet, with its sync part of the FluxInstance from the start and attached after the gate, each
// time on a cluster of its own. Writes docs/race.csv and docs/race.svg, and prints the table of docs/race.md.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import { ensureToolchain } from "../../embedded/toolchain/build.ts";
import { formatDuration, stderrLog as log } from "../../scripts/lib/log.ts";
import { figuresOf } from "./race/course.ts";
import { picture } from "./race/picture.ts";
import { orders, type Race, race } from "./race/race.ts";
import { csv, table } from "./race/table.ts";

const { values } = parseArgs({
  options: {
    repetitions: { type: "string", default: "2" },
    workers: { type: "string", default: "4,10,20" },
    late: { type: "string", default: "15" },
    output: { type: "string", default: fileURLToPath(new URL("../../docs", import.meta.url)) },
  },
});
const lateSeconds = Number(values.late);
const repetitions = Array.from({ length: Number(values.repetitions) }, (_, index) => index + 1);
const runs = repetitions.flatMap((repetition) =>
  values.workers
    .split(",")
    .flatMap((workers) =>
      orders.map((order) => ({ order, workers: Number(workers), lateSeconds, repetition })),
    ),
);

await ensureToolchain({ log });
const home = mkdtempSync(join(tmpdir(), "flux-bootstrap-race-"));
process.env["FLUX_BOOTSTRAP_HOME"] = home;
const races: Race[] = [];
try {
  for (const options of runs) {
    const { order, workers, repetition } = options;
    log.start(`${order}, ${workers} workers, repetition ${repetition}`);
    const done = await race(options);
    races.push(done);
    const { observed, ready, stuck } = figuresOf(done.changes);
    log.done(
      `all observed after ${formatDuration(observed.last * 1000)}, ` +
        `all Ready after ${formatDuration(ready.last * 1000)}, ${stuck} stuck`,
    );
    races.sort((left, right) => left.workers - right.workers);
    writeFileSync(join(values.output, "race.csv"), csv(races));
    writeFileSync(join(values.output, "race.svg"), picture(races));
  }
} finally {
  rmSync(home, { recursive: true, force: true });
}
process.stdout.write(`${table(races)}\n`);
