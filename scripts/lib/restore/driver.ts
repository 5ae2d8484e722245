/** Backup is what a driver can bring back. */
export interface Backup {
  /** The driver's own name for it. May hold what must not be shown: redact it before it is printed or stored. */
  readonly id: string;
  /** RFC 3339; undefined when the driver cannot tell before it has restored. */
  readonly takenAt: string | undefined;
}

/** Evidence says how it is known that the data is back. */
export interface Evidence {
  /** One line a fact. */
  readonly facts: readonly string[];
  /** When the backup was taken, where only the restore itself could tell. */
  readonly takenAt?: string;
}

/** Driver brings data back in one way. Both calls end early, with an error, when `signal` aborts. */
export interface Driver {
  /** The newest backup, or undefined when there is none. Writes nothing. Not being able to look is an error. */
  find(signal: AbortSignal): Promise<Backup | undefined>;
  /** Brings the backup back and proves it; undefined when it turned out that there is nothing to bring back. */
  restore(backup: Backup, signal: AbortSignal): Promise<Evidence | undefined>;
}
