import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { classify } from "../../scripts/lib/classify/classify.ts";
import type { Snapshot } from "../../scripts/lib/classify/snapshot.ts";
import { Failure } from "../../scripts/lib/failure.ts";
import { scan } from "../../scripts/lib/fleet/scan.ts";
import type { ConditionedStatus, KubernetesObject } from "../../scripts/lib/object.ts";
import type { RepairRecord } from "../../scripts/lib/repair/record.ts";
import type { RepairResult } from "../../scripts/lib/repair/repair.ts";
import { answersOf } from "../support/stuck/answers.ts";
import { almostAll, repairThroughOutage, stuckReleases } from "../support/stuck/faults.ts";
import { sceneOf, statesOf } from "../support/stuck/fixture.ts";
import { Ground } from "../support/stuck/ground.ts";
import { breakReleases, hundred, mend } from "../support/stuck/hundred.ts";
import { releaseWrites, repairOn, repairWrites } from "../support/stuck/repairs.ts";
import { ready, type Scenario, type Test } from "../support/stuck/scenario.ts";
import { fluxOptions, together } from "../support/stuck/scenarios.ts";
import { type Played, Stage } from "../support/stuck/stage.ts";
import { Turns } from "../support/stuck/turns.ts";
import { untilOld } from "../support/stuck/untouched.ts";
import {
  down,
  killHelmController,
  lost,
  queue,
  scaleHelmController,
} from "../support/stuck/upheavals.ts";

const fluxNamespace = "flux-system";

let stage: Stage;
/** Another cluster, on which faults and full queues have their time while the first one works. */
let aside: Stage;
let begun: ReturnType<typeof playAside> | undefined;

/** Begins with the first call: not before the ninety have had the processors for themselves. */
const played = () => (begun ??= playAside());

before(async () => {
  const names = ["stuck", "aside"];
  const grounds = await Promise.all(names.map((name) => Ground.start(name, fluxOptions)));
  [stage, aside] = grounds.map((ground) => new Stage(ground)) as [Stage, Stage];
});

after(async () => {
  for (const one of [stage, aside]) one.close();
  await Promise.all([stage, aside].map(({ ground }) => ground.end()));
});

/** Each of them goes on from what those before have left. */
function playAside() {
  const turns = new Turns();
  const needed = together.filter(({ name }) => goneOnFrom.includes(name));
  void turns.next(() => aside.play(needed));
  const denied = turns.next(deny);
  const outage = turns.next(async () => {
    const since = Date.now();
    const { made, names } = await denied;
    const { records } = await repairThroughOutage(aside, { made, names });
    return { names, records, writes: releaseWrites(repairWrites(aside.ground, since)) };
  });
  const queued = turns.next(() => classified(aside, [queue]));
  const killed = turns.next(async () => {
    await killHelmController(aside);
    return classified(aside, [lost]);
  });
  const gone = turns.next(async () => {
    await scaleHelmController(aside, 0);
    return classified(aside, down);
  });
  return { denied, outage, queued, killed, gone };
}

const goneOnFrom = [lost, ...down].map(({ namespace }) => namespace ?? "");

/** Releases that have given up, and what comes of a repair by someone who may not ask them to go on. */
async function deny() {
  const since = Date.now();
  const stuck = await stuckReleases(aside);
  const refusal = await repairOn(aside.ground, await almostAll(aside)).catch(
    (error: unknown) => error,
  );
  return { ...stuck, refusal, writes: repairWrites(aside.ground, since) };
}

/** What came of each release: its key, which attempt it was, and whether that helped. */
function outcomesOf(records: readonly RepairRecord[]): unknown[] {
  return records.map(({ key, attempt, outcome }) => [key, attempt, outcome]).sort();
}

