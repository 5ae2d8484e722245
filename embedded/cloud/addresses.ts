import { existsSync, readFileSync } from "node:fs";

import { writeAtomically } from "../cluster/record.ts";

/** A Service that an address was handed out to. */
export interface Holder {
  /** `namespace/name`. */
  readonly service: string;
  readonly uid: string;
}

/** The addresses that are handed out, each with its holders: the first owns it, the others share it. */
export type HandedOut = Readonly<Record<string, readonly Holder[]>>;

// TEST-NET-2 of RFC 5737: documentation, so nothing answers there.
const network = "198.51.100.";
const last = 254;

/** What the file says is handed out: what a cloud would bill. */
export function readAddresses(file: string): HandedOut {
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as HandedOut) : {};
}

/**
 * Addresses hands out the addresses 198.51.100.1 to 198.51.100.254 and keeps a file of them. An address stays in it until
 * it is released, even when its Service was removed by force: a cloud goes on billing it too.
 */
export class Addresses {
  readonly #file: string;
  #handedOut: HandedOut;

  constructor(file: string) {
    this.#file = file;
    this.#handedOut = readAddresses(file);
  }

  /** The address that the Service holds. */
  of(uid: string): string | undefined {
    return Object.keys(this.#handedOut).find((address) => this.#holds(address, uid));
  }

  /**
   * The Service's address: the one that it holds, the wanted one, which it shares when another holds it, or the first
   * that is free. Undefined when none is.
   */
  assign(holder: Holder, wanted?: string): string | undefined {
    const address = this.of(holder.uid) ?? wanted ?? this.#firstFree();
    if (address !== undefined) this.take(address, holder);
    return address;
  }

  /** Notes that the Service holds the address. */
  take(address: string, holder: Holder): void {
    if (this.#holds(address, holder.uid)) return;
    this.#write({ ...this.#handedOut, [address]: [...this.#holders(address), holder] });
  }

  /** The Services that share the address which this one owns. */
  sharers(uid: string): readonly Holder[] {
    const [owner, ...others] = this.#holders(this.of(uid));
    return owner?.uid === uid ? others : [];
  }

  release(uid: string): void {
    const address = this.of(uid);
    if (address === undefined) return;
    const { [address]: holders = [], ...others } = this.#handedOut;
    const left = holders.filter((holder) => holder.uid !== uid);
    this.#write(left.length === 0 ? others : { ...others, [address]: left });
  }

  #holders(address: string | undefined): readonly Holder[] {
    return address === undefined ? [] : (this.#handedOut[address] ?? []);
  }

  #holds(address: string, uid: string): boolean {
    return this.#holders(address).some((holder) => holder.uid === uid);
  }

  #firstFree(): string | undefined {
    const all = Array.from({ length: last }, (_, index) => `${network}${index + 1}`);
    return all.find((address) => this.#handedOut[address] === undefined);
  }

  #write(handedOut: HandedOut): void {
    this.#handedOut = handedOut;
    writeAtomically(this.#file, `${JSON.stringify(handedOut, null, 2)}\n`);
  }
}

/** Whether the cloud owns the address. */
export function isOfCloud(address: string): boolean {
  const host = address.startsWith(network) ? address.slice(network.length) : "";
  return /^[1-9]\d{0,2}$/.test(host) && Number(host) <= last;
}
