import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { once } from "node:events";
import { existsSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { Log } from "../../scripts/lib/log.ts";
import { type Service, serveBackend } from "./backend.ts";
import { mayEnter } from "./credentials.ts";
import { republishFleet } from "./publish.ts";

export interface GitServerArgs {
  /** Directory whose `<name>.git` directories are served. */
  readonly repositories: string;
  /** @default 0, which takes a free one */
  readonly port?: number;
  readonly log: Log;
}

export interface GitServer {
  /** Such as `http://127.0.0.1:8418`: a repository is at `<url>/<name>.git`, and `<url>/healthz` answers 200. */
  readonly url: string;
  /** Takes no new request, and resolves when the running ones have ended or five seconds have passed. */
  close(): Promise<void>;
}

const closeMilliseconds = 5_000;
const address = "127.0.0.1";

/**
 * startGitServer serves bare repositories over smart HTTP on the loopback interface. A repository that records a
 * checkout is published anew before its branches are told, so that a commit there needs no further command. One with a
 * file `flux-bootstrap-credentials` asks for them. A push is refused unless `http.receivepack` is true.
 */
export async function startGitServer(args: GitServerArgs): Promise<GitServer> {
  const publisher = new Publisher(args.log);
  const running = new Set<Promise<void>>();
  const server = createServer((request, response) => {
    const answered = answer(request, response, { ...args, publisher })
      .catch((error: unknown) => {
        args.log.fail(`${request.method ?? "GET"} ${request.url ?? "/"}: ${messageOf(error)}`);
        if (response.headersSent) response.destroy();
        else reply(response, 500, "the Git server failed, see its log");
      })
      .finally(() => running.delete(answered));
    running.add(answered);
  });
  server.listen(args.port ?? 0, address);
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const close = async () => {
    await closeServer(server);
    await Promise.all(running);
  };
  return { url: `http://${address}:${port}`, close };
}

async function closeServer(server: Server): Promise<void> {
  const closed = once(server, "close");
  server.close();
  server.closeIdleConnections();
  const deadline = setTimeout(() => {
    server.closeAllConnections();
  }, closeMilliseconds);
  await closed;
  clearTimeout(deadline);
}

interface Target {
  readonly repository: string;
  readonly path: string;
  readonly query: string;
  /** True for the request that begins a fetch or push. */
  readonly begins: boolean;
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { repositories, publisher }: GitServerArgs & { readonly publisher: Publisher },
): Promise<void> {
  if (request.method === "GET" && request.url === "/healthz") {
    reply(response, 200, "ok");
    return;
  }
  const target = targetOf(request, repositories);
  if (target === undefined || !existsSync(join(target.repository, "HEAD"))) {
    reply(response, 404, "no such repository");
    return;
  }
  if (!(await mayEnter(target.repository, request.headers.authorization))) {
    response.setHeader("www-authenticate", 'Basic realm="git", charset="UTF-8"');
    reply(response, 401, "this repository needs a user name and a password");
    return;
  }
  if (target.begins) await publisher.publish(target.repository);
  const { path, query } = target;
  await serveBackend(request, response, { repositories, path, query });
}

const services: readonly Service[] = ["git-upload-pack", "git-receive-pack"];
// A name that starts with a letter or a digit is neither hidden nor a way out of the directory.
const repositoryPath = /^\/(?<name>[A-Za-z0-9][\w.-]*\.git)\/(?<operation>.+)$/;

function targetOf(request: IncomingMessage, repositories: string): Target | undefined {
  const [path = "", query = ""] = String(request.url).split("?", 2);
  const { name, operation } = repositoryPath.exec(path)?.groups ?? {};
  if (name === undefined || operation === undefined) return undefined;
  const asked = `${String(request.method)} ${operation}?${query}`;
  const service = services.find(
    (known) => asked === `GET info/refs?service=${known}` || asked.startsWith(`POST ${known}?`),
  );
  if (service === undefined) return undefined;
  const begins = operation === "info/refs";
  return { repository: join(repositories, name), path, query, begins };
}

function reply(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { "content-type": "text/plain; charset=utf-8" }).end(`${text}\n`);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Publisher publishes each repository once at a time, and tells a failure once until it changes or ends. */
class Publisher {
  readonly #log: Log;
  readonly #running = new Map<string, Promise<void>>();
  readonly #failures = new Map<string, string>();

  constructor(log: Log) {
    this.#log = log;
  }

  /** Never rejects: without its checkout a repository serves what it has. */
  publish(repository: string): Promise<void> {
    const previous = this.#running.get(repository) ?? Promise.resolve();
    const next = previous.then(() => this.#attempt(repository));
    this.#running.set(repository, next);
    return next;
  }

  async #attempt(repository: string): Promise<void> {
    try {
      await republishFleet(repository, this.#log);
      this.#failures.delete(repository);
    } catch (error) {
      const reason = messageOf(error);
      if (this.#failures.get(repository) === reason) return;
      this.#failures.set(repository, reason);
      this.#log.line(`serving what was published last: ${reason}`);
    }
  }
}
