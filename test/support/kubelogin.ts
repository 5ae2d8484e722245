import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

const credential = {
  apiVersion: "client.authentication.k8s.io/v1beta1",
  kind: "ExecCredential",
  status: { token: "planted-token" },
};

/** A kubelogin first on the PATH of this process, which gives a token to everybody, until it is removed. */
export class Kubelogin {
  readonly #directory = mkdtempSync(join(tmpdir(), "flux-bootstrap-kubelogin-"));
  readonly #path = process.env["PATH"] ?? "";

  constructor() {
    const file = join(this.#directory, "kubelogin");
    writeFileSync(file, `#!/bin/sh\necho '${JSON.stringify(credential)}'\n`);
    chmodSync(file, 0o755);
    process.env["PATH"] = `${this.#directory}${delimiter}${this.#path}`;
  }

  /** What is done as on a machine without it, or any other program. */
  async without<T>(work: () => Promise<T>): Promise<T> {
    const path = process.env["PATH"];
    process.env["PATH"] = "";
    try {
      return await work();
    } finally {
      process.env["PATH"] = path;
    }
  }

  remove(): void {
    process.env["PATH"] = this.#path;
    rmSync(this.#directory, { recursive: true, force: true });
  }
}
