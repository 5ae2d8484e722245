import type { Cluster } from "../../../scripts/lib/cluster.ts";
import { stderrLog } from "../../../scripts/lib/log.ts";
import { displayName, type Reference } from "../../../scripts/lib/object.ts";
import { waitFor } from "../../../scripts/lib/wait.ts";

const goneMilliseconds = 60_000;

/** Deletes the object; resolves when it is gone. */
export async function removeWhole(cluster: Cluster, reference: Reference): Promise<void> {
  if (!(await cluster.delete(reference))) return;
  const { resource, name, namespace } = reference;
  const wait = {
    what: `${displayName(reference)} (gone)`,
    timeoutMilliseconds: goneMilliseconds,
    next: "look at the cluster of this test",
    log: stderrLog,
  };
  await waitFor<undefined>(wait, ({ signal, state, resolve }) => {
    let there = false;
    const options = { name, signal, ...(namespace !== undefined && { namespace }) };
    const listed = () => {
      if (!there) resolve(undefined);
    };
    cluster.follow(
      resource,
      { ...options, listed },
      {
        seen: ({ status }) => {
          there = true;
          state(JSON.stringify(status ?? {}));
        },
        gone: () => {
          resolve(undefined);
        },
      },
    );
  });
}