describe("ninety releases out of retries among a hundred, once their cause is gone", () => {
  const handled: Test = ({ metadata: { annotations = {} }, status }: KubernetesObject) => {
    const token = annotations["reconcile.fluxcd.io/requestedAt"];
    return token !== undefined && (status as ConditionedStatus).lastHandledReconcileAt === token;
  };
  let result: RepairResult;
  let started: number;
  let handledAfter: number;
  let readyAfter: number;

  before(async () => {
    try {
      const made = await breakReleases(stage);
      await mend(made);
      started = Date.now();
      const all = async (test: Test): Promise<number> => {
        await made.until(hundred.broken, test, 120_000);
        return Date.now() - started;
      };
      const repaired = repairOn(stage.ground);
      [handledAfter, readyAfter, result] = await Promise.all([all(handled), all(ready), repaired]);
    } finally {
      played();
    }
  });

  it("have all handled their token within 35 seconds", (test) => {
    test.diagnostic(`handled after ${handledAfter} ms, Ready after ${readyAfter} ms`);
    assert.ok(handledAfter < 35_000, `${handledAfter} ms`);
  });

  it("are all Ready within two minutes", () => {
    assert.ok(readyAfter < 120_000, `${readyAfter} ms`);
  });

  it("are verified by their effect, each after one write", () => {
    const wanted = hundred.broken.map((name) => [`HelmRelease/hundred/${name}`, 1, "effective"]);
    assert.deepEqual(outcomesOf(result.records), wanted);
  });

  it("are all that is written to", () => {
    const touched = releaseWrites(repairWrites(stage.ground, started));
    assert.deepEqual(
      touched,
      hundred.broken.map((name) => `patch hundred/${name}`),
    );
  });

  it("are not written to by a second repair", async () => {
    const again = Date.now();
    const { records } = await repairOn(stage.ground);
    assert.deepEqual(records, []);
    assert.deepEqual(repairWrites(stage.ground, again), []);
  });
});

describe("a repair", () => {
  it("names the right that is missing before it writes anything", async () => {
    const { refusal, writes } = await played().denied;
    assert.ok(refusal instanceof Failure, String(refusal));
    assert.match(
      refusal.message,
      /must be allowed to patch helmreleases\.helm\.toolkit\.fluxcd\.io in namespace faults/,
    );
    assert.deepEqual(writes, []);
  });

  it("outlives ten seconds in which the API server does not answer, and writes nothing twice", async () => {
    const { names, records, writes } = await played().outage;
    const wanted = names.map((name) => [`HelmRelease/faults/${name}`, 1, "effective"]);
    assert.deepEqual(outcomesOf(records), wanted);
    assert.deepEqual(
      writes,
      names.map((name) => `patch faults/${name}`),
    );
  });
});

/** Plays scenarios and tells what is expected of each object and what it is classified as. */
async function classified(on: Stage, scenarios: readonly Scenario[]): Promise<Classified> {
  const outcome = await on.play(scenarios);
  await untilOld(on, scenarios);
  const answers = await answersOf(on.ground);
  return { ...outcome, snapshot: await scan(on.cluster, { fluxNamespace, answers }) };
}

interface Classified extends Played {
  readonly snapshot: Snapshot;
}

/** A test for each scenario. */
function themselves(scenarios: readonly Scenario[], of: () => Classified): void {
  for (const scenario of scenarios) {
    const states = statesOf(scenario);
    it(`${Object.values(states).join(", ")}: ${scenario.name}`, () => {
      const { reached, failures, snapshot } = of();
      const one = reached.find((candidate) => candidate.scenario === scenario);
      assert.ok(one, failures.join("\n"));
      const { verdicts } = classify(sceneOf(one, snapshot));
      const verdictsOf = Object.keys(states).map((key) => [key, verdicts.get(key)?.state]);
      assert.deepEqual(Object.fromEntries(verdictsOf), states);
    });
  }
}

describe("objects of real controllers, all of them on one cluster, are classified", () => {
  let result: Classified;

  before(async () => {
    result = await classified(stage, together);
  });

  themselves(together, () => result);
});

describe("releases behind a full queue are classified", () => {
  let result: Classified;

  before(async () => {
    result = await played().queued;
  });

  themselves([queue], () => result);
});

describe("releases whose controller was killed are classified", () => {
  let result: Classified;

  before(async () => {
    result = await played().killed;
  });

  themselves([lost], () => result);
});

describe("releases without a controller are classified", () => {
  let result: Classified;

  before(async () => {
    result = await played().gone;
  });

  themselves(down, () => result);
});
