import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";

import { Addresses } from "../../../embedded/cloud/addresses.ts";
import { billOf } from "../../../embedded/cloud/bill.ts";
import { Storage } from "../../../embedded/cloud/storage.ts";
import { layoutOf } from "../../../embedded/cluster/layout.ts";

describe("the bill of a cluster", () => {
  const before = process.env["FLUX_BOOTSTRAP_HOME"];
  let home: string;

  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), "bill-"));
    process.env["FLUX_BOOTSTRAP_HOME"] = home;
  });
  afterEach(() => {
    if (before === undefined) delete process.env["FLUX_BOOTSTRAP_HOME"];
    else process.env["FLUX_BOOTSTRAP_HOME"] = before;
    rmSync(home, { recursive: true, force: true });
  });

  it("is empty where no cluster was ever started", () => {
    assert.deepEqual(billOf("dev"), { addresses: [], volumes: [] });
  });

  it("names each address with its Services, and each volume, until they are taken back", () => {
    const layout = layoutOf("dev");
    const addresses = new Addresses(layout.addresses);
    const storage = new Storage(layout.volumes);
    addresses.assign({ service: "shop/web", uid: "1" });
    addresses.assign({ service: "shop/api", uid: "2" }, "198.51.100.1");
    storage.make("pvc-2");
    storage.make("pvc-1");
    assert.deepEqual(billOf("dev"), {
      addresses: ["198.51.100.1 shop/web shop/api"],
      volumes: ["pvc-1", "pvc-2"],
    });
    addresses.release("1");
    storage.remove("pvc-1");
    assert.deepEqual(billOf("dev"), { addresses: ["198.51.100.1 shop/api"], volumes: ["pvc-2"] });
  });
});
