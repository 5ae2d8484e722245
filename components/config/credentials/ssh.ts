import type { Fields, Rule } from "../fields.ts";
import { setCommand, setSecretCommand } from "../problem.ts";
import { text } from "../rules.ts";
import { hostOf, knownHostsProblem, publishedHosts } from "./known-hosts.ts";
import { fromFile, isSsh, type Method, type Settings, unlessKind } from "./method.ts";
import { sshKeyProblem } from "./private-key.ts";
import type { GeneratedSshCredentials, SshCredentials } from "./types.ts";

/** A key that a person made, for Git over SSH. */
export const ssh: Method = {
  settings: ({ root }) => ["sshKey", "sshKeyPassphrase"].map((key) => ({ fields: root, key })),
  misfit: unlessKind("GitRepository"),
  read: (settings) => readSsh(settings),
};

/** A key that is made in the cluster, for Git over SSH. */
export const generatedSsh: Method = {
  settings: ({ sync }) => [{ fields: sync, key: "deployKey" }],
  misfit: unlessKind("GitRepository"),
  read: (settings) => readGenerated(settings),
};

function readSsh(settings: Settings): SshCredentials | undefined {
  const { root } = settings;
  requireSsh(settings, "sshKey");
  const knownHosts = readKnownHosts(settings);
  const privateKey = root.optional("sshKey", text);
  const passphrase = root.optional("sshKeyPassphrase", text);
  if (privateKey === undefined) {
    if (!root.has("sshKey")) {
      root.note("sshKey", "be set with sshKeyPassphrase", fromFile("sshKey"));
    }
    return undefined;
  }
  noteKeyProblem(root, privateKey, passphrase);
  return { kind: "ssh", privateKey: `${privateKey.trim()}\n`, passphrase, knownHosts };
}

function noteKeyProblem(root: Fields, key: string, passphrase: string | undefined): void {
  const setPassphrase = setSecretCommand("sshKeyPassphrase");
  switch (sshKeyProblem(key, passphrase)) {
    case "unreadable":
      root.note("sshKey", "be a private key of OpenSSH or in PEM", fromFile("sshKey"));
      break;
    case "locked":
      root.note("sshKeyPassphrase", "be set when sshKey is locked by one", setPassphrase);
      break;
    case "unlocked":
      root.absent("sshKeyPassphrase", "when sshKey is not locked by one");
      break;
    case "wrong passphrase":
      root.note("sshKeyPassphrase", "open sshKey", setPassphrase);
      break;
    case undefined:
  }
}

const generation: Rule<string> = {
  must: "be true, or a text that is another one for each new key",
  example: "true",
  parse: (value) => {
    const word = typeof value === "string" ? value : JSON.stringify(value);
    return /^[\w.-]{1,63}$/.test(word) ? word : undefined;
  },
};

function readGenerated(settings: Settings): GeneratedSshCredentials | undefined {
  requireSsh(settings, "sync.deployKey");
  const knownHosts = readKnownHosts(settings);
  const asked = settings.sync.optional("deployKey", generation);
  return asked === undefined ? undefined : { kind: "generatedSsh", knownHosts, generation: asked };
}

function requireSsh({ sync, source: { url } }: Settings, key: string): void {
  if (isSsh(url)) return;
  const example = "ssh://git@github.com/OWNER/REPOSITORY.git";
  const address = url?.replace(/^https?:\/\/(?:[^@/]*@)?/, "ssh://git@") ?? example;
  sync.note("url", `be an ssh:// address when ${key} is set`, setCommand("sync.url", address));
}

function readKnownHosts({ sync, source: { url } }: Settings): string {
  const lines = sync.optional("knownHosts", text);
  if (url === undefined || !isSsh(url)) return "";
  const host = hostOf(url);
  const known = lines ?? publishedHosts(host);
  const set = setCommand("sync.knownHosts", `${host} ssh-ed25519 KEY`);
  const fix = `Take the line from where the host publishes its keys. ${set}`;
  if (known === undefined) {
    if (!sync.has("knownHosts")) sync.note("knownHosts", `hold a line for ${host}`, fix);
    return "";
  }
  const problem = knownHostsProblem(known, host);
  if (problem !== undefined) sync.note("knownHosts", problem, fix);
  return `${known.trim()}\n`;
}
