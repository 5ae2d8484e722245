import type { Cluster } from "../../scripts/lib/cluster.ts";
import { Addresses } from "./addresses.ts";
import { Claims } from "./claims.ts";
import { Latencies } from "./latencies.ts";
import { LoadBalancers } from "./load-balancers.ts";
import { Notices } from "./notices.ts";
import { Storage } from "./storage.ts";
import { Volumes } from "./volumes.ts";

export interface CloudOptions {
  readonly cluster: Cluster;
  /** The file of the addresses that are handed out. */
  readonly addresses: string;
  /** The directory with a directory for each volume. */
  readonly volumes: string;
  readonly report: (line: string) => void;
}

/** What the controllers of the cloud work with. */
export interface CloudContext {
  readonly cluster: Cluster;
  readonly latencies: Latencies;
  readonly notices: Notices;
  readonly report: (line: string) => void;
  /** Ends the controllers. */
  readonly signal: AbortSignal;
}

/**
 * Cloud stands in for the controllers of a cloud: one gives addresses to Services of type LoadBalancer, one makes volumes
 * for claims. Both take their time, hold what they have given with a finalizer, and take up after a restart from what
 * the API says. No packet reaches an address and no pod sees a volume.
 */
export class Cloud {
  readonly #options: CloudOptions;
  readonly #over = new AbortController();

  constructor(options: CloudOptions) {
    this.#options = options;
  }

  /** Begins the work; resolves when the latencies are known. */
  async start(): Promise<void> {
    const { cluster, report, addresses, volumes } = this.#options;
    const { signal } = this.#over;
    const latencies = new Latencies(report);
    const notices = new Notices(cluster, report);
    const context: CloudContext = { cluster, latencies, notices, report, signal };
    await latencies.follow(cluster, signal);
    new LoadBalancers(context, new Addresses(addresses)).start();
    const storage = new Storage(volumes);
    new Claims(context, storage).start();
    new Volumes(context, storage).start();
  }

  /** Begins nothing any more. What is given stays given. */
  stop(): void {
    this.#over.abort();
  }
}
