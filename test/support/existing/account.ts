import { readFileSync, writeFileSync } from "node:fs";

import { parse } from "yaml";

import type { Embedded } from "../embedded.ts";

/** The name in the audit log of the account that may only read. */
export const viewer = "system:serviceaccount:default:viewer";

/** Makes an account that may read most things and write none, and the kubeconfig of it. Returns the path. */
export async function makeViewer(embedded: Embedded): Promise<string> {
  const run = async (...words: string[]) => {
    const { code, stdout, output } = await embedded.run(["kubectl", ...words]);
    if (code !== 0) throw new Error(output);
    return stdout.trim();
  };
  await run("create", "serviceaccount", "viewer", "--namespace", "default");
  const binding = ["create", "clusterrolebinding", "viewer", "--clusterrole", "view"];
  await run(...binding, "--serviceaccount", "default:viewer");
  const token = await run("create", "token", "viewer", "--namespace", "default");
  const admin = parse(readFileSync(embedded.path("kubeconfig"), "utf8")) as {
    users: { name: string }[];
  };
  const users = admin.users.map(({ name }) => ({ name, user: { token } }));
  const file = embedded.path("viewer.kubeconfig");
  writeFileSync(file, JSON.stringify({ ...admin, users }), { mode: 0o600 });
  return file;
}
