import { Fields, isObject, type Rule } from "./fields.ts";
import { removeCommand } from "./problem.ts";
import {
  command,
  duration,
  type Duration,
  flag,
  listOf,
  name,
  namespacedName,
  oneOf,
  pattern,
  text,
  time,
} from "./rules.ts";

/** What comes back before the layers that wait for it start, and how. `scripts/lib/restore` reads it as JSON. */
export type RestoreConfig = CommandRestore | VolsyncRestore | PopulatorRestore;

interface RestoreRules {
  /** Whether the driver may go on with a restore that did not finish. */
  readonly resume: boolean;
  readonly maxAge: Duration;
  readonly onOld: "fail" | "continue";
  readonly onMissing: "fail" | "continue";
  /** The Kustomization that has to be Ready first, as `namespace/name`. Undefined: infrastructure, where there is one. */
  readonly after: string | undefined;
  readonly timeout: Duration;
}

/** A command is a program and its arguments; a path is relative to the project. */
export interface CommandRestore extends RestoreRules {
  readonly kind: "command";
  readonly find: readonly string[];
  readonly restore: readonly string[];
  readonly verify: readonly string[];
}

export interface VolsyncRestore extends RestoreRules {
  readonly kind: "volsync";
  readonly volumes: readonly VolsyncVolume[];
}

export interface PopulatorRestore extends RestoreRules {
  readonly kind: "populator";
  readonly volumes: readonly PopulatorVolume[];
}

/** The PersistentVolumeClaim that the layer finds. */
interface RestoredClaim {
  readonly namespace: string;
  readonly name: string;
  readonly capacity: string;
  /** Undefined: the default of the cluster. */
  readonly storageClass: string | undefined;
  readonly accessModes: readonly string[];
}

export interface VolsyncVolume extends RestoredClaim {
  /** The Secret with the restic repository. */
  readonly repository: string;
  readonly copyMethod: "Snapshot" | "Direct";
  readonly snapshotClass: string | undefined;
  /** Undefined: the newest backup. */
  readonly restoreAsOf: string | undefined;
}

export interface PopulatorVolume extends RestoredClaim {
  readonly source: {
    readonly apiVersion: string;
    readonly kind: string;
    /** Undefined: the kind in lower case with an s. */
    readonly plural: string | undefined;
    readonly name: string;
  };
}

const objectName = pattern(
  /^[a-z0-9]([-.a-z0-9]{0,251}[a-z0-9])?$/,
  "be the name of an object",
  "data",
);

const quantity = pattern(/^[1-9]\d*(\.\d+)?([KMGTP]i|[kMGTP])?$/, "be a size such as 10Gi", "10Gi");

const accessModes = listOf(
  oneOf("ReadWriteOnce", "ReadWriteOncePod", "ReadWriteMany", "ReadOnlyMany"),
  "access modes such as ReadWriteOnce",
);

const outcome = oneOf("fail", "continue");

/** Undefined when nothing is to be restored. */
export function readRestore(root: Fields): RestoreConfig | undefined {
  const fields = root.object("restore");
  // Pulumi hands the project's default over, which is an empty object.
  if (fields.keys().length === 0) return undefined;
  const kind = fields.required("kind", oneOf("command", "volsync", "populator"));
  if (kind === undefined) return undefined;
  const restore = { ...readDriver(fields, kind), ...readRules(fields) };
  fields.finish();
  return restore;
}

function readDriver(fields: Fields, kind: RestoreConfig["kind"]) {
  switch (kind) {
    case "command":
      return {
        kind,
        find: fields.required("find", command) ?? [],
        restore: fields.required("restore", command) ?? [],
        verify: fields.required("verify", command) ?? [],
      };
    case "volsync":
      return { kind, volumes: readVolumes(fields, readVolsync) };
    case "populator":
      return { kind, volumes: readVolumes(fields, readPopulator) };
  }
}

function readRules(fields: Fields): RestoreRules {
  return {
    resume: fields.value("resume", flag, false),
    maxAge: fields.value("maxAge", duration, "48h"),
    onOld: fields.value("onOld", outcome, "fail"),
    onMissing: fields.value("onMissing", outcome, "continue"),
    after: fields.optional("after", namespacedName),
    timeout: fields.value("timeout", duration, "30m"),
  };
}

const someObjects: Rule<readonly Readonly<Record<string, unknown>>[]> = {
  must: "be a list of volumes, at least one",
  parse: (value) =>
    Array.isArray(value) && value.length > 0 && value.every(isObject) ? value : undefined,
};

/** Every volume by `read`, which takes the keys of its driver; no claim may come twice. */
function readVolumes<V extends RestoredClaim>(
  fields: Fields,
  read: (volume: Fields) => V,
): readonly V[] {
  const { problems, hides } = fields.place;
  const items = fields.required("volumes", someObjects) ?? [];
  const seen = new Set<string>();
  return items.map((item, index) => {
    const path = `${fields.path("volumes")}[${index}]`;
    const volume = new Fields(item, { path, problems, hides: () => hides("volumes") });
    const claim = read(volume);
    volume.finish();
    const label = `${claim.namespace}/${claim.name}`;
    if (seen.has(label))
      volume.note("name", "name a claim no other volume has", removeCommand(path));
    seen.add(label);
    return claim;
  });
}

function readClaim(volume: Fields): RestoredClaim {
  return {
    namespace: volume.required("namespace", name) ?? "",
    name: volume.required("name", objectName) ?? "",
    capacity: volume.required("capacity", quantity) ?? "",
    storageClass: volume.optional("storageClass", objectName),
    accessModes: volume.value("accessModes", accessModes, ["ReadWriteOnce"]),
  };
}

function readVolsync(volume: Fields): VolsyncVolume {
  return {
    ...readClaim(volume),
    repository: volume.required("repository", objectName) ?? "",
    copyMethod: volume.value("copyMethod", oneOf("Snapshot", "Direct"), "Snapshot"),
    snapshotClass: volume.optional("snapshotClass", objectName),
    restoreAsOf: volume.optional("restoreAsOf", time),
  };
}

function readPopulator(volume: Fields): PopulatorVolume {
  const claim = readClaim(volume);
  const fields = volume.object("source");
  const source = {
    apiVersion: fields.value("apiVersion", text, "snapshot.storage.k8s.io/v1"),
    kind: fields.value("kind", text, "VolumeSnapshot"),
    plural: fields.optional("plural", name),
    name: fields.required("name", objectName) ?? "",
  };
  fields.finish();
  return { ...claim, source };
}
