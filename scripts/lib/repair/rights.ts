import { ApiError } from "../api-server.ts";
import type { Cluster } from "../cluster.ts";
import type { Action } from "../classify/verdict.ts";
import { Failure, firstDetails } from "../failure.ts";
import { Pod, type Resource } from "../kinds.ts";
import type { KubernetesObject } from "../object.ts";
import { resourceOf } from "./eligibility.ts";
import type { PlannedRepair } from "./plan.ts";
import { Pool } from "./pool.ts";

/** Need is one thing that the user has to be allowed to do. */
export interface Need {
  readonly verb: "create" | "delete" | "get" | "patch";
  readonly resource: Resource;
  readonly namespace: string;
}

interface Review {
  readonly status?: { readonly allowed?: boolean };
}

const path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
const concurrentReviews = 8;

/** Rights asks the API server what the user may do, each thing once; nothing is written by asking. */
export class Rights {
  readonly #cluster: Cluster;
  readonly #answers = new Map<string, Promise<boolean>>();
  readonly #pool = new Pool(concurrentReviews);

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  /** The needs that are refused. */
  async missing(needs: readonly Need[]): Promise<Need[]> {
    const granted = await Promise.all(needs.map(async (need) => this.#has(need)));
    return needs.filter((_, index) => granted[index] === false);
  }

  /** Throws a Failure that names every refused verb and resource. */
  async require(needs: readonly Need[]): Promise<void> {
    const missing = await this.missing(needs);
    const [first] = missing;
    if (first === undefined) return;
    const lines = [...new Set(missing.map(describeNeed))];
    throw new Failure(
      `the user of the kubeconfig must be allowed to ${describeNeed(first)}, got a refusal. ` +
        "Nothing was written. Grant it with a Role, or use another context.",
      {
        details: firstDetails(lines.map((line) => `missing: ${line}`)),
        next: `kubectl auth can-i ${first.verb} ${qualified(first.resource)} -n ${first.namespace}`,
      },
    );
  }

  /** A right on all namespaces holds in each, which saves a question for every namespace. */
  async #has(need: Need): Promise<boolean> {
    return (await this.#ask({ ...need, namespace: "" })) || this.#ask(need);
  }

  async #ask(need: Need): Promise<boolean> {
    const question = describeNeed(need);
    const known = this.#answers.get(question);
    if (known !== undefined) return known;
    const answer = this.#pool.run(async () => this.#review(need));
    this.#answers.set(question, answer);
    // An outage is no answer.
    answer.catch(() => this.#answers.delete(question));
    return answer;
  }

  async #review({ verb, resource, namespace }: Need): Promise<boolean> {
    const [group = "", version] = resource.apiVersion.split("/");
    const resourceAttributes = {
      verb,
      resource: resource.plural,
      group: version === undefined ? "" : group,
      ...(namespace !== "" && { namespace }),
    };
    try {
      const { status } = await this.#cluster.api.json<Review>(path, {
        method: "POST",
        body: {
          apiVersion: "authorization.k8s.io/v1",
          kind: "SelfSubjectAccessReview",
          spec: { resourceAttributes },
        },
      });
      return status?.allowed === true;
    } catch (error) {
      // Where nobody may ask, the write itself will tell.
      if (error instanceof ApiError && (error.code === 403 || error.code === 404)) return true;
      throw error;
    }
  }
}

/** needsOf are the rights that planned writes take. */
export function needsOf(repairs: readonly Pick<PlannedRepair, "verdict" | "action">[]): Need[] {
  const needs = repairs.map(({ verdict, action }) => needOf(verdict.object, action));
  const known = needs.filter((need) => need !== undefined);
  return [...new Map(known.map((need) => [describeNeed(need), need])).values()];
}

/** needOf is the right that a write to the object takes; undefined for what takes no requests. */
export function needOf(object: KubernetesObject, action: Action): Need | undefined {
  const { namespace = "" } = object.metadata;
  if (action === "restart-controller") return { verb: "delete", resource: Pod, namespace };
  const resource = resourceOf(object);
  return resource === undefined ? undefined : { verb: "patch", resource, namespace };
}

/** describeNeed is `patch helmreleases.helm.toolkit.fluxcd.io in namespace apps`. */
export function describeNeed({ verb, resource, namespace }: Need): string {
  const where = namespace === "" ? "all namespaces" : `namespace ${namespace}`;
  return `${verb} ${qualified(resource)} in ${where}`;
}

function qualified({ apiVersion, plural }: Resource): string {
  return apiVersion.includes("/") ? `${plural}.${apiVersion.split("/")[0] ?? ""}` : plural;
}
