import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";

import ssh2, { type AuthContext, type Connection, type ServerChannel } from "ssh2";

import { privateEnvironment } from "../../../embedded/git/git.ts";
import { listen, type Loopback } from "./loopback.ts";

/** A key pair in the form of OpenSSH. */
export interface SshKey {
  readonly private: string;
  readonly public: string;
}

/** sshKey makes a key, which only the passphrase opens where one is given. */
export function sshKey(passphrase?: string): SshKey {
  if (passphrase === undefined) return ssh2.utils.generateKeyPairSync("ed25519");
  const lock = { passphrase, cipher: "aes256-ctr", rounds: 8 };
  return ssh2.utils.generateKeyPairSync("ed25519", lock);
}

/** GitOverSsh stands in for the SSH side of a Git host: it serves bare repositories, read-only, to the keys it knows. */
export class GitOverSsh {
  readonly #repositories: string;
  readonly #host = sshKey();
  readonly #keys = new Set<string>();
  readonly #connections = new Set<Connection>();
  #server: Loopback | undefined;

  private constructor(repositories: string) {
    this.#repositories = repositories;
  }

  /** Serves the `<name>.git` directories of a directory. */
  static async start(repositories: string): Promise<GitOverSsh> {
    const host = new GitOverSsh(repositories);
    const server = new ssh2.Server({ hostKeys: [host.#host.private] }, (client) => {
      host.#serve(client);
    });
    host.#server = await listen(server, () => {
      for (const client of host.#connections) client.end();
    });
    return host;
  }

  async stop(): Promise<void> {
    await this.#server?.close();
  }

  /** Takes these keys, as public lines, and no others. */
  authorize(...publicKeys: readonly string[]): void {
    this.#keys.clear();
    for (const line of publicKeys) this.#keys.add(blobOf(line));
  }

  url(name: string): string {
    return `ssh://git@127.0.0.1:${this.#port}/${name}.git`;
  }

  /** The line of known_hosts; `key` is another host's where given. */
  knownHosts(key: SshKey = this.#host): string {
    return `[127.0.0.1]:${this.#port} ssh-ed25519 ${blobOf(key.public)}`;
  }

  get #port(): number {
    return this.#server?.port ?? 0;
  }

  #serve(client: Connection): void {
    this.#connections.add(client);
    client.on("close", () => this.#connections.delete(client));
    // A client that hangs up early has seen what it wanted.
    client.on("error", () => this.#connections.delete(client));
    client.on("authentication", (context) => {
      if (this.#admits(context)) context.accept();
      else context.reject(["publickey"]);
    });
    client.on("session", (accept) => {
      accept().on("exec", (admit, refuse, { command }) => {
        const [, name = ""] =
          /^git-upload-pack '\/?([A-Za-z0-9][\w.-]*\.git)'$/.exec(command) ?? [];
        const repository = join(this.#repositories, name);
        if (name !== "" && existsSync(repository)) upload(repository, admit());
        else refuse();
      });
    });
  }

  #admits(context: AuthContext): boolean {
    if (context.method !== "publickey") return false;
    const { key, signature, blob, hashAlgo } = context;
    if (!this.#keys.has(key.data.toString("base64"))) return false;
    // Without a signature the client asks whether the key would do.
    if (signature === undefined || blob === undefined) return true;
    const parsed = ssh2.utils.parseKey(`${key.algo} ${key.data.toString("base64")}`);
    // What goes wrong is returned as an error, whatever its types say.
    return !(parsed instanceof Error) && Object.is(parsed.verify(blob, signature, hashAlgo), true);
  }
}

function blobOf(publicKey: string): string {
  return publicKey.split(" ")[1] ?? "";
}

function upload(repository: string, channel: ServerChannel): void {
  const child = spawn("git", ["upload-pack", repository], { env: privateEnvironment() });
  channel.pipe(child.stdin);
  child.stdin.on("error", () => undefined);
  child.stdout.pipe(channel, { end: false });
  child.on("close", (code) => {
    channel.exit(code ?? 1);
    channel.end();
  });
  channel.on("close", () => child.kill());
}
