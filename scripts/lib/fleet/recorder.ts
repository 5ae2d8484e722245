import { hash } from "node:crypto";
import { closeSync, mkdirSync, openSync, writeSync } from "node:fs";
import { dirname } from "node:path";

import type { Snapshot, Unread } from "../classify/snapshot.ts";
import type { Resource } from "../kinds.ts";
import type { KubernetesObject } from "../object.ts";
import type { Redactor } from "../redact.ts";
import { type Key, keyOf } from "../tree/owner.ts";
import { identityOf, withoutSecrets } from "./recorded-object.ts";
import { type Header, type Line, recordingSchema } from "./recording-format.ts";

export interface RecorderOptions {
  readonly clusterUid: string;
  readonly fluxNamespace: string;
  /** The API server's clock, in milliseconds since the epoch; it must have heard an answer already. */
  readonly now: () => number;
  readonly redactor: Redactor;
  /** @default 64 MiB */
  readonly mostBytes?: number;
}

const defaultBytes = 64 * 1024 * 1024;
/** Room for the note that says why the recording ends. */
const reservedBytes = 256;

/**
 * Recorder is the flight recorder: it writes every state of every object to one file of JSON lines, as it is seen. Passwords
 * and the values that charts are given never reach the file. A full disk or a full file ends the recording, never the run.
 */
export class Recorder {
  readonly path: string;
  /** Why nothing more is recorded; undefined while it goes on. */
  ended: string | undefined;
  readonly #options: RecorderOptions;
  readonly #startedAt: number;
  readonly #known = new Map<Key, { readonly whole: string; readonly spec: string }>();
  #file: number | undefined;
  #room: number;
  #elapsed = 0;
  #waiting: string[] = [];

  /** Begins a new recording at `path`, whose folder is made; a former one is replaced. Throws when it cannot be written. */
  constructor(path: string, options: RecorderOptions) {
    this.path = path;
    this.#options = options;
    this.#startedAt = options.now();
    this.#room = (options.mostBytes ?? defaultBytes) - reservedBytes;
    mkdirSync(dirname(path), { recursive: true });
    this.#file = openSync(path, "w", 0o600);
    const { clusterUid, fluxNamespace } = options;
    const startedAt = new Date(this.#startedAt).toISOString();
    this.#append({ schema: recordingSchema, clusterUid, fluxNamespace, startedAt });
  }

  /** Records the object, unless nothing in it changed. */
  seen(object: KubernetesObject): void {
    if (this.ended !== undefined) return;
    const key = keyOf(object);
    const known = this.#known.get(key);
    const lean = withoutSecrets(object);
    const whole = hash("sha1", identityOf(lean));
    if (known?.whole === whole) return;
    const spec = hash("sha1", JSON.stringify(lean.spec ?? null));
    this.#known.set(key, { whole, spec });
    // Most changes are of the status only: the spec before it still holds.
    const { spec: same, ...changed } = lean;
    const recorded =
      known?.spec === spec && same !== undefined ? { ...changed, spec: "same" } : lean;
    this.#event({ kind: "seen", object: this.#options.redactor.document(recorded) });
  }

  gone(object: KubernetesObject): void {
    const { apiVersion, kind, metadata } = object;
    const { name, namespace } = metadata;
    this.#known.delete(keyOf(object));
    const named = { name, ...(namespace !== undefined && { namespace }) };
    this.#event({ kind: "gone", object: { apiVersion, kind, metadata: named } });
  }

  /** Something that a person wants to find in the recording again. */
  note(text: string): void {
    this.#event({ kind: "note", text: this.#options.redactor.text(text) });
  }

  /** That the kind cannot be read from now on, or, when `unread` is undefined, that it can. */
  readable(resource: Resource, unread: Unread | undefined): void {
    this.#event({ kind: "readable", resource, ...(unread && { unread }) });
  }

  /** What was learned beside the objects. */
  learned({ answers, logs }: Partial<Pick<Snapshot, "answers" | "logs">>): void {
    const { redactor } = this.#options;
    this.#event({
      kind: "learned",
      ...(answers && { answers: Object.fromEntries(answers) }),
      ...(logs && { logs: redactor.document(Object.fromEntries(logs)) }),
    });
  }

  /** Writes what still waits and ends the recording. */
  close(): void {
    this.#flush();
    this.ended ??= "closed";
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }

  #event(event: Line extends infer L ? (L extends unknown ? Omit<L, "t"> : never) : never): void {
    // The server's clock may be corrected backwards; the recording's time never runs so.
    this.#elapsed = Math.max(this.#elapsed, this.#options.now() - this.#startedAt);
    this.#append({ t: this.#elapsed, ...event });
  }

  #append(line: Header | object): void {
    if (this.ended !== undefined) return;
    const text = `${JSON.stringify(line)}\n`;
    this.#room -= Buffer.byteLength(text);
    if (this.#room < 0) {
      this.ended = "it reached its greatest size";
      const end = {
        t: this.#elapsed,
        kind: "note",
        text: `the recording ends here: ${this.ended}`,
      };
      this.#waiting.push(`${JSON.stringify(end)}\n`);
      this.#flush();
      return;
    }
    if (this.#waiting.push(text) > 1) return;
    setImmediate(() => {
      this.#flush();
    });
  }

  #flush(): void {
    const text = this.#waiting.join("");
    this.#waiting = [];
    if (text === "" || this.#file === undefined) return;
    try {
      writeSync(this.#file, text);
    } catch (error) {
      this.ended = error instanceof Error ? error.message : String(error);
    }
  }
}
