import assert from "node:assert/strict";
import { homedir } from "node:os";
import { after, before, describe, it } from "node:test";

import {
  connectionDirectory,
  readConnectionRecord,
} from "../../../components/cluster/connection-record.ts";
import { clusterDirectory } from "../../../embedded/home.ts";
import { ClusterRecords } from "../../support/program.ts";

const records = new ClusterRecords();
before(() => {
  records.use();
});
after(() => {
  records.remove();
});

describe("the record of an embedded cluster", () => {
  const places: readonly (readonly [environment: NodeJS.ProcessEnv, directory: string])[] = [
    [{ FLUX_BOOTSTRAP_HOME: "/own", XDG_STATE_HOME: "/state" }, "/own/clusters/dev"],
    [{ XDG_STATE_HOME: "/state" }, "/state/flux-bootstrap/clusters/dev"],
    [{}, `${homedir()}/.local/state/flux-bootstrap/clusters/dev`],
  ];
  for (const [environment, directory] of places) {
    it(`is in ${directory} with ${JSON.stringify(environment)}`, () => {
      assert.equal(connectionDirectory("dev", environment), directory);
    });
  }

  it("is where the embedded environment puts it", () => {
    assert.equal(connectionDirectory("dev"), clusterDirectory("dev"));
  });

  it("comes with the kubeconfig that it points at", () => {
    records.add("dev", "the kubeconfig");
    const found = readConnectionRecord("dev");
    assert.equal(found?.kubeconfig, "the kubeconfig");
    assert.equal(found.record.gitUrl, "http://127.0.0.1:8080/fleet.git");
  });

  it("is nothing where no such cluster was started", () => {
    assert.equal(readConnectionRecord("missing"), undefined);
  });
});
