import { RefusedError } from "../cluster/reader.ts";

/** Seen is what Preflight reads of an object. */
export interface Seen {
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly uid?: string;
    readonly deletionTimestamp?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
}

export interface SeenList<T extends Seen = Seen> {
  readonly items?: readonly T[];
}

/** readable is the answer, or undefined where the login may not read that: the rights say so by themselves. */
export async function readable<T>(answer: Promise<T | undefined>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof RefusedError && error.code === 403) return undefined;
    throw error;
  }
}
