import type { Command } from "./command.ts";
import { destroyPlan } from "./destroy-plan.ts";
import { doctor } from "./doctor.ts";
import { dr } from "./dr.ts";
import { history } from "./history.ts";
import { logs } from "./logs.ts";
import { reconcile } from "./reconcile.ts";
import { repair } from "./repair.ts";
import { resume } from "./resume.ts";
import { status } from "./status.ts";
import { suspend } from "./suspend.ts";
import { thaw } from "./thaw.ts";

/** Every command, in the order in which a person needs them. */
export const commands: readonly Command[] = [
  status,
  doctor,
  repair,
  reconcile,
  suspend,
  resume,
  logs,
  history,
  dr,
  destroyPlan,
  thaw,
];
