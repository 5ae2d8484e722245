// node test/support/stuck/record.ts [scenario…]: plays the scenarios on a cluster of its own and writes what the controllers
// made of them to test/fixtures; those that follow on others only when all are played.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { ensureToolchain } from "../../../embedded/toolchain/build.ts";
import type { Snapshot } from "../../../scripts/lib/classify/snapshot.ts";
import { scan } from "../../../scripts/lib/fleet/scan.ts";
import { stderrLog as log } from "../../../scripts/lib/log.ts";
import { answersOf } from "./answers.ts";
import { derivedFixtures } from "./derived.ts";
import { fixtureOf, writeControllers, writeFixture } from "./fixture.ts";
import { Ground } from "./ground.ts";
import { fluxOptions, together } from "./scenarios.ts";
import type { Scenario } from "./scenario.ts";
import { Stage } from "./stage.ts";
import { unwritable, withoutRights } from "./rights.ts";
import * as troubles from "./troubles.ts";
import * as upheavals from "./upheavals.ts";
import { untilOld } from "./untouched.ts";

const names = process.argv.slice(2);
const failures: string[] = [];

async function snapshot(stage: Stage): Promise<Snapshot> {
  const answers = await answersOf(stage.ground);
  return scan(stage.cluster, { fluxNamespace: "flux-system", answers });
}

async function record(stage: Stage, scenarios: readonly Scenario[]): Promise<Snapshot> {
  const { reached, failures: failed } = await stage.play(scenarios);
  failures.push(...failed);
  await untilOld(stage, scenarios);
  const taken = await snapshot(stage);
  for (const one of reached) await writeFixture(fixtureOf(one, taken, stage.ground.places));
  log.done(`recorded ${reached.map(({ scenario }) => scenario.name).join(", ")}`);
  return taken;
}

async function recordAll(stage: Stage): Promise<void> {
  await writeControllers(await record(stage, together), stage.ground.places);
  await withoutRights(stage, () => record(stage, [unwritable]));
  await stage.ground.prove();
  await record(stage, [upheavals.queue]);
  await troubles.halted(stage, () => record(stage, [troubles.silent]));
  await upheavals.killHelmController(stage);
  await record(stage, [upheavals.lost]);
  await upheavals.scaleHelmController(stage, 0);
  await record(stage, upheavals.down);
  await recordTroubles(stage);
}

/** The named ones, of those that need no other before them. */
async function recordSome(stage: Stage): Promise<void> {
  for (const scenarios of [together, [upheavals.queue]]) {
    const some = scenarios.filter(({ name }) => names.includes(name));
    if (some.length > 0) await record(stage, some);
  }
}

/** What no other scenario can be played after. */
async function recordTroubles(stage: Stage): Promise<void> {
  await troubles.withPod(stage, await troubles.withUnknownFlag(stage), async () => {
    await troubles.untilCrashLoop(stage);
    await record(stage, [troubles.crashing]);
  });
  await troubles.withPod(stage, troubles.nowhere, () => record(stage, [troubles.unplaced]));
  await record(stage, [troubles.unfetchedFlux]);
  await troubles.endOperator(stage);
  await record(stage, [troubles.withoutOperator]);
  await record(stage, [troubles.undiscoverable]);
}

await ensureToolchain({ log });
const home = mkdtempSync(join(tmpdir(), "flux-bootstrap-record-"));
process.env["FLUX_BOOTSTRAP_HOME"] = home;
try {
  const ground = await Ground.start("stuck", fluxOptions);
  const stage = new Stage(ground);
  try {
    if (names.length === 0) await recordAll(stage);
    else await recordSome(stage);
  } finally {
    stage.close();
    await ground.end();
  }
} finally {
  rmSync(home, { recursive: true, force: true });
}
for (const fixture of derivedFixtures()) await writeFixture(fixture);
for (const failure of failures) log.fail(failure);
process.exitCode = failures.length === 0 ? 0 : 1;
