import type { AuditEvent } from "../embedded.ts";

/** Named is an object as the audit log names it. */
export interface Named {
  /** Empty for the core group. */
  readonly group: string;
  /** Plural. */
  readonly resource: string;
  /** Empty for what has none. */
  readonly namespace: string;
  readonly name: string;
}

/** Life is what the audit log tells of the end of one object. */
interface Life {
  readonly at: Named;
  readonly created: number | undefined;
  readonly asked: AuditEvent | undefined;
  readonly last: AuditEvent;
}

const idOf = ({ group, resource, namespace, name }: Named) =>
  [group, resource, namespace, name].join("/");

/** When the API server got the request: no later than its effect, which others may see before the answer is logged. */
export const momentOf = ({ requestReceivedTimestamp }: AuditEvent) =>
  Date.parse(requestReceivedTimestamp);

/** Whether the API server did what was asked. */
export const succeeded = ({ responseStatus }: AuditEvent) => (responseStatus?.code ?? 500) < 300;

/** The canaries of a drain come and go before anything else does. */
const canary = /^gate-/;

function namedOf({ objectRef }: AuditEvent): Named | undefined {
  if (objectRef?.name === undefined || canary.test(objectRef.name)) return undefined;
  const { apiGroup: group = "", resource, namespace = "", name } = objectRef;
  return { group, resource, namespace, name };
}

/** Trail reads from the audit log of one period when each object was asked to go, and when it went. */
export class Trail {
  readonly events: readonly AuditEvent[];
  readonly #lives = new Map<string, Life>();

  constructor(events: readonly AuditEvent[]) {
    this.events = events.filter(succeeded);
    for (const event of this.events) this.#note(event);
  }

  /** When its deletion was first asked for, in milliseconds since the epoch; undefined when nobody did. */
  asked(at: Named): number | undefined {
    const asked = this.#lives.get(idOf(at))?.asked;
    return asked === undefined ? undefined : momentOf(asked);
  }

  /**
   * When it went: with the last write that succeeded, which is its deletion or takes its last finalizer. Undefined when it
   * was never asked to go.
   */
  ended(at: Named): number | undefined {
    const life = this.#lives.get(idOf(at));
    return life?.asked === undefined ? undefined : momentOf(life.last);
  }

  /** The user whose write made it go. */
  endedBy(at: Named): string | undefined {
    return this.#lives.get(idOf(at))?.last.user.username;
  }

  /** Everything of that group and kind whose deletion was asked for, in that order; canaries are not among it. */
  deleted(group: string, resource: string): readonly Named[] {
    return [...this.#lives.values()]
      .filter(({ at, asked }) => asked !== undefined && isOf(at, group, resource))
      .sort((one, other) => momentOf(one.asked ?? one.last) - momentOf(other.asked ?? other.last))
      .map(({ at }) => at);
  }

  /** Everything of that group and kind that was made anew after its deletion. */
  recreated(group: string, resource: string): readonly Named[] {
    return [...this.#lives.values()]
      .filter(({ at, asked, created }) => {
        if (asked === undefined || created === undefined) return false;
        return isOf(at, group, resource) && created > momentOf(asked);
      })
      .map(({ at }) => at);
  }

  #note(event: AuditEvent): void {
    const at = namedOf(event);
    if (at === undefined) return;
    const before = this.#lives.get(idOf(at));
    const deletes = event.verb === "delete";
    // An apply creates too, and is answered so.
    const creates = event.responseStatus?.code === 201;
    this.#lives.set(idOf(at), {
      at,
      created: creates ? momentOf(event) : before?.created,
      asked: before?.asked ?? (deletes ? event : undefined),
      last: event,
    });
  }
}

function isOf(at: Named, group: string, resource: string): boolean {
  return at.group === group && at.resource === resource;
}

/** The writes of a drain. */
export function drainWrites(events: readonly AuditEvent[]): readonly AuditEvent[] {
  return events.filter(({ userAgent = "" }) => userAgent.startsWith("flux-bootstrap/drain"));
}
