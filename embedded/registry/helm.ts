import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, utimes } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";

const longestRunMilliseconds = 60_000;
// The time that a package and its manifest name. One for all, so that equal charts have equal digests everywhere.
const packagedAt = new Date("1980-01-01T00:00:00Z");

/** ChartPackage is a chart as `helm package` makes it. */
export interface ChartPackage {
  readonly file: string;
  /** `sha256:…` of the file. Equal charts have equal digests, whenever and wherever they are packaged. */
  readonly digest: string;
}

/** Helm runs one helm binary with a state of its own, in a temporary directory. */
export class Helm {
  readonly #binary: string;
  readonly #state: string;

  private constructor(binary: string, state: string) {
    this.#binary = binary;
    this.#state = state;
  }

  /** Calls `use` with a Helm whose state, packages included, is removed afterwards. */
  static async use<T>(binary: string, use: (helm: Helm) => Promise<T>): Promise<T> {
    const state = await mkdtemp(join(tmpdir(), "flux-bootstrap-helm-"));
    try {
      return await use(new Helm(binary, state));
    } finally {
      await rm(state, { recursive: true, force: true });
    }
  }

  /** Packages the chart in a directory, whatever the times of its files. */
  async package(directory: string): Promise<ChartPackage> {
    // Beside other charts of the same name, such as those of another version.
    const work = await mkdtemp(join(this.#state, "chart-"));
    const copy = join(work, basename(directory));
    await cp(directory, copy, { recursive: true });
    const entries = await readdir(copy, { recursive: true });
    await Promise.all(entries.map((entry) => setTime(join(copy, entry))));
    const packages = join(work, "packages");
    await mkdir(packages);
    await this.#run(["package", copy, "--destination", packages]);
    const [name] = await readdir(packages);
    if (name === undefined) throw new Error(`helm package ${directory} failed: it made no file`);
    const file = join(packages, name);
    await setTime(file);
    const content = await readFile(file);
    return { file, digest: `sha256:${createHash("sha256").update(content).digest("hex")}` };
  }

  /** Pushes a package to a repository such as `oci://127.0.0.1:5000/charts`, over plain HTTP. */
  async push({ file }: ChartPackage, repository: string): Promise<void> {
    await this.#run(["push", file, repository, "--plain-http"]);
  }

  async #run(command: readonly string[]): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<undefined>();
    const options = { env: this.#environment(), timeout: longestRunMilliseconds };
    execFile(this.#binary, command, options, (error, _stdout, stderr) => {
      if (error === null) {
        resolve(undefined);
        return;
      }
      const reason = stderr.trim() === "" ? error.message : stderr.trim();
      reject(new Error(`helm ${command.join(" ")} failed: ${reason}`, { cause: error }));
    });
    await promise;
  }

  #environment(): NodeJS.ProcessEnv {
    const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith("HELM_"));
    return {
      ...Object.fromEntries(inherited),
      HELM_CACHE_HOME: join(this.#state, "cache"),
      HELM_CONFIG_HOME: join(this.#state, "config"),
      HELM_DATA_HOME: join(this.#state, "data"),
      // helm falls back to the logins of Docker.
      DOCKER_CONFIG: join(this.#state, "docker"),
    };
  }
}

async function setTime(path: string): Promise<void> {
  await utimes(path, packagedAt, packagedAt);
}
