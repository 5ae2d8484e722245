import type { IncomingMessage, ServerResponse } from "node:http";

import type { Resource } from "../../scripts/lib/kinds.ts";
import { type Json, parseTarget, send } from "./api-server-protocol.ts";

export type Verb = "get" | "list" | "watch" | "create" | "patch" | "delete";

export interface Refusal {
  readonly code: number;
  readonly reason: string;
  readonly message?: string;
  /** Seconds, or a date. */
  readonly retryAfter?: string;
  /** @default for ever */
  readonly times?: number;
}

interface Rule extends Refusal {
  readonly matches: (request: string) => boolean;
  left: number;
}

interface Forbidden {
  readonly verb: Verb;
  readonly resource: Resource;
  readonly isOn: () => boolean;
}

/** Faults are answers that a FakeApiServer gives instead of its own. */
export class Faults {
  /** How far the server's clock is ahead, in milliseconds. */
  clockOffset = 0;
  readonly #rules: Rule[] = [];
  readonly #forbidden: Forbidden[] = [];

  /** Refuses requests such as `GET /apis/…?limit=500` that match. The returned function ends that. */
  refuse(matching: RegExp, refusal: Refusal): () => void {
    return this.#add((request) => matching.test(request), refusal);
  }

  /** The user may not do that with objects of the kind. */
  forbid(verb: Verb, resource: Resource): () => void {
    const message = `${resource.plural} is forbidden: User "test" cannot ${verb} resource "${resource.plural}"`;
    let on = true;
    this.#forbidden.push({ verb, resource, isOn: () => on });
    const end = this.#add((request) => isVerb(request, verb, resource), {
      code: 403,
      reason: "Forbidden",
      message,
    });
    return () => {
      on = false;
      end();
    };
  }

  /** Whether the user lacks the right that a SelfSubjectAccessReview asks for. */
  forbids(review: Json): boolean {
    const { resourceAttributes = {} } = (review["spec"] ?? {}) as {
      readonly resourceAttributes?: { readonly verb?: string; readonly resource?: string };
    };
    const { verb, resource } = resourceAttributes;
    const forbidden = this.#forbidden.filter(({ isOn }) => isOn());
    // The question after every right at once.
    if (verb === "*" && resource === "*") return forbidden.length > 0;
    return forbidden.some((known) => known.verb === verb && known.resource.plural === resource);
  }

  /** Sets the Date header, and answers the request when it is to be refused: true then. */
  answer(request: IncomingMessage, response: ServerResponse): boolean {
    if (this.clockOffset !== 0) {
      response.setHeader("date", new Date(Date.now() + this.clockOffset).toUTCString());
    }
    const text = `${request.method ?? "GET"} ${request.url ?? "/"}`;
    const rule = this.#rules.find(({ left, matches }) => left > 0 && matches(text));
    if (rule === undefined) return false;
    rule.left -= 1;
    const { code, reason, message = reason, retryAfter } = rule;
    if (retryAfter !== undefined) response.setHeader("retry-after", retryAfter);
    send(response, code, { kind: "Status", code, reason, message });
    return true;
  }

  #add(matches: Rule["matches"], refusal: Refusal): () => void {
    const rule: Rule = { ...refusal, matches, left: refusal.times ?? Infinity };
    this.#rules.push(rule);
    return () => {
      rule.left = 0;
    };
  }
}

const methods = { create: "POST", patch: "PATCH", delete: "DELETE" } as const;

/** The verb of a request as Kubernetes' access rules name it. */
function verbOf(method: string, isWatch: boolean, isNamed: boolean): Verb | undefined {
  const verbs = ["create", "patch", "delete"] as const;
  if (method !== "GET") return verbs.find((verb) => methods[verb] === method);
  if (isWatch) return "watch";
  return isNamed ? "get" : "list";
}

function isVerb(request: string, verb: Verb, { apiVersion, plural }: Resource): boolean {
  const [method = "", url = ""] = request.split(" ");
  const { pathname, searchParams } = new URL(url, "http://fake");
  const target = parseTarget(pathname);
  if (target?.apiVersion !== apiVersion || target.plural !== plural) return false;
  return verbOf(method, searchParams.get("watch") === "true", target.name !== undefined) === verb;
}
