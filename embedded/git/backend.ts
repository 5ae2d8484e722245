import { spawn } from "node:child_process";
import type { IncomingMessage, ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import { GitError, privateEnvironment } from "./git.ts";

/** The two services of Git's smart protocol. */
export type Service = "git-upload-pack" | "git-receive-pack";

export interface BackendRequest {
  /** Directory that holds the repositories. */
  readonly repositories: string;
  /** Such as `/fleet.git/info/refs`. */
  readonly path: string;
  /** Without the question mark. */
  readonly query: string;
}

const longestHeader = 64 * 1024;

/**
 * serveBackend answers a request of Git's smart protocol by `git http-backend`. No user is ever named to it, so that it
 * takes a push only where the repository itself says `http.receivepack = true`.
 */
export async function serveBackend(
  request: IncomingMessage,
  response: ServerResponse,
  target: BackendRequest,
): Promise<void> {
  const child = spawn("git", ["http-backend"], {
    env: { ...privateEnvironment(), ...gatewayVariables(request, target) },
    stdio: ["pipe", "pipe", "pipe"],
  });
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr = (stderr + text).slice(-4096);
  });
  const started = Promise.withResolvers<undefined>();
  child.on("spawn", () => {
    started.resolve(undefined);
  });
  child.on("error", started.reject);
  response.on("close", () => {
    if (!response.writableFinished) child.kill();
  });
  // Either side may hang up early; the answer, or its absence, is what counts.
  pipeline(request, child.stdin).catch(() => undefined);
  await started.promise;
  const output = child.stdout as AsyncIterable<Buffer>;
  const { head, rest } = await splitHead(output);
  if (head === undefined) throw new GitError(["http-backend"], stderr);
  const { status, headers } = parseHead(head);
  response.writeHead(status, headers);
  try {
    await pipeline(rest, response);
  } catch (error) {
    // go-git hangs up as soon as it has read what it wants.
    if (!hungUp(error)) throw error;
  }
}

function hungUp(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ERR_STREAM_PREMATURE_CLOSE";
}

// What the Common Gateway Interface calls its meta-variables.
function gatewayVariables(
  { method, headers }: IncomingMessage,
  { repositories, path, query }: BackendRequest,
): Record<string, string> {
  const optional = {
    CONTENT_TYPE: headers["content-type"],
    CONTENT_LENGTH: headers["content-length"],
    HTTP_CONTENT_ENCODING: headers["content-encoding"],
    GIT_PROTOCOL: headers["git-protocol"],
  };
  const given = Object.entries(optional).filter(([, value]) => typeof value === "string");
  return {
    GIT_PROJECT_ROOT: repositories,
    GIT_HTTP_EXPORT_ALL: "1",
    REQUEST_METHOD: method ?? "GET",
    PATH_INFO: path,
    QUERY_STRING: query,
    ...(Object.fromEntries(given) as Record<string, string>),
  };
}

async function splitHead(output: AsyncIterable<Buffer>) {
  const chunks = output[Symbol.asyncIterator]();
  let seen = Buffer.alloc(0);
  while (seen.length < longestHeader) {
    const next = await chunks.next();
    if (next.done === true) break;
    seen = Buffer.concat([seen, next.value]);
    const end = seen.indexOf("\r\n\r\n");
    if (end === -1) continue;
    const head = seen.subarray(0, end).toString("latin1");
    return { head, rest: remainder(seen.subarray(end + 4), chunks) };
  }
  return { head: undefined, rest: remainder(seen, chunks) };
}

async function* remainder(first: Buffer, chunks: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  if (first.length > 0) yield first;
  yield* { [Symbol.asyncIterator]: () => chunks };
}

function parseHead(head: string): { status: number; headers: Record<string, string> } {
  const headers: Record<string, string> = {};
  let status = 200;
  for (const line of head.split("\r\n")) {
    const colon = line.indexOf(":");
    const name = line.slice(0, colon).trim().toLowerCase();
    const value = line.slice(colon + 1).trim();
    if (name === "status") status = Number.parseInt(value, 10);
    else headers[name] = value;
  }
  return { status, headers };
}
