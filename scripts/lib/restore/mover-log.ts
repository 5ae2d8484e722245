/** `status.latestMoverStatus` of a ReplicationDestination. */
export interface MoverStatus {
  readonly result?: "Successful" | "Failed";
  /** The lines that VolSync keeps of the mover's log. */
  readonly logs?: string;
}

export interface MoverLog {
  /** The restic snapshot that was restored; undefined when the log names none. */
  readonly snapshot: string | undefined;
  /** RFC 3339. */
  readonly takenAt: string | undefined;
  /** The repository held no snapshot to restore: VolSync calls that successful too. */
  readonly nothing: boolean;
}

const restoring =
  /^restoring snapshot (\S+) of .* at (\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.\d+)? ([+-]\d\d)(\d\d)\b/m;

/** readMoverLog finds what restic says that it restored. */
export function readMoverLog(logs: string): MoverLog {
  const nothing = /no eligible snapshots found/i.test(logs);
  const match = restoring.exec(logs);
  if (match === null) return { snapshot: undefined, takenAt: undefined, nothing };
  const [, snapshot, day = "", time = "", hours = "", minutes = ""] = match;
  const local = `${day}T${time}${hours}:${minutes}`;
  return { snapshot, takenAt: local.replace("+00:00", "Z"), nothing };
}
