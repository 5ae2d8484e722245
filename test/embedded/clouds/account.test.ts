import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { readAccount, withAccount } from "../../../embedded/clouds/account.ts";
import { inStateHome } from "./support/test-cloud.ts";

describe("the account of a cloud", () => {
  inStateHome();

  it("keeps what is put into it, of each cloud for itself", async () => {
    await withAccount("aws", (account) => account.put("t", "one", { a: 1 }, { a: 1 }));
    assert.deepEqual(readAccount("aws").get("t", "one")?.properties, { a: 1 });
    assert.equal(readAccount("azure").get("t", "one"), undefined);
  });

  it("is as before when the work throws", async () => {
    await withAccount("aws", (account) => account.put("t", "one", {}));
    const work = withAccount("aws", (account) => {
      account.remove("t", "one");
      throw new Error("no");
    });
    await assert.rejects(work, { message: "no" });
    assert.notEqual(readAccount("aws").get("t", "one"), undefined);
  });

  it("loses nothing of those who write at the same time", async () => {
    const names = Array.from({ length: 20 }, (_, index) => `r${index}`);
    await Promise.all(names.map((name) => withAccount("aws", (own) => own.put("t", name, {}))));
    const found = readAccount("aws").all("t");
    assert.deepEqual(
      found.map(({ id }) => id),
      names,
    );
  });

  it("hands no id out twice, after a restart neither", async () => {
    const first = await withAccount("aws", (account) => account.hex(17));
    const second = await withAccount("aws", (account) => account.hex(17));
    assert.match(first, /^[0-9a-f]{17}$/);
    assert.notEqual(first, second);
  });

  it("keeps the time of the making and the inputs when properties change", async () => {
    const made = await withAccount("aws", (account) => account.put("t", "one", { a: 1 }, { a: 1 }));
    const changed = await withAccount("aws", (account) => account.put("t", "one", { a: 2 }));
    assert.deepEqual(changed, { ...made, properties: { a: 2 } });
  });

  it("finds what has all the properties", async () => {
    await withAccount("aws", (account) => {
      account.put("t", "one", { a: 1, b: 1 });
      account.put("t", "two", { a: 1, b: 2 });
      account.put("u", "three", { a: 1, b: 1 });
    });
    const found = readAccount("aws").find("t", { a: 1, b: 1 });
    assert.deepEqual(
      found.map(({ id }) => id),
      ["one"],
    );
  });
});
