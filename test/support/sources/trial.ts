import assert from "node:assert/strict";

import { type Attempt, CredentialStage } from "./credential-stage.ts";
import type { Probed } from "./probe-run.ts";

/** Trial tries credentials on a stage and remembers the secret ones. */
export class Trial {
  #stage: CredentialStage | undefined;
  /** What must be found nowhere. */
  readonly planted: string[] = [];
  /** The planted secrets as they are. */
  readonly #secrets = new Set<string>();
  readonly #stops: (() => Promise<void>)[] = [];

  get stage(): CredentialStage {
    assert.ok(this.#stage, "the trial must have been started");
    return this.#stage;
  }

  async start(): Promise<void> {
    this.#stage = await CredentialStage.start();
    await this.#stage.encrypt([...this.#secrets]);
  }

  /** Stops what it was told of, and the cluster. */
  async end(): Promise<void> {
    for (const stop of this.#stops) await stop();
    await this.#stage?.end();
  }

  /** Stops that server in the end. */
  owns<T extends { stop(): Promise<void> }>(server: T): T {
    this.#stops.push(() => server.stop());
    return server;
  }

  /** Remembers a secret, as it is and as a Secret holds it; of a key its last whole line, which no public half shares. */
  plant(secret: string): string {
    this.#secrets.add(secret);
    const line = secret
      .split("\n")
      .toSorted((a, b) => a.length - b.length)
      .at(-1);
    for (const word of [line ?? "", Buffer.from(secret).toString("base64")]) {
      if (!this.planted.includes(word)) this.planted.push(word);
    }
    return secret;
  }

  /** The `up` attaches that source, and leaves no other. */
  async passes(attempt: Attempt): Promise<void> {
    const { code, output } = await this.stage.up(attempt);
    assert.equal(code, 0, output);
    const attached = await this.stage.attached();
    assert.equal(attached?.url, attempt.sync["url"]);
    assert.deepEqual(await this.stage.sources(), ["flux-system"]);
  }

  /** The `up` fails with the source's own message; what was attached stays, and no probe is left. */
  async fails(attempt: Attempt, message: RegExp, next: string): Promise<string> {
    const attached = await this.stage.attached();
    const sources = await this.stage.sources();
    const { code, output } = await this.stage.up(attempt);
    assert.notEqual(code, 0, output);
    assert.match(output, message);
    assert.ok(output.includes(`Next: ${next}`), output);
    assert.deepEqual(await this.stage.attached(), attached);
    assert.deepEqual(await this.stage.sources(), sources);
    return output;
  }

  /** The probe alone fails with the source's own message, and is not left. */
  async refuses(probed: Probed, values: Readonly<Record<string, string>>, message: RegExp) {
    const sources = await this.stage.sources();
    const { code, output } = await this.stage.probe(probed, values);
    assert.notEqual(code, 0, output);
    assert.match(output, message);
    assert.deepEqual(await this.stage.sources(), sources);
    return output;
  }

  /** The `up` passes, and the Secret is the same one with other content. */
  async rotates(secret: string, attempt: Attempt): Promise<void> {
    const before = await this.stage.secret(secret);
    assert.ok(before, `there must be a Secret ${secret}`);
    await this.passes(attempt);
    const after = await this.stage.secret(secret);
    assert.equal(after?.metadata.uid, before.metadata.uid);
  }

  /** The names of what a Secret holds. */
  async keysOf(secret: string): Promise<string[]> {
    return Object.keys((await this.stage.secret(secret))?.data ?? {}).toSorted();
  }

  /** One value of a Secret. */
  async valueOf(secret: string, key: string): Promise<string> {
    const { data } = (await this.stage.secret(secret)) ?? {};
    return Buffer.from(data?.[key] ?? "", "base64").toString();
  }
}
