import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { createLog } from "../../scripts/lib/log.ts";
import { writeAtomically } from "../cluster/record.ts";
import { stateHome } from "../home.ts";
import type { Properties } from "../plugin/properties.ts";
import { acquireLock } from "../toolchain/lock.ts";

export type CloudName = "aws" | "azure";

/** CloudResource is what exists in the account, whoever made it. */
export interface CloudResource {
  readonly type: string;
  readonly id: string;
  readonly properties: Properties;
  /** What the program last asked for; nothing where the program did not make it. */
  readonly inputs: Properties;
  /** When it was made, in milliseconds since the epoch. */
  readonly made: number;
}

interface Saved {
  readonly serial: number;
  readonly calls: Readonly<Record<string, number>>;
  readonly resources: readonly CloudResource[];
}

/** Account is all that exists in one account of a cloud. What `withAccount` is given is saved as a whole or not at all. */
export class Account {
  readonly #resources: Map<string, CloudResource>;
  readonly #calls: Map<string, number>;
  #serial: number;

  constructor({ serial, calls, resources }: Saved = { serial: 0, calls: {}, resources: [] }) {
    this.#serial = serial;
    this.#calls = new Map(Object.entries(calls));
    this.#resources = new Map(resources.map((resource) => [keyOf(resource), resource]));
  }

  get(type: string, id: string): CloudResource | undefined {
    return this.#resources.get(keyOf({ type, id }));
  }

  /** Everything, or what is of that type, in the order of its making. */
  all(type?: string): CloudResource[] {
    const all = [...this.#resources.values()];
    return type === undefined ? all : all.filter((resource) => resource.type === type);
  }

  /** Those of a type in which every given property is as given. */
  find(type: string, properties: Properties): CloudResource[] {
    return this.all(type).filter((resource) =>
      Object.entries(properties).every(([name, value]) => resource.properties[name] === value),
    );
  }

  put(type: string, id: string, properties: Properties, inputs?: Properties): CloudResource {
    const known = this.get(type, id);
    const made = known?.made ?? Date.now();
    const resource = { type, id, properties, made, inputs: inputs ?? known?.inputs ?? {} };
    this.#resources.set(keyOf(resource), resource);
    return resource;
  }

  remove(type: string, id: string): void {
    this.#resources.delete(keyOf({ type, id }));
  }

  /** Counts a call, and answers how many of that name there have been with it. */
  count(call: string): number {
    const calls = (this.#calls.get(call) ?? 0) + 1;
    this.#calls.set(call, calls);
    return calls;
  }

  /** How many calls of that name there have been. */
  calls(call: string): number {
    return this.#calls.get(call) ?? 0;
  }

  /** Hex digits that the account has not handed out before. */
  hex(length: number): string {
    this.#serial += 1;
    return createHash("sha256").update(`serial ${this.#serial}`).digest("hex").slice(0, length);
  }

  save(): Saved {
    const calls = Object.fromEntries(this.#calls);
    return { serial: this.#serial, calls, resources: [...this.#resources.values()] };
  }
}

function keyOf({ type, id }: Pick<CloudResource, "type" | "id">): string {
  return `${type} ${id}`;
}

/** The directory of a cloud's account below the state home. */
export function accountDirectory(cloud: CloudName): string {
  return join(stateHome(), "clouds", cloud);
}

/** The account as it stands. */
export function readAccount(cloud: CloudName): Account {
  const file = accountFile(cloud);
  return new Account(
    existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Saved) : undefined,
  );
}

const silent = createLog(() => undefined);
const turns = new Map<CloudName, Promise<unknown>>();

/**
 * withAccount is the answer of `work`, which changes the account while nobody else does, in this process or another.
 * When it throws, nothing has changed.
 */
export function withAccount<T>(cloud: CloudName, work: (account: Account) => T): Promise<T> {
  const turn = (turns.get(cloud) ?? Promise.resolve()).then(() => locked(cloud, work));
  turns.set(
    cloud,
    turn.catch(() => undefined),
  );
  return turn;
}

async function locked<T>(cloud: CloudName, work: (account: Account) => T): Promise<T> {
  const directory = accountDirectory(cloud);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const lock = await acquireLock(directory, { log: silent, patience: 30_000, interval: 5 });
  try {
    const account = readAccount(cloud);
    const answer = work(account);
    writeAtomically(accountFile(cloud), JSON.stringify(account.save(), null, 1));
    return answer;
  } finally {
    lock.release();
  }
}

function accountFile(cloud: CloudName): string {
  return join(accountDirectory(cloud), "account.json");
}
