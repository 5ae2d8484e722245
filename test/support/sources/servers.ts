import { readFileSync } from "node:fs";

import { pushArtifact } from "./artifact.ts";
import { files } from "./credential-stage.ts";
import { GitHubApi } from "./github-api.ts";
import { GitOverSsh } from "./git-over-ssh.ts";
import { PrivateRegistry } from "./private-registry.ts";
import { S3 } from "./s3.ts";
import type { Trial } from "./trial.ts";

/** Serves the repositories of the stage over SSH, to nobody yet. */
export async function startGitOverSsh(trial: Trial): Promise<GitOverSsh> {
  return trial.owns(await GitOverSsh.start(trial.stage.embedded.path("git")));
}

/** Serves the App with that private key, whose token opens the locked repository of the stage. */
export async function startGitHubApi(
  trial: Trial,
  token: string,
  privateKey: string,
): Promise<GitHubApi> {
  await trial.stage.lock(`x-access-token:${token}`);
  const api = trial.owns(await GitHubApi.start({ appId: "12", id: "34", owner: "ada" }, token));
  api.register(privateKey);
  return api;
}

/** Serves the content of every source as the artifact `fleet`, to nobody yet. */
export async function startRegistry(trial: Trial): Promise<PrivateRegistry> {
  const { embedded } = trial.stage;
  await pushArtifact(embedded, "fleet:latest", files);
  return trial.owns(await PrivateRegistry.start(embedded.record.ports.registry));
}

/** Serves the same in the bucket `fleet`, to nobody yet. */
export async function startStore(trial: Trial): Promise<S3> {
  const tls = {
    cert: readFileSync(trial.stage.tls("apiserver.crt")),
    key: readFileSync(trial.stage.tls("apiserver.key")),
  };
  return trial.owns(await S3.start({ bucket: "fleet", objects: files, tls }));
}
