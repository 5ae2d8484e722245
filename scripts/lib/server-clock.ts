/**
 * ServerClock tells the API server's time, however wrong this machine's clock is. A Date header says whole seconds only,
 * so every answer narrows the offset to what fits all answers before it too.
 */
export class ServerClock {
  readonly #monotonic: () => number;
  /** Bounds of what has to be added to the monotonic time. */
  #least: number | undefined;
  #most = 0;

  /** `monotonic` counts milliseconds from any moment. */
  constructor(monotonic = () => performance.now()) {
    this.#monotonic = monotonic;
  }

  /** Takes the moment before a request is sent. */
  sent(): number {
    return this.#monotonic();
  }

  /** Learns from the Date header of an answer that came just now. */
  answered(date: string | null, sent: number): void {
    const second = date === null ? Number.NaN : Date.parse(date);
    if (Number.isNaN(second)) return;
    const least = second - this.#monotonic();
    const most = second + 1000 - sent;
    const fits = this.#least !== undefined && least <= this.#most && most >= this.#least;
    // An answer that does not fit comes from another server, or one of the clocks was set.
    this.#least = fits ? Math.max(least, this.#least ?? least) : least;
    this.#most = fits ? Math.min(most, this.#most) : most;
  }

  /** Milliseconds since the epoch; this machine's time until the first answer. */
  now(): number {
    if (this.#least === undefined) return Date.now();
    return Math.round(this.#monotonic() + (this.#least + this.#most) / 2);
  }
}
