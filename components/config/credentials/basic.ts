import type { Fields } from "../fields.ts";
import { setCommand, setSecretCommand } from "../problem.ts";
import { text } from "../rules.ts";
import { isSsh, type Method, type Source, unlessKind } from "./method.ts";
import type { BasicCredentials } from "./types.ts";

/** A token needs no name: hosts take any, and `git` is what their documentation shows. */
const tokenUser = "git";

/** A name with a password, or a token, for Git over HTTP. */
export const basic: Method = {
  settings: ({ root }) =>
    ["gitToken", "gitPassword", "gitUsername"].map((key) => ({ fields: root, key })),
  misfit: (source: Source) =>
    unlessKind("GitRepository")(source) ??
    (isSsh(source.url) ? "when sync.url is an ssh:// address" : undefined),
  read: ({ root }) => readBasic(root),
};

function readBasic(root: Fields): BasicCredentials | undefined {
  const username = root.optional("gitUsername", text);
  const password = root.optional("gitPassword", text);
  const token = root.optional("gitToken", text);
  if (token !== undefined) {
    root.absent("gitPassword", "when gitToken is set");
    return { kind: "basic", setting: "gitToken", username: username ?? tokenUser, password: token };
  }
  if (root.has("gitUsername") && !root.has("gitPassword")) {
    root.note("gitPassword", "be set with gitUsername", setSecretCommand("gitPassword"));
  }
  if (root.has("gitPassword") && !root.has("gitUsername")) {
    root.note("gitUsername", "be set with gitPassword", setCommand("gitUsername", "NAME"));
  }
  if (username === undefined || password === undefined) return undefined;
  return { kind: "basic", setting: "gitPassword", username, password };
}
