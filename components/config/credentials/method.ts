import type { Fields } from "../fields.ts";
import type { SourceKind } from "../types.ts";
import type { SourceCredentials } from "./types.ts";

/** What the credentials have to fit. */
export interface Source {
  readonly kind: SourceKind;
  /** Undefined: the Git server that the cluster supplies. */
  readonly url: string | undefined;
}

/** The configuration around the credentials. */
export interface Settings {
  /** The top of the configuration. */
  readonly root: Fields;
  /** The object `sync`. */
  readonly sync: Fields;
  readonly source: Source;
}

/** A key of the configuration and where it stands. */
export interface Setting {
  readonly fields: Fields;
  readonly key: string;
}

/** One way to open a source. */
export interface Method {
  /** Its settings; any of them chooses it. */
  readonly settings: (settings: Settings) => readonly Setting[];
  /** Why it cannot open that source, worded to follow "must be absent"; undefined when it can. */
  readonly misfit: (source: Source) => string | undefined;
  /** Undefined where a problem was noted. */
  readonly read: (settings: Settings) => SourceCredentials | undefined;
}

export function isSsh(url: string | undefined): boolean {
  return url?.startsWith("ssh:") === true;
}

/** Why it is not for a source of another kind. */
export function unlessKind(kind: SourceKind) {
  return (source: Source) =>
    source.kind === kind ? undefined : `when sync.kind is "${source.kind}"`;
}

/** fromFile is the command that sets a secret to what stands in a file. */
export function fromFile(key: string): string {
  return `Run: pulumi config set --secret ${key} < FILE`;
}
