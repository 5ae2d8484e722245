import { stderrLog } from "../../scripts/lib/log.ts";
import { syncCrds } from "./crds.ts";

const [crds, ...rest] = process.argv.slice(2);
if (crds === undefined || rest.length > 0) {
  stderrLog.fail(
    `sync-crds must be given one directory, got ${process.argv.length - 2}. ` +
      "Pass config/crd/bases of the operator's module.",
  );
  process.exitCode = 2;
} else {
  const written = await syncCrds({ crds });
  stderrLog.done(written ? "copied the CRDs of flux-operator" : "the CRDs are there already");
}
