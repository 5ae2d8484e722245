import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

/** AwsCli is a program on the PATH of this process that gives out tokens as the AWS CLI does, until it is removed. */
export class AwsCli {
  readonly directory = mkdtempSync(join(tmpdir(), "flux-bootstrap-aws-"));
  readonly #path = process.env["PATH"] ?? "";

  constructor(version = "2.31.4") {
    process.env["PATH"] = [this.directory, this.#path].join(delimiter);
    this.become(version);
  }

  /** Another version, or a login that has run out. */
  become(version: string, { loggedIn = true } = {}): void {
    const credential = JSON.stringify({
      apiVersion: "client.authentication.k8s.io/v1beta1",
      kind: "ExecCredential",
      status: { token: "planted-token", expirationTimestamp: "2999-01-01T00:00:00Z" },
    });
    const token = loggedIn
      ? `echo '${credential}'`
      : "echo 'The SSO session associated with this profile has expired' >&2; exit 255";
    const lines = [
      "#!/bin/sh",
      `if [ "$1" = --version ]; then echo aws-cli/${version} Python/3.13.7; exit 0; fi`,
      token,
    ];
    const file = join(this.directory, "aws");
    writeFileSync(file, `${lines.join("\n")}\n`);
    chmodSync(file, 0o755);
  }

  remove(): void {
    process.env["PATH"] = this.#path;
    rmSync(this.directory, { recursive: true, force: true });
  }
}
