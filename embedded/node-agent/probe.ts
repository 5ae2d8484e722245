import type { Container, ProbeSpec } from "./pod.ts";

/** The URL of a probe on loopback, or undefined for a probe of another kind or of a port that is not mapped. */
export function probeUrl(
  container: Container,
  probe: ProbeSpec | undefined,
  ports: Readonly<Record<number, number>>,
): string | undefined {
  if (probe?.httpGet === undefined) return undefined;
  const { port, path } = probe.httpGet;
  const number =
    typeof port === "number"
      ? port
      : container.ports?.find(({ name }) => name === port)?.containerPort;
  const mapped = number === undefined ? undefined : ports[number];
  return mapped === undefined ? undefined : `http://127.0.0.1:${mapped}${path ?? "/"}`;
}

/** Whether the endpoint answers with a success within the probe's time-out. */
export async function probeOnce(url: string, timeoutSeconds = 1): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(timeoutSeconds * 1000) });
    await response.body?.cancel();
    return response.status >= 200 && response.status < 400;
  } catch {
    return false;
  }
}

/** ProbeCounter turns single answers into a state, with the thresholds of a kubelet. */
export class ProbeCounter {
  readonly #failureThreshold: number;
  #failures = 0;
  #state = false;

  constructor(probe: ProbeSpec | undefined) {
    this.#failureThreshold = probe?.failureThreshold ?? 3;
  }

  /** The state after one more answer. */
  count(answer: boolean): boolean {
    this.#failures = answer ? 0 : this.#failures + 1;
    if (answer) this.#state = true;
    else if (this.#failures >= this.#failureThreshold) this.#state = false;
    return this.#state;
  }

  /** Whether the threshold of failures in a row is reached. */
  get failed(): boolean {
    return this.#failures >= this.#failureThreshold;
  }
}
