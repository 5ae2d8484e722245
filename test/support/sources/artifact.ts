import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import type { Embedded } from "../embedded.ts";
import type { Files } from "../stuck/chart-files.ts";
import { writeFiles } from "../stuck/git-repository.ts";

const execute = promisify(execFile);

/** pushArtifact makes the embedded registry serve the files as the one layer of an artifact `name:tag`. */
export async function pushArtifact(
  { record, toolchain }: Embedded,
  reference: string,
  files: Files,
): Promise<void> {
  const work = await mkdtemp(join(tmpdir(), "flux-bootstrap-artifact-"));
  try {
    await writeFiles(join(work, "content"), files);
    const layer = join(work, "layer.tar.gz");
    await execute("tar", ["-czf", layer, "-C", join(work, "content"), "."]);
    const target = `127.0.0.1:${record.ports.registry}/${reference}`;
    await execute(join(toolchain.bin, "crane"), [
      ...["append", "--insecure", "--oci-empty-base"],
      ...["--new_layer", layer, "--new_tag", target],
    ]);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}
