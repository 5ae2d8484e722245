import { createHash } from "node:crypto";

import { z } from "zod";

import { parseDuration } from "../duration.ts";

const duration = z.string().transform((text, context) => {
  const milliseconds = parseDuration(text);
  if (milliseconds !== undefined && milliseconds > 0) return milliseconds;
  context.addIssue({ code: "custom", message: "a duration above zero" });
  return z.NEVER;
});

/** Beyond it a timer of Node ends at once. */
const longestTimer = 2 ** 31 - 1;

const argv = z.tuple([z.string().min(1)], z.string());

/** What every driver has. */
const common = {
  resume: z.boolean().default(false),
  maxAge: duration.prefault("48h"),
  onOld: z.enum(["fail", "continue"]).default("fail"),
  onMissing: z.enum(["fail", "continue"]).default("continue"),
  after: z
    .string()
    .regex(/^[^/]+\/[^/]+$/)
    .optional(),
  timeout: duration
    .transform((milliseconds) => Math.min(milliseconds, longestTimer))
    .prefault("30m"),
};

/** What the claim is to be like that the layer finds. */
const claim = {
  namespace: z.string(),
  name: z.string(),
  capacity: z.string(),
  storageClass: z.string().optional(),
  accessModes: z.array(z.string()).min(1).default(["ReadWriteOnce"]),
};

const replicated = z.strictObject({
  ...claim,
  repository: z.string(),
  copyMethod: z.enum(["Snapshot", "Direct"]).default("Snapshot"),
  snapshotClass: z.string().optional(),
  restoreAsOf: z.string().optional(),
});

const populated = z.strictObject({
  ...claim,
  source: z.strictObject({
    apiVersion: z.string().default("snapshot.storage.k8s.io/v1"),
    kind: z.string().default("VolumeSnapshot"),
    plural: z.string().optional(),
    name: z.string(),
  }),
});

const settings = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("command"),
    find: argv,
    restore: argv,
    verify: argv,
    ...common,
  }),
  z.strictObject({
    kind: z.literal("volsync"),
    volumes: z.array(replicated).min(1),
    ...common,
  }),
  z.strictObject({
    kind: z.literal("populator"),
    volumes: z.array(populated).min(1),
    ...common,
  }),
]);

/** RestoreSettings say how data comes back: `kind` is the driver. Durations are milliseconds. */
export type RestoreSettings = z.infer<typeof settings> & {
  /** Tells these settings from every other. */
  readonly digest: string;
};

export type CommandSettings = Extract<RestoreSettings, { kind: "command" }>;
export type VolsyncSettings = Extract<RestoreSettings, { kind: "volsync" }>;
export type PopulatorSettings = Extract<RestoreSettings, { kind: "populator" }>;
export type ReplicatedVolume = VolsyncSettings["volumes"][number];
export type PopulatedVolume = PopulatorSettings["volumes"][number];

/** A claim as the layer is to find it. */
export type ClaimSettings = Pick<
  ReplicatedVolume,
  "namespace" | "name" | "capacity" | "storageClass" | "accessModes"
>;

/** parseRestore reads the program's document, durations as Go writes them. Throws an Error worded to follow "must". */
export function parseRestore(document: unknown): RestoreSettings {
  const { data, error } = settings.safeParse(document);
  if (data === undefined) {
    const [issue] = error.issues;
    throw new Error(`be the restore settings (${issue?.path.join(".") ?? ""} is not)`);
  }
  return { ...data, digest: digestOf(document) };
}

/** The order of keys does not count. */
function digestOf(document: unknown): string {
  const ordered = JSON.stringify(document, (_, value: unknown) =>
    typeof value === "object" && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
  return createHash("sha256").update(ordered).digest("hex").slice(0, 16);
}
