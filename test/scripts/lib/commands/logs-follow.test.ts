import assert from "node:assert/strict";
import { EventEmitter, on } from "node:events";
import { describe, it, type TestContext } from "node:test";

import { Pod } from "../../../../scripts/lib/kinds.ts";
import { namespace, putController } from "../../support/flux.ts";
import type { Ran } from "./support/fleet.ts";
import { emptyScene, type Scene } from "./support/scene.ts";

const helm = "helm-controller-abc12";
const source = "source-controller-abc12";
/** The beginning of a second, which is as exact as a log can be asked for. */
const began = Math.floor(Date.now() / 1000) * 1000;

/** A line as a kubelet hands it over, written that many milliseconds after the tests began. */
const line = (milliseconds: number, msg: string, more: object = {}) => {
  const ts = new Date(began + milliseconds).toISOString();
  return `${ts} ${JSON.stringify({ level: "info", ts, msg, ...more })}`;
};

interface Followed extends Scene {
  /** What has come, without time, level and controller. */
  readonly messages: () => string[];
  /** Resolves when that was shown. */
  readonly shown: (message: string) => Promise<void>;
  /** Resolves when as many follow the log of the pod. */
  readonly followed: (pod: string, times: number) => Promise<void>;
  /** Ctrl-C. */
  readonly end: () => Promise<Ran>;
  readonly ended: Promise<Ran>;
}

/** Two controllers whose logs are followed. */
async function follow(test: TestContext, ...more: string[]): Promise<Followed> {
  const scene = await emptyScene(test);
  const { server } = scene;
  server.missing.clear();
  for (const name of ["source-controller", "helm-controller"]) putController(server, name);
  server.logs.set(source, [line(-3_600_000, "an hour ago"), line(-30_000, "stored artifact")]);
  server.logs.set(helm, [line(-20_000, "release installed")]);
  const events = new EventEmitter();
  const asked: string[] = [];
  server.heard = (request) => {
    if (request.includes("follow=true")) asked.push(/pods\/([^/]+)\/log/.exec(request)?.[1] ?? "");
    events.emit("news");
  };
  const stopping = new AbortController();
  let output = "";
  const ended = scene.fleet(["logs", "--follow", ...more], {
    signal: stopping.signal,
    wrote: (text) => {
      output += text;
      events.emit("news");
    },
  });
  const until = async (holds: () => boolean) => {
    const news = on(events, "news", { signal: AbortSignal.timeout(20_000) });
    while (!holds()) await news.next();
    await news.return?.();
  };
  const end = () => {
    stopping.abort();
    return ended;
  };
  test.after(end);
  return {
    ...scene,
    end,
    ended,
    messages: () => output.split("\n").flatMap((text) => /-controller (.*)$/.exec(text)?.[1] ?? []),
    shown: (message) => until(() => output.includes(message)),
    followed: (pod, times) => until(() => asked.filter((name) => name === pod).length >= times),
  };
}

