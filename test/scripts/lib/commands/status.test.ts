import assert from "node:assert/strict";
import { describe, it } from "node:test";

import type { StatusRow } from "../../../../scripts/lib/commands/status-view.ts";
import { GitRepository, HelmRelease, Kustomization } from "../../../../scripts/lib/kinds.ts";
import { apps, cart, fleetScene, notReady, readyNow, source } from "./support/scene.ts";

const outOfRetries = (message: string) => ({
  observedGeneration: 1,
  conditions: [
    ...notReady("InstallFailed", message).conditions,
    { type: "Stalled", status: "True", reason: "RetriesExceeded", message, observedGeneration: 1 },
  ],
});

describe("fleet status", { timeout: 60_000, concurrency: true }, () => {
  it("lists every object, ends with 0 when all is well, and writes nothing", async (test) => {
    const { server, fleet } = await fleetScene(test);
    const { code, stdout, stderr } = await fleet(["status"]);
    assert.equal(code, 0, stdout);
    assert.equal(stderr, "");
    assert.match(stdout, /^ +OBJECT +STATE +FOR +REVISION +MESSAGE/);
    assert.match(stdout, /^✔ +GitRepository\/flux-system\/flux-system +ready +\d+d +main@1/m);
    for (const name of ["Kustomization/flux-system/apps", "HelmRelease/shop/cart"]) {
      assert.match(stdout, new RegExp(`^✔ +${name} +ready`, "m"));
    }
    assert.doesNotMatch(stdout, /Next:|Pod\/|Deployment\//);
    assert.deepEqual(server.writes, []);
  });

  it("puts the worst first, with its own words, and ends with 1", async (test) => {
    const { server, fleet } = await fleetScene(test);
    server.merge(cart, { status: outOfRetries("timed out waiting for the condition") });
    const { code, stdout } = await fleet(["status"]);
    assert.equal(code, 1);
    const [, first = ""] = stdout.split("\n");
    assert.match(first, /^✗ +HelmRelease\/shop\/cart +out of retries .*timed out waiting/);
    assert.match(stdout, /^\d+ objects: 1 stuck, .*\d+ ready$/m);
    assert.match(stdout, /^Next: npm run fleet -- doctor$/m);
  });

  it("ends with 0 while something only waits", async (test) => {
    const { server, fleet } = await fleetScene(test);
    server.merge(cart, { status: notReady("DependencyNotReady", "dependency not ready") });
    assert.equal((await fleet(["status"])).code, 0);
  });

  it("cuts long lines to the terminal, and to something bearable in a file", async (test) => {
    const { server, fleet } = await fleetScene(test);
    server.merge(cart, { status: outOfRetries("x".repeat(100 * 1024)) });
    const longest = (text: string) => Math.max(...text.split("\n").map((line) => line.length));
    assert.ok(longest((await fleet(["status"])).stdout) <= 240);
    const narrow = { columns: 80, variables: { NO_COLOR: "1" } };
    assert.ok(longest((await fleet(["status"], narrow)).stdout) <= 80);
  });

  it("colours on a terminal only, and not with NO_COLOR", async (test) => {
    const { fleet } = await fleetScene(test);
    const escape = "\u001b[";
    assert.ok((await fleet(["status"], { columns: 120 })).stdout.includes(escape));
    const variables = { NO_COLOR: "1" };
    assert.ok(!(await fleet(["status"], { columns: 120, variables })).stdout.includes(escape));
    assert.ok(!(await fleet(["status"])).stdout.includes(escape));
  });

  it("writes JSON and Markdown", async (test) => {
    const { fleet } = await fleetScene(test);
    const { objects } = JSON.parse((await fleet(["status", "-o", "json"])).stdout) as {
      objects: StatusRow[];
    };
    const row = objects.find(({ object }) => object === "HelmRelease/shop/cart");
    assert.deepEqual([row?.state, row?.standing, row?.message], ["ok", "ready", ""]);
    const markdown = (await fleet(["status", "-o", "markdown"])).stdout;
    assert.match(markdown, /^\| ✔ \| HelmRelease\/shop\/cart \| ready \|/m);
  });

  it("explains one object: what decided, what it is because of, what to do", async (test) => {
    const { server, fleet } = await fleetScene(test);
    server.merge(source, { status: notReady("AuthenticationFailed", "bad credentials") });
    server.merge(apps, { status: notReady("ArtifactFailed", "Source artifact not found") });
    const { code, stdout } = await fleet(["status", "ks/flux-system/apps", "--context", "fake"]);
    assert.match(stdout, /^Decided by$/m);
    assert.match(stdout, /^status\.conditions\[Ready\]/m);
    assert.match(stdout, /^Because of\n.*\n.* GitRepository\/flux-system\/flux-system/m);
    assert.match(stdout, /^Next: .* --context fake/m);
    assert.ok([0, 1].includes(code));
  });

  it("shows what is not Ready below a Kustomization", async (test) => {
    const { server, fleet } = await fleetScene(test);
    server.merge(cart, { status: outOfRetries("boom") });
    const { stdout } = await fleet(["status", "flux-system/apps"]);
    assert.match(stdout, /^Not ready below\n.*\n✗ +HelmRelease\/shop\/cart/m);
  });

  it("fails for a name that nothing has, with the name that is written alike", async (test) => {
    const { fleet } = await fleetScene(test);
    const { code, stderr } = await fleet(["status", "shop/carts"]);
    assert.equal(code, 1);
    assert.match(stderr, /is named "shop\/carts"\n {2}Did you mean HelmRelease\/shop\/cart\?/);
  });

  it("wants the kind of a name that two objects have", async (test) => {
    const { server, fleet } = await fleetScene(test);
    const metadata = { name: "apps", namespace: "flux-system" };
    server.put(HelmRelease, { metadata, spec: {}, status: readyNow(1) });
    const { code, stderr } = await fleet(["status", "flux-system/apps"]);
    assert.equal(code, 1);
    assert.match(stderr, /Kustomization\/flux-system\/apps and HelmRelease\/flux-system\/apps/);
  });

  it("does not call it well when it may not list what matters", async (test) => {
    const { server, fleet } = await fleetScene(test);
    server.faults.forbid("list", HelmRelease);
    const { code, stdout } = await fleet(["status"]);
    assert.equal(code, 1);
    assert.match(stdout, /^not seen: .*[Hh]elm[Rr]elease/m);
    assert.match(stdout, /Kustomization\/flux-system\/apps/);
  });

  it("takes ages from the server's clock", async (test) => {
    const { server, fleet } = await fleetScene(test);
    server.faults.clockOffset = 600_000;
    const lastTransitionTime = new Date(Date.now() + 590_000).toISOString();
    const [condition] = readyNow(1).conditions;
    server.merge(cart, { status: { conditions: [{ ...condition, lastTransitionTime }] } });
    assert.match((await fleet(["status"])).stdout, /HelmRelease\/shop\/cart +ready +\d\d?s\s/);
  });
});

describe("fleet status --watch", { timeout: 60_000, concurrency: true }, () => {
  it("redraws a terminal on a change, within its rows, until it is ended", async (test) => {
    const { server, fleet } = await fleetScene(test);
    const ending = new AbortController();
    const screens: string[] = [];
    const around = {
      columns: 100,
      rows: 8,
      signal: ending.signal,
      wrote: (screen: string) => {
        screens.push(screen);
        if (screens.length === 1) server.merge(cart, { status: outOfRetries("boom") });
        if (screen.includes("out of retries")) ending.abort();
      },
    };
    const { code } = await fleet(["status", "--watch"], around);
    assert.equal(code, 0);
    assert.ok(screens.length >= 2);
    assert.ok(screens.every((screen) => screen.startsWith("\u001b[H\u001b[2J")));
    assert.ok(
      screens.every((screen) => screen.trimEnd().split("\n").length <= 8),
      screens[0],
    );
    assert.match(screens[0] ?? "", /… and \d more/);
  });

  it("writes one line a change into a file, and says what went", async (test) => {
    const { server, fleet } = await fleetScene(test);
    const ending = new AbortController();
    let changed = false;
    const around = {
      signal: ending.signal,
      wrote: (line: string) => {
        if (line.includes("gone")) ending.abort();
        if (changed || !line.includes("HelmRelease/shop/cache")) return;
        changed = true;
        server.merge(cart, { metadata: { finalizers: null } });
        server.remove(cart);
      },
    };
    const { code, stdout } = await fleet(["status", "--watch"], around);
    assert.equal(code, 0);
    const lines = stdout.trimEnd().split("\n");
    assert.equal(lines.filter((line) => line.includes("HelmRelease/shop/cache")).length, 1);
    assert.match(lines.at(-1) ?? "", /^\d{4}-\S+Z +HelmRelease\/shop\/cart +gone$/);
  });

  it("writes one JSON document a change", async (test) => {
    const { fleet } = await fleetScene(test);
    const ending = new AbortController();
    const end = () => {
      ending.abort();
    };
    const around = { signal: ending.signal, wrote: () => setImmediate(end) };
    const { stdout } = await fleet(["status", "--watch", "-o", "json"], around);
    const kinds = stdout
      .trimEnd()
      .split("\n")
      .map((line) => (JSON.parse(line) as StatusRow).object.split("/")[0]);
    for (const { kind } of [GitRepository, Kustomization, HelmRelease])
      assert.ok(kinds.includes(kind));
  });
});
