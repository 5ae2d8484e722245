import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { ServerClock } from "../../../scripts/lib/server-clock.ts";

const noon = Date.parse("2026-01-01T12:00:00Z");

/** A server whose clock, at monotonic time 0, shows noon and a bit. */
class Scene {
  local = 0;
  ahead: number;
  readonly clock = new ServerClock(() => this.local);

  constructor(ahead: number) {
    this.ahead = ahead;
  }

  get server(): number {
    return noon + this.ahead + this.local;
  }

  /** One request, of that many milliseconds there and back. */
  ask(there = 1, back = 1): void {
    const sent = this.clock.sent();
    this.local += there;
    const date = new Date(this.server).toUTCString();
    this.local += back;
    this.clock.answered(date, sent);
  }

  get error(): number {
    return Math.abs(this.clock.now() - this.server);
  }
}

describe("ServerClock", () => {
  it("tells this machine's time before the first answer, and when an answer has no date", () => {
    const clock = new ServerClock(() => 0);
    clock.answered(null, 0);
    clock.answered("yesterday", 0);
    assert.ok(Math.abs(clock.now() - Date.now()) < 1000);
  });

  it("is right to half a second after one answer", () => {
    const scene = new Scene(600_123);
    scene.ask();
    assert.ok(scene.error <= 502, String(scene.error));
  });

  it("is right to a few milliseconds after answers all over the second", () => {
    const scene = new Scene(123);
    for (let request = 0; request < 100; request += 1) {
      scene.ask();
      scene.local += 371;
    }
    assert.ok(scene.error <= 20, String(scene.error));
  });

  it("loses nothing to a slow answer", () => {
    const scene = new Scene(0);
    scene.ask();
    const before = scene.error;
    scene.ask(4000, 4000);
    assert.ok(scene.error <= before);
  });

  it("begins anew when a clock was set", () => {
    const scene = new Scene(0);
    for (let request = 0; request < 20; request += 1) scene.ask(1, 70);
    scene.ahead = -3_600_000;
    scene.ask();
    assert.ok(scene.error <= 502, String(scene.error));
  });
});
