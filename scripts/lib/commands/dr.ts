import type { Cluster } from "../cluster.ts";
import { formatAge } from "./age.ts";
import type { Command } from "./command.ts";
import { codeOf } from "./connect.ts";
import type { Cell, Outcome, Section } from "./outcome.ts";
import type { Keeper, Restorable } from "./restorable/restorable.ts";
import { snapshots } from "./restorable/snapshots.ts";
import { velero } from "./restorable/velero.ts";
import { volsync } from "./restorable/volsync.ts";
import type { Session } from "./session.ts";

const keepers: readonly Keeper[] = [...volsync, snapshots, velero];

export const dr: Command = {
  name: "dr",
  summary: "what data could be restored, and how old it is",
  operands: { usage: "", fewest: 0, most: 0 },
  options: {
    "max-age": {
      type: "string",
      value: "DURATION",
      default: "48h",
      text: "An older restore point counts as too old.",
    },
  },
  text: [
    "Reads what VolSync, VolumeSnapshots and Velero say of themselves, where their kinds are served, and the marker of the",
    "restore that the bootstrap makes. The exit code is 1 when something is too old, has failed or is missing, and when nothing",
    "at all is found.",
  ],
  never: "it restores nothing and opens no backup: what is listed has not been tried.",
  examples: [
    { command: "dr", text: "Before an upgrade." },
    { command: "dr --max-age 24h -o json", text: "For a check that runs every day." },
  ],
  prepare(input) {
    const most = input.duration("max-age");
    return (session) => show(session, most);
  },
};

/** What one keeper knows. */
interface Known {
  readonly keeper: Keeper;
  /** Undefined when its kind is not served. */
  readonly found: readonly Restorable[] | undefined;
  /** Why it could not be read. */
  readonly refused: string | undefined;
}

async function show(session: Session, most: number): Promise<Outcome> {
  const { cluster, namespace } = session;
  const { bootstrapRestore } = await import("./restorable/bootstrap.ts");
  const [known, restore] = await Promise.all([
    Promise.all(keepers.map((keeper) => readKeeper(cluster, keeper))),
    bootstrapRestore(cluster, namespace),
  ]);
  const now = cluster.now();
  const found = known.flatMap(({ keeper, found: list = [] }) =>
    list.map((restorable) => ({ product: keeper.product, ...judge(restorable, now, most) })),
  );
  const refused = known.flatMap(({ refused: why }) => (why === undefined ? [] : [why]));
  const good = found.length > 0 && found.every(({ verdict }) => verdict === "good");
  return {
    code: good && refused.length === 0 && restore.settled ? 0 : 1,
    sections: [
      tableOf(found),
      { lines: [...(found.length === 0 ? [nothingText(known)] : []), ...refused] },
      { title: "Restore of the bootstrap", lines: restore.lines },
    ],
    json: { restorable: found, refused, restore },
  };
}

async function readKeeper(cluster: Cluster, keeper: Keeper): Promise<Known> {
  try {
    const objects = await cluster.find(keeper.resource);
    return { keeper, found: objects && keeper.read(objects), refused: undefined };
  } catch (error) {
    if (codeOf(error) !== 403) throw error;
    return { keeper, found: undefined, refused: (error as Error).message };
  }
}

type Judged = Restorable & { readonly verdict: string; readonly age: string };

function judge(restorable: Restorable, now: number, most: number): Judged {
  const { quality, at } = restorable;
  const made = Date.parse(at ?? "");
  const age = Number.isNaN(made) ? "never" : formatAge(now - made);
  const old = quality === "good" && !(now - made <= most);
  return { ...restorable, verdict: old ? "too old" : quality, age };
}

function tableOf(found: readonly (Judged & { readonly product: string })[]): Section {
  if (found.length === 0) return {};
  const rows = found.map(({ product, object, restores, verdict, age, count, text }): Cell[] => [
    product,
    object,
    restores,
    { text: verdict, style: verdict === "good" ? "green" : "red" },
    age,
    count === undefined ? "" : String(count),
    text,
  ]);
  const columns = ["BY", "OBJECT", "RESTORES", "STATE", "AGE", "COUNT", "MESSAGE"];
  return { table: { columns, rows } };
}

function nothingText(known: readonly Known[]): string {
  const served = known.filter(({ found }) => found !== undefined);
  const products = (of: readonly Known[]) =>
    [...new Set(of.map(({ keeper }) => keeper.product))].join(", ");
  const tail =
    served.length === 0
      ? `the cluster serves no kind of ${products(known)}`
      : `the cluster serves kinds of ${products(served)}, and there is no object of them`;
  return `nothing found that data could be restored from: ${tail}`;
}
