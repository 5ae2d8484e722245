import type { Answer, Snapshot, Unread } from "../classify/snapshot.ts";
import type { KubernetesObject } from "../object.ts";
import { type Key, keyOf } from "../tree/owner.ts";
import type { Line } from "./recording-format.ts";

/** RecordedState is what a recording says of the fleet, up to the last line that was applied. */
export class RecordedState {
  readonly #objects = new Map<Key, KubernetesObject>();
  readonly #unread = new Map<string, Unread>();
  readonly #answers = new Map<string, Answer>();
  readonly #logs = new Map<string, readonly string[]>();

  apply(line: Line): void {
    switch (line.kind) {
      case "seen":
        this.#seen(line.object);
        break;
      case "gone":
        this.#objects.delete(keyOf(line.object));
        break;
      case "readable":
        this.#readable(line.resource.kind, line.unread);
        break;
      case "learned":
        this.#learned(line);
        break;
      case "note":
        break;
    }
  }

  snapshot(of: Pick<Snapshot, "at" | "fluxNamespace" | "limits">): Snapshot {
    return {
      ...of,
      objects: [...this.#objects.values()],
      unread: [...this.#unread.values()],
      answers: new Map(this.#answers),
      logs: new Map(this.#logs),
    };
  }

  #seen(object: KubernetesObject): void {
    const key = keyOf(object);
    const spec = this.#objects.get(key)?.spec;
    this.#objects.set(key, object.spec === "same" ? { ...object, spec } : object);
  }

  #readable(kind: string, unread: Unread | undefined): void {
    if (unread === undefined) this.#unread.delete(kind);
    else this.#unread.set(kind, unread);
  }

  #learned({ answers = {}, logs = {} }: Extract<Line, { kind: "learned" }>): void {
    for (const [name, answer] of Object.entries(answers)) this.#answers.set(name, answer);
    for (const [name, lines] of Object.entries(logs)) this.#logs.set(name, lines);
  }
}
