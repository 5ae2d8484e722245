import { createHash, timingSafeEqual } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

/** A file of this name in a bare repository holds `user:password` and makes the repository private. */
export const credentialsFile = "flux-bootstrap-credentials";

/** mayEnter is true for a public repository, and for the credentials of a private one. */
export async function mayEnter(
  repository: string,
  authorization: string | undefined,
): Promise<boolean> {
  const wanted = await readCredentials(repository);
  if (wanted === undefined) return true;
  const given = /^Basic (?<encoded>[A-Za-z0-9+/=]+)$/i.exec(authorization ?? "")?.groups?.[
    "encoded"
  ];
  if (given === undefined) return false;
  return equal(Buffer.from(given, "base64"), Buffer.from(wanted));
}

async function readCredentials(repository: string): Promise<string | undefined> {
  try {
    return (await readFile(join(repository, credentialsFile), "utf8")).trimEnd();
  } catch (error) {
    // Only a file that is not there makes a repository public.
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

function equal(given: Buffer, wanted: Buffer): boolean {
  const digest = (content: Buffer) => createHash("sha256").update(content).digest();
  return timingSafeEqual(digest(given), digest(wanted));
}
