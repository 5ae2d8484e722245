import { z } from "zod";

import type { Environment } from "../environment.ts";
import type { PodFixOptions } from "./fix.ts";
import { fixModes } from "./fix-decision.ts";

/** Which pods may be deleted for a new one, as the configuration says. */
export type PodFixSettings = Pick<PodFixOptions, "mode" | "namespaces" | "most">;

/** readPodFixes reads AUTO_FIX_PODS, AUTO_FIX_NAMESPACES (a JSON list) and AUTO_FIX_LIMIT. */
export function readPodFixes(environment: Environment): PodFixSettings {
  return {
    mode: environment.choice("AUTO_FIX_PODS", fixModes, "off"),
    namespaces: environment.json("AUTO_FIX_NAMESPACES", (document) =>
      parsed(z.array(z.string().min(1)), document, "be a JSON list of namespaces"),
    ),
    most: environment.json("AUTO_FIX_LIMIT", (document) =>
      parsed(z.int().min(1), document, "be a whole number above zero"),
    ),
  };
}

function parsed<T>(schema: z.ZodType<T>, document: unknown, rule: string): T {
  const { success, data } = schema.safeParse(document);
  if (!success) throw new Error(rule);
  return data;
}
