import { GivenUp, quickValues } from "./given-up.ts";
import { release } from "./manifest.ts";
import { failed, observed } from "./scenario.ts";
import type { Stage } from "./stage.ts";

function names(kind: string, count: number): readonly string[] {
  const numbers = Array.from({ length: count }, (_, index) => String(index + 1).padStart(2, "0"));
  return numbers.map((number) => `${kind}-${number}`);
}

/** A hundred releases in one namespace: out of retries, suspended, without a source, and young. */
export const hundred = {
  broken: names("broken", 90),
  suspended: names("suspended", 3),
  sourceless: names("sourceless", 5),
  young: names("young", 2),
} as const;

const sourceless = { chartRef: { kind: "OCIRepository", name: "gone" } };

/** Brings all but the young ones into their states. */
export async function breakReleases(stage: Stage): Promise<GivenUp> {
  const made = await GivenUp.make(stage, "hundred");
  await made.apply([
    ...hundred.suspended.map((name) => release(name, { suspend: true })),
    ...hundred.sourceless.map((name) => release(name, sourceless)),
  ]);
  await Promise.all([
    made.releases(hundred.broken),
    made.until(hundred.suspended, observed),
    made.until(hundred.sourceless, failed("ArtifactFailed")),
  ]);
  return made;
}

/** Removes what broke the ninety, and creates the young ones. */
export async function mend(made: GivenUp): Promise<void> {
  await made.mend();
  await made.apply(hundred.young.map((name) => release(name, { values: quickValues })));
}
