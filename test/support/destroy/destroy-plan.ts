import assert from "node:assert/strict";

import type { DrainPlan } from "../../../scripts/lib/drain/plan/drain-plan.ts";
import type { Embedded } from "../embedded.ts";

/** What the command says a destroy would do that deletes volumes, or keeps them. */
export async function destroyPlan(embedded: Embedded, volumes = "delete"): Promise<DrainPlan> {
  const command = ["node", "scripts/fleet.ts", "destroy-plan", "--output", "json"] as const;
  const { code, stdout, output } = await embedded.run([...command, "--volumes", volumes]);
  assert.equal(code, 0, output);
  return JSON.parse(stdout) as DrainPlan;
}
