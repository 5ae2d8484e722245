import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, it } from "node:test";

import { classify } from "../../scripts/lib/classify/classify.ts";
import type { Snapshot } from "../../scripts/lib/classify/snapshot.ts";
import { Cluster } from "../../scripts/lib/cluster.ts";
import { scan } from "../../scripts/lib/fleet/scan.ts";
import { createLog } from "../../scripts/lib/log.ts";
import type { ConditionedStatus, KubernetesObject } from "../../scripts/lib/object.ts";
import { type RepairResult, repairFleet } from "../../scripts/lib/repair/repair.ts";
import type { AuditEvent } from "../support/embedded.ts";
import { answersOf } from "../support/stuck/answers.ts";
import { sceneOf, statesOf } from "../support/stuck/fixture.ts";
import { Ground } from "../support/stuck/ground.ts";
import { breakReleases, hundred, mend, namespace, releaseAt } from "../support/stuck/hundred.ts";
import { ready, type Scenario, type Test } from "../support/stuck/scenario.ts";
import { fluxOptions, together } from "../support/stuck/scenarios.ts";
import { type Played, Stage } from "../support/stuck/stage.ts";
import { untilOld } from "../support/stuck/untouched.ts";
import {
  down,
  killHelmController,
  lost,
  queue,
  scaleHelmController,
} from "../support/stuck/upheavals.ts";

const fluxNamespace = "flux-system";
const quiet = createLog(() => undefined);

let ground: Ground;
let stage: Stage;

before(async () => {
  ground = await Ground.start("stuck", fluxOptions);
  stage = new Stage(ground);
});

after(async () => {
  stage.close();
  await ground.end();
});

describe("ninety releases out of retries among a hundred, once their cause is gone", () => {
  const handled: Test = ({ metadata: { annotations = {} }, status }: KubernetesObject) => {
    const token = annotations["reconcile.fluxcd.io/requestedAt"];
    return token !== undefined && (status as ConditionedStatus).lastHandledReconcileAt === token;
  };
  let result: RepairResult;
  let started: number;
  let handledAfter: number;
  let readyAfter: number;

  const repair = async (): Promise<RepairResult> => {
    const kubeconfig = readFileSync(ground.embedded.path("kubeconfig"), "utf8");
    const { signal } = new AbortController();
    const options = { fluxNamespace, dryRun: false };
    return repairFleet(new Cluster(kubeconfig, "repair"), options, { log: quiet, signal });
  };

  /** What the repair has written since a moment, in the API server's own words. */
  const writesSince = (moment: number): AuditEvent[] =>
    ground.embedded
      .audit()
      .filter(
        ({ userAgent = "", requestReceivedTimestamp }) =>
          userAgent === "flux-bootstrap/repair" && Date.parse(requestReceivedTimestamp) >= moment,
      );

  const all = async (test: Test): Promise<number> => {
    await Promise.all(hundred.broken.map((name) => stage.until(releaseAt(name), test, 120_000)));
    return Date.now() - started;
  };

  before(async () => {
    await breakReleases(stage);
    await mend(stage);
    started = Date.now();
    const repaired = repair();
    [handledAfter, readyAfter, result] = await Promise.all([all(handled), all(ready), repaired]);
  });

  it("have all handled their token within 35 seconds", (test) => {
    test.diagnostic(`handled after ${handledAfter} ms, Ready after ${readyAfter} ms`);
    assert.ok(handledAfter < 35_000, `${handledAfter} ms`);
  });

  it("are all Ready within two minutes", () => {
    assert.ok(readyAfter < 120_000, `${readyAfter} ms`);
  });

  it("are verified by their effect, each after one write", () => {
    const outcomes = result.records.map(({ key, attempt, outcome }) => [key, attempt, outcome]);
    const wanted = hundred.broken.map((name) => [
      `HelmRelease/${namespace}/${name}`,
      1,
      "effective",
    ]);
    assert.deepEqual(outcomes.sort(), wanted);
  });

  it("are all that is written to", () => {
    const touched = writesSince(started)
      .filter(({ objectRef }) => objectRef?.resource === "helmreleases")
      .map(
        ({ verb, objectRef }) => `${verb} ${objectRef?.namespace ?? ""}/${objectRef?.name ?? ""}`,
      );
    assert.deepEqual(
      touched.sort(),
      hundred.broken.map((name) => `patch ${namespace}/${name}`),
    );
  });

  it("are not written to by a second repair", async () => {
    const again = Date.now();
    const { records } = await repair();
    assert.deepEqual(records, []);
    assert.deepEqual(writesSince(again), []);
  });
});

/** Plays scenarios and tells what is expected of each object and what it is classified as. */
async function classified(scenarios: readonly Scenario[]): Promise<Classified> {
  const played = await stage.play(scenarios);
  await untilOld(stage, scenarios);
  const answers = await answersOf(ground);
  return { ...played, snapshot: await scan(stage.cluster, { fluxNamespace, answers }) };
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
    result = await classified(together);
  });

  themselves(together, () => result);
});

describe("releases behind a full queue are classified", () => {
  let result: Classified;

  before(async () => {
    result = await classified([queue]);
  });

  themselves([queue], () => result);
});

describe("releases whose controller was killed are classified", () => {
  let result: Classified;

  before(async () => {
    await killHelmController(stage);
    result = await classified([lost]);
  });

  themselves([lost], () => result);
});

describe("releases without a controller are classified", () => {
  let result: Classified;

  before(async () => {
    await scaleHelmController(stage, 0);
    result = await classified(down);
  });

  themselves(down, () => result);
});
