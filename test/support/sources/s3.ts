import { createHash, createHmac } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:https";

import { listen, type Loopback } from "./loopback.ts";

export interface KeyPair {
  readonly accessKey: string;
  readonly secretKey: string;
}

export interface S3Options {
  readonly bucket: string;
  /** Key of an object -> its content. */
  readonly objects: Readonly<Record<string, string>>;
  /** A certificate for 127.0.0.1, with its key. */
  readonly tls: { readonly cert: Buffer; readonly key: Buffer };
}

const failures = {
  InvalidAccessKeyId: "The Access Key Id you provided does not exist in our records.",
  SignatureDoesNotMatch:
    "The request signature we calculated does not match the signature you provided.",
  NoSuchBucket: "The specified bucket does not exist",
  NoSuchKey: "The specified key does not exist.",
} as const;

/** S3 stands in for an object store with one bucket, which it shows to whoever signs with its key pair. */
export class S3 {
  /** Whom it lets in. */
  account: KeyPair = { accessKey: "", secretKey: "" };
  readonly #options: S3Options;
  #server: Loopback | undefined;

  private constructor(options: S3Options) {
    this.#options = options;
  }

  static async start(options: S3Options): Promise<S3> {
    const store = new S3(options);
    const server = createServer(options.tls, (message, response) => {
      store.#answer(message, response);
    });
    store.#server = await listen(server, () => {
      server.closeAllConnections();
    });
    return store;
  }

  async stop(): Promise<void> {
    await this.#server?.close();
  }

  get endpoint(): string {
    return `127.0.0.1:${this.#server?.port ?? 0}`;
  }

  #answer(message: IncomingMessage, response: ServerResponse): void {
    const refused = signatureProblem(message, this.account);
    if (refused !== undefined) {
      fail(response, 403, refused);
      return;
    }
    const { bucket, objects } = this.#options;
    const { pathname, searchParams } = new URL(message.url ?? "/", "https://bucket");
    const [, name, key] = /^\/([^/]*)\/?(.*)$/.exec(decodeURIComponent(pathname)) ?? [];
    if (name !== bucket) fail(response, 404, "NoSuchBucket");
    else if (searchParams.has("location")) send(response, "<LocationConstraint/>");
    else if (key === undefined || key === "") send(response, listing(bucket, objects));
    else sendObject(response, objects[key]);
  }
}

function sendObject(response: ServerResponse, content: string | undefined): void {
  if (content === undefined) {
    fail(response, 404, "NoSuchKey");
    return;
  }
  response
    .writeHead(200, {
      "content-type": "application/octet-stream",
      "content-length": Buffer.byteLength(content),
      etag: `"${etagOf(content)}"`,
      "last-modified": modified.toUTCString(),
    })
    .end(content);
}

const modified = new Date("2026-01-31T12:00:00Z");

function etagOf(content: string): string {
  return createHash("md5").update(content).digest("hex");
}

function listing(bucket: string, objects: S3Options["objects"]): string {
  const contents = Object.entries(objects).map(
    ([key, content]) =>
      `<Contents><Key>${key}</Key><LastModified>${modified.toISOString()}</LastModified>` +
      `<ETag>"${etagOf(content)}"</ETag><Size>${content.length}</Size></Contents>`,
  );
  return `<ListBucketResult><Name>${bucket}</Name><IsTruncated>false</IsTruncated>${contents.join("")}</ListBucketResult>`;
}

function send(response: ServerResponse, xml: string): void {
  response.writeHead(200, { "content-type": "application/xml" }).end(xml);
}

function fail(response: ServerResponse, status: number, code: keyof typeof failures): void {
  const xml = `<Error><Code>${code}</Code><Message>${failures[code]}</Message></Error>`;
  response.writeHead(status, { "content-type": "application/xml" }).end(xml);
}

const authorization =
  /^AWS4-HMAC-SHA256 Credential=([^/]+)\/([^,]+), ?SignedHeaders=([^,]+), ?Signature=(\w+)$/;

/** What is wrong with a request's signature of version 4. */
function signatureProblem(
  message: IncomingMessage,
  { accessKey, secretKey }: KeyPair,
): "InvalidAccessKeyId" | "SignatureDoesNotMatch" | undefined {
  const found = authorization.exec(message.headers.authorization ?? "");
  const [access, scope, signed, signature] = (found ?? []).slice(1);
  if (access !== accessKey) return "InvalidAccessKeyId";
  const text = signedText(message, String(scope), String(signed));
  return signatureOf(text, String(scope), secretKey) === signature
    ? undefined
    : "SignatureDoesNotMatch";
}

/** What a client signs of its request. */
function signedText(
  { method, url = "", headers }: IncomingMessage,
  scope: string,
  signed: string,
): string {
  const [path, query = ""] = url.split("?", 2);
  const canonical = [
    method,
    path,
    query.split("&").toSorted().join("&"),
    ...signed.split(";").map((name) => `${name}:${String(headers[name]).trim()}`),
    "",
    signed,
    String(headers["x-amz-content-sha256"]),
  ].join("\n");
  const hashed = createHash("sha256").update(canonical).digest("hex");
  return ["AWS4-HMAC-SHA256", String(headers["x-amz-date"]), scope, hashed].join("\n");
}

function signatureOf(text: string, scope: string, secretKey: string): string {
  const sign = (key: string | Buffer, part: string) =>
    createHmac("sha256", key).update(part).digest();
  const key = scope.split("/").reduce<string | Buffer>(sign, `AWS4${secretKey}`);
  return sign(key, text).toString("hex");
}
