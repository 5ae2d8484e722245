// One run of restoreOnce in a process of its own: node run-restore.ts <settings as JSON>
import { Cluster } from "../../../../../scripts/lib/cluster.ts";
import { stderrLog } from "../../../../../scripts/lib/log.ts";
import { restoreOnce } from "../../../../../scripts/lib/restore/restore.ts";
import { parseRestore } from "../../../../../scripts/lib/restore/settings.ts";

const { RUN_KUBECONFIG: content = "" } = process.env;
await restoreOnce(
  new Cluster(content, "restore"),
  parseRestore(JSON.parse(process.argv[2] ?? "null")),
  {
    log: stderrLog,
    signal: new AbortController().signal,
    fluxNamespace: "flux-system",
    kubeconfig: { content },
  },
);
