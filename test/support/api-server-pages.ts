import type { ServerResponse } from "node:http";

import type { KubernetesObject } from "../../scripts/lib/object.ts";
import { send, sendStatus } from "./api-server-protocol.ts";

interface Rest {
  readonly version: string;
  readonly items: readonly KubernetesObject[];
}

/** Pages cuts lists into pages as the API server does: later pages show the collection as it was at the first. */
export class Pages {
  /** Objects a page, when that is fewer than the client asks for. */
  most = Infinity;
  /** How many of the next requests for a later page find it expired. */
  expired = 0;
  readonly #rests = new Map<string, Rest>();

  answer(response: ServerResponse, query: URLSearchParams, whole: Rest): void {
    const token = query.get("continue");
    const rest = token === null ? whole : this.#rests.get(token);
    if (token !== null && this.expired > 0) {
      this.expired -= 1;
      sendStatus(response, 410, "Expired");
    } else if (rest === undefined) {
      sendStatus(response, 410, "Expired");
    } else {
      send(response, 200, this.#page(rest, Number(query.get("limit") ?? "0")));
    }
  }

  #page({ version, items }: Rest, limit: number) {
    // A limit of zero asks for all of it, and the server then gives all.
    const size = limit === 0 ? Infinity : Math.min(limit, this.most);
    const metadata = { resourceVersion: version };
    if (items.length <= size) return { metadata, items };
    const token = `page-${this.#rests.size + 1}`;
    this.#rests.set(token, { version, items: items.slice(size) });
    return { metadata: { ...metadata, continue: token }, items: items.slice(0, size) };
  }
}
