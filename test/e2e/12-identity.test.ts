import assert from "node:assert/strict";
import { before, describe, it } from "node:test";

import { stopProcesses } from "../../embedded/cluster/process.ts";
import { deleteCluster } from "../../embedded/cluster/stop.ts";
import { FluxInstance } from "../../scripts/lib/kinds.ts";
import { createLog } from "../../scripts/lib/log.ts";
import type { KubernetesObject } from "../../scripts/lib/object.ts";
import { Embedded, ownWrites } from "../support/embedded.ts";
import { withSettings } from "../support/stack-file.ts";

const quiet = createLog(() => undefined);
const flux = { resource: FluxInstance, name: "flux", namespace: "flux-system" };
const lean = { postBootstrap: { required: "none" } };

const gone = "FLUX_BOOTSTRAP_GONE=dev PULUMI_K8S_DELETE_UNREACHABLE=true";

type Instance = KubernetesObject<{ readonly sync?: object }>;

let embedded: Embedded;
let recorded = "";

const up = () => withSettings(embedded, lean, () => embedded.up());

/** A command line as a person copies it from a message. */
const typed = (line: string) =>
  withSettings(embedded, lean, () =>
    embedded.run(["sh", "-c", `${line} --yes --skip-preview --non-interactive --color never`]),
  );

/** The names of what the state holds, in its order. */
async function resources(): Promise<string[]> {
  const { stdout } = await embedded.run(["pulumi", "stack", "export"]);
  const { deployment } = JSON.parse(stdout) as { deployment: { resources?: { urn: string }[] } };
  return (deployment.resources ?? []).map(({ urn }) => urn.slice(urn.lastIndexOf("::") + 2));
}

before(async () => {
  embedded = await Embedded.start();
  const { code, output } = await up();
  assert.equal(code, 0, output);
  recorded = await embedded.cluster.uid();
});

describe("a cluster that does not answer", () => {
  before(async () => {
    const { processes } = embedded.record;
    const servers = processes.filter(({ name }) => name === "kube-apiserver");
    assert.equal(servers.length, 1);
    await stopProcesses(servers, 0);
  });

  it("is not taken for gone by an up, nor by a destroy that may drop what it cannot reach", async () => {
    const names = await resources();
    const { code, output } = await up();
    assert.notEqual(code, 0);
    assert.match(output, /must answer within 2s/);
    const destroyed = await embedded.destroy({ PULUMI_K8S_DELETE_UNREACHABLE: "true" });
    assert.notEqual(destroyed.code, 0);
    assert.ok(destroyed.output.includes(`${gone} pulumi destroy --refresh`), destroyed.output);
    // Drain and all that it stands on: what came before it holds nothing in the cluster but the mark.
    const left = await resources();
    const last = names.indexOf("drain-script");
    assert.deepEqual(left, names.slice(0, last + 1));
  });
});

describe("a new cluster under the old name", () => {
  it("is refused, with nothing written, until the line that the message says", async () => {
    await deleteCluster("dev", quiet);
    embedded = await Embedded.start();
    const live = await embedded.cluster.uid();
    assert.notEqual(live, recorded);
    const refused = await up();
    assert.notEqual(refused.code, 0);
    const [, from, line = ""] =
      /recorded for this stack \(kube-system (\S+)\), .* run: (.+)$/m.exec(refused.output) ?? [];
    assert.equal(from, recorded, refused.output);
    assert.equal(line, `FLUX_BOOTSTRAP_ACCEPT_CLUSTER=${live} pulumi up --refresh --run-program`);
    assert.deepEqual(ownWrites(embedded.audit()), []);

    const { code, output } = await typed(line);
    assert.equal(code, 0, output);
    const instance = await embedded.cluster.get<Instance>(flux);
    assert.ok(instance?.spec?.sync);
  });

  it("is the recorded one from then on", async () => {
    const writes = embedded.audit().length;
    const { code, output } = await up();
    assert.equal(code, 0, output);
    assert.match(output, /\d+ unchanged/);
    assert.doesNotMatch(output, /created|updated|replaced|deleted/);
    assert.deepEqual(ownWrites(embedded.audit().slice(writes)), []);
  });
});

describe("a cluster that is gone for good", () => {
  before(() => deleteCluster("dev", quiet));

  it("takes one command, which leaves nothing in the stack", async () => {
    const { code, output } = await typed(`${gone} pulumi destroy --refresh`);
    assert.equal(code, 0, output);
    assert.match(output, /FLUX_BOOTSTRAP_GONE: the cluster is gone/);
    assert.deepEqual(await resources(), []);
  });
});
