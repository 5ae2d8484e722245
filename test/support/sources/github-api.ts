import { createPublicKey, createVerify } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";

import { listen, type Loopback } from "./loopback.ts";

export interface Installation {
  readonly appId: string;
  readonly id: string;
  readonly owner: string;
}

/** GitHubApi stands in for the part of GitHub's API by which a GitHub App comes by tokens. */
export class GitHubApi {
  readonly installation: Installation;
  /** The token that it hands out. */
  readonly token: string;
  #publicKey = "";
  #server: Loopback | undefined;

  private constructor(installation: Installation, token: string) {
    this.installation = installation;
    this.token = token;
  }

  static async start(installation: Installation, token: string): Promise<GitHubApi> {
    const api = new GitHubApi(installation, token);
    const server = createServer((message, response) => {
      api.#answer(message, response);
    });
    api.#server = await listen(server, () => {
      server.closeAllConnections();
    });
    return api;
  }

  async stop(): Promise<void> {
    await this.#server?.close();
  }

  get url(): string {
    return `http://127.0.0.1:${this.#server?.port ?? 0}`;
  }

  /** Knows the App by that private key from now on. */
  register(privateKey: string): void {
    this.#publicKey = createPublicKey(privateKey)
      .export({ format: "pem", type: "spki" })
      .toString();
  }

  #answer(message: IncomingMessage, response: ServerResponse): void {
    if (!this.#isApp(message.headers.authorization)) {
      send(response, 401, { message: "A JSON web token could not be decoded" });
      return;
    }
    const { id, owner } = this.installation;
    const asked = `${message.method ?? ""} ${(message.url ?? "").replace(/^\/api\/v3/, "")}`;
    if (asked === `POST /app/installations/${id}/access_tokens`) {
      const hour = new Date(Date.now() + 3_600_000).toISOString();
      send(response, 201, { token: this.token, expires_at: hour });
    } else if (asked === `GET /orgs/${owner}/installation`) {
      send(response, 200, { id: Number(id) });
    } else {
      send(response, 404, { message: "Not Found" });
    }
  }

  /** Whether a JSON Web Token is of the App, signed by its key. */
  #isApp(authorization = ""): boolean {
    const [head = "", body = "", signature = ""] = authorization.replace(/^Bearer /, "").split(".");
    if (this.#publicKey === "" || signature === "") return false;
    const claims = JSON.parse(Buffer.from(body, "base64url").toString()) as { iss?: string };
    const signed = createVerify("RSA-SHA256").update(`${head}.${body}`);
    return (
      signed.verify(this.#publicKey, Buffer.from(signature, "base64url")) &&
      claims.iss === this.installation.appId
    );
  }
}

function send(response: ServerResponse, status: number, document: object): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(document));
}
