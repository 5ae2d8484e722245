import type { Fields, Rule } from "../fields.ts";
import { setCommand } from "../problem.ts";
import { pattern, text } from "../rules.ts";
import { fromFile, isSsh, type Method, type Settings, unlessKind } from "./method.ts";
import { isRsaKey } from "./private-key.ts";
import type { GitHubAppCredentials } from "./types.ts";

/** A GitHub App, for Git over HTTPS. */
export const githubApp: Method = {
  settings: ({ root }) => ["githubApp", "githubAppKey"].map((key) => ({ fields: root, key })),
  misfit: (source) =>
    unlessKind("GitRepository")(source) ??
    (isSsh(source.url) ? "when sync.url is an ssh:// address" : undefined),
  read: (settings) => readApp(settings),
};

const number: Rule<string> = {
  must: "be a number",
  example: "123456",
  parse: (value) => {
    const digits = typeof value === "number" ? String(value) : value;
    return typeof digits === "string" && /^[1-9]\d{0,18}$/.test(digits) ? digits : undefined;
  },
};

const owner = pattern(
  /^[A-Za-z0-9][\w-]{0,99}$/,
  "be the name of an organisation or user",
  "OWNER",
);

/** A token or a signature for one must not cross a network in clear. */
const safe = /^(https:\/\/|http:\/\/(127\.0\.0\.1|localhost|\[::1\])[:/])/;

const baseUrl: Rule<string> = {
  must: "be the https:// address of the API of a GitHub Enterprise Server",
  example: "https://github.example.com/api/v3",
  parse: (value) =>
    typeof value === "string" && safe.test(value) && !/[@\s]/.test(value) ? value : undefined,
};

function readApp(settings: Settings): GitHubAppCredentials | undefined {
  const { root } = settings;
  requireHttps(settings);
  const fields = root.object("githubApp");
  const appId = fields.required("id", number);
  const installation = readInstallation(fields);
  const api = fields.optional("baseUrl", baseUrl);
  fields.finish();
  const privateKey = readKey(root);
  if (appId === undefined || installation === undefined || privateKey === undefined) {
    return undefined;
  }
  return { kind: "githubApp", appId, installation, privateKey, baseUrl: api };
}

function requireHttps({ sync, source: { url } }: Settings): void {
  if (url === undefined || safe.test(url)) return;
  const address = setCommand("sync.url", url.replace(/^http:/, "https:"));
  sync.note("url", "be an https:// address when githubApp is set", address);
}

function readInstallation(fields: Fields): GitHubAppCredentials["installation"] | undefined {
  const id = fields.optional("installationId", number);
  const name = fields.optional("owner", owner);
  if (fields.has("installationId")) {
    fields.absent("owner", "when githubApp.installationId is set");
    return id === undefined ? undefined : { id };
  }
  if (!fields.has("owner")) {
    const fix = setCommand("githubApp.installationId", "123456");
    fields.note("installationId", "be set, or githubApp.owner", fix);
  }
  return name === undefined ? undefined : { owner: name };
}

function readKey(root: Fields): string | undefined {
  const key = root.optional("githubAppKey", text);
  if (!root.has("githubAppKey")) {
    root.note("githubAppKey", "be set with githubApp", fromFile("githubAppKey"));
  } else if (key !== undefined && !isRsaKey(key)) {
    const must = "be the RSA key of the GitHub App, in PEM and without a passphrase";
    root.note("githubAppKey", must, fromFile("githubAppKey"));
  }
  return key === undefined ? undefined : `${key.trim()}\n`;
}
