import type { Cluster } from "../cluster.ts";
import type { Log } from "../log.ts";
import type { Resource } from "../kinds.ts";
import { type Assessment, assess, progressText } from "../tree/assessment.ts";
import { requiredNow, type Requirement } from "../tree/requirement.ts";
import { type Tree, treeKinds } from "../tree/tree.ts";
import type { Waiting } from "../wait.ts";

export interface Following {
  readonly tree: Tree;
  readonly wanted: {
    readonly requirement: Requirement;
    readonly kustomizations: readonly string[];
  };
  readonly log: Log;
}

const progressMilliseconds = 4_000;

/** assessNow judges the tree as it is. */
export function assessNow({ tree, wanted }: Omit<Following, "log">): Assessment {
  const nodes = tree.nodes();
  return assess(nodes, requiredNow(tree, nodes, wanted));
}

/** followTree feeds the tree with what happens in the cluster and resolves when it is settled. */
export function followTree(
  cluster: Cluster,
  following: Following,
  { signal, state, resolve }: Waiting<undefined>,
): void {
  const { tree, log } = following;
  const listed = new Set<Resource>();
  let printed = { text: "", at: Date.now() };
  let scheduled = false;
  const look = () => {
    scheduled = false;
    if (signal.aborted || listed.size < treeKinds.length) return;
    const assessment = assessNow(following);
    const text = progressText(assessment);
    state(text);
    if (assessment.settled) {
      resolve(undefined);
    } else if (text !== printed.text && Date.now() - printed.at >= progressMilliseconds) {
      printed = { text, at: Date.now() };
      log.wait(text);
    }
  };
  // Events come in bursts: one look serves all of those that are there.
  const changed = () => {
    if (!scheduled) setImmediate(look);
    scheduled = true;
  };
  for (const resource of treeKinds) {
    cluster.follow(
      resource,
      {
        signal,
        listed: () => {
          listed.add(resource);
          changed();
        },
      },
      {
        seen: (object) => {
          tree.seen(object);
          changed();
        },
        gone: (object) => {
          tree.gone(object);
          changed();
        },
      },
    );
  }
}
