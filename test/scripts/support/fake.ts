import type { TestContext } from "node:test";

import { FakeApiServer } from "../../support/api-server.ts";

/** A fake API server that lives as long as the test. */
export async function fakeApiServer(test: TestContext): Promise<FakeApiServer> {
  const server = await FakeApiServer.start();
  test.after(async () => server.stop());
  return server;
}
