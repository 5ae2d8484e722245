import assert from "node:assert/strict";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";

import { Addresses, isOfCloud, readAddresses } from "../../../embedded/cloud/addresses.ts";

const web = { service: "shop/web", uid: "1" };
const api = { service: "shop/api", uid: "2" };

describe("the addresses of the cloud", () => {
  let directory: string;
  let file: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "addresses-"));
    file = join(directory, "addresses.json");
  });
  afterEach(() => {
    rmSync(directory, { recursive: true, force: true });
  });

  it("are handed out from the first free one on, each once", () => {
    const addresses = new Addresses(file);
    assert.equal(addresses.assign(web), "198.51.100.1");
    assert.equal(addresses.assign(api), "198.51.100.2");
    addresses.release("1");
    assert.equal(addresses.assign({ service: "shop/new", uid: "3" }), "198.51.100.1");
  });

  it("stay with their Service however often it asks, after a restart too", () => {
    assert.equal(new Addresses(file).assign(web), "198.51.100.1");
    assert.equal(new Addresses(file).assign(web), "198.51.100.1");
    assert.deepEqual(readAddresses(file), { "198.51.100.1": [web] });
  });

  it("end after 254", () => {
    const addresses = new Addresses(file);
    const all = Array.from({ length: 254 }, (_, index) =>
      addresses.assign({ service: "shop/web", uid: `uid-${index}` }),
    );
    assert.equal(new Set(all).size, 254);
    assert.equal(addresses.assign(web), undefined);
    addresses.release("uid-7");
    assert.equal(addresses.assign(web), "198.51.100.8");
  });

  it("are shared when one is wanted that another holds, and stay until the last has released it", () => {
    const addresses = new Addresses(file);
    addresses.assign(web);
    assert.equal(addresses.assign(api, "198.51.100.1"), "198.51.100.1");
    assert.deepEqual(addresses.sharers("1"), [api]);
    assert.deepEqual(addresses.sharers("2"), []);
    addresses.release("2");
    assert.deepEqual(addresses.sharers("1"), []);
    assert.deepEqual(readAddresses(file), { "198.51.100.1": [web] });
    addresses.release("1");
    assert.deepEqual(readAddresses(file), {});
  });

  it("are in a file for the owner alone, which is empty before the first", () => {
    assert.deepEqual(readAddresses(file), {});
    new Addresses(file).assign(web);
    assert.equal(statSync(file).mode & 0o777, 0o600);
  });

  for (const [address, own] of [
    ["198.51.100.1", true],
    ["198.51.100.254", true],
    ["198.51.100.255", false],
    ["198.51.100.0", false],
    ["198.51.100.", false],
    ["198.51.100.7.7", false],
    ["203.0.113.7", false],
    ["2001:db8::1", false],
  ] as const) {
    it(`${own ? "include" : "do not include"} "${address}"`, () => {
      assert.equal(isOfCloud(address), own);
    });
  }
});