describe("fleet logs --follow", { timeout: 60_000, concurrency: true }, () => {
  it("goes on with what every controller writes, after what it wrote lately, until Ctrl-C", async (test) => {
    const { server, shown, messages, end } = await follow(test);
    await shown("release installed");
    server.logs.write(helm, line(1, "upgraded"));
    await shown("upgraded");
    server.logs.write(source, line(2, "fetched"));
    await shown("fetched");
    const expected = ["stored artifact", "release installed", "upgraded", "fetched"];
    assert.deepEqual(messages(), expected);
    assert.equal((await end()).code, 0);
  });

  it("shows no line twice and none too few when a connection ends, also of one moment", async (test) => {
    const { server, shown, messages, followed } = await follow(test);
    await followed(helm, 1);
    server.logs.write(helm, line(4, "earlier"));
    server.logs.write(helm, line(5, "first"));
    server.logs.write(helm, line(5, "second"));
    await shown("second");
    server.logs.end(helm);
    server.logs.write(helm, line(5, "third"));
    server.logs.write(helm, line(6, "fourth"));
    await shown("fourth");
    assert.deepEqual(messages().slice(2), ["earlier", "first", "second", "third", "fourth"]);
  });

  it("takes the log of a restarted container up once it runs", async (test) => {
    const { server, shown, followed, messages } = await follow(test);
    const pod = { resource: Pod, name: helm, namespace };
    const is = (state: object) => {
      server.merge(pod, { status: { containerStatuses: [{ restartCount: 1, state }] } });
    };
    await followed(helm, 1);
    is({ waiting: { reason: "CrashLoopBackOff" } });
    server.logs.end(helm);
    server.logs.write(helm, line(50, "started anew"));
    is({ running: {} });
    await shown("started anew");
    assert.deepEqual(messages().slice(2), ["started anew"]);
  });

  it("follows a new pod from its first line, and one that is gone no longer", async (test) => {
    const { server, shown, followed } = await follow(test);
    await followed(helm, 1);
    const name = "helm-controller-new34";
    server.logs.set(name, [line(-7_200_000, "its clock is behind")]);
    server.put(Pod, { metadata: { name, namespace, labels: { app: "helm-controller" } } });
    await shown("its clock is behind");
    const gone = Promise.withResolvers<undefined>();
    const closed = setInterval(() => {
      if (server.logs.followers(helm) === 0) gone.resolve(undefined);
    }, 5);
    server.remove({ resource: Pod, name: helm, namespace });
    await gone.promise;
    clearInterval(closed);
  });

  it("follows the controllers that are named, and shows errors only when asked, without secrets", async (test) => {
    const options = ["--errors", "--controller", "helm"];
    const { server, shown, followed, messages, end } = await follow(test, ...options);
    await followed(helm, 1);
    assert.equal(server.logs.followers(source), 0);
    server.logs.write(helm, line(1, "all is well"));
    const error = "Authorization: Bearer token=planted-token refused";
    server.logs.write(helm, line(2, "failed", { level: "error", error }));
    await shown("failed");
    assert.equal(messages().length, 1);
    assert.doesNotMatch((await end()).stdout, /planted-token/);
  });

  it("writes one JSON document a line", async (test) => {
    const { server, shown, end } = await follow(test, "--output", "json");
    await shown("release installed");
    server.logs.write(helm, line(1, "upgraded"));
    await shown("upgraded");
    const lines = (await end()).stdout.trimEnd().split("\n");
    const entries = lines.map((text) => JSON.parse(text) as { message: string });
    const expected = ["stored artifact", "release installed", "upgraded"];
    assert.deepEqual(
      entries.map(({ message }) => message),
      expected,
    );
  });

  it("cuts a line that does not end", async (test) => {
    const { server, shown, followed, end } = await follow(test, "--output", "json");
    await followed(helm, 1);
    server.logs.write(helm, `${line(1, "long")} ${"x".repeat(1_000_000)}`);
    server.logs.write(helm, line(2, "short"));
    await shown("short");
    const longest = Math.max(...(await end()).stdout.split("\n").map(({ length }) => length));
    assert.ok(longest < 70_000, `${longest} characters`);
  });

  it("ends when the log may not be read", async (test) => {
    const { server, followed, ended } = await follow(test);
    await followed(helm, 1);
    const forbidden = { code: 403, reason: "Forbidden", message: "not yours" };
    server.faults.refuse(/helm-controller-abc12\/log\?/, forbidden);
    server.logs.end(helm);
    const { code, stderr } = await ended;
    assert.equal(code, 1);
    assert.match(stderr, /403 Forbidden: not yours/);
  });

  it("says once that the server is away, and goes on when it is back", async (test) => {
    const { server, shown, followed, end } = await follow(test, "--controller", "helm");
    await followed(helm, 1);
    await server.down();
    server.logs.write(helm, line(1, "meanwhile"));
    await server.up();
    await shown("meanwhile");
    const told = (await end()).stderr.split("\n").filter((text) => text.includes("no log"));
    assert.ok(told.length <= 1, told.join("\n"));
  });

  it("refuses Markdown, which has an end", async (test) => {
    const scene = await emptyScene(test);
    const { code, stderr } = await scene.fleet(["logs", "--follow", "--output", "markdown"]);
    assert.equal(code, 2);
    const message = "--follow must write text or json, got markdown. Leave --output out.";
    assert.ok(stderr.includes(message), stderr);
  });
});
