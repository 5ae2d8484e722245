/** The id of a Drain that was made before it had one. */
export const firstDrain = "first";

/** drainIdOf reads the id from what `drain-record.ts` printed. */
export function drainIdOf(recorded: string | undefined): string {
  try {
    const { id } = JSON.parse(recorded ?? "{}") as { readonly id?: string };
    return id ?? firstDrain;
  } catch {
    return firstDrain;
  }
}
