import type { SyncConfig } from "../types.ts";
import { basic } from "./basic.ts";
import { githubApp } from "./github-app.ts";
import { fromFile, isSsh, type Method, type Setting, type Settings } from "./method.ts";
import { bucket, registry } from "./pairs.ts";
import { generatedSsh, ssh } from "./ssh.ts";
import type { SourceCredentials } from "./types.ts";

const methods: readonly Method[] = [basic, githubApp, ssh, generatedSsh, registry, bucket];

/** What stands in the place of credentials. */
export type Instead = Pick<SyncConfig, "pullSecret" | "provider">;

/**
 * readCredentials reads what opens the source: undefined where nothing is configured, and where a problem was noted. Only
 * one method may be configured, and it has to fit the source.
 */
export function readCredentials(
  settings: Settings,
  instead: Instead,
): SourceCredentials | undefined {
  const asked = methods.filter((method) => settingsOf(method, settings).some(asks));
  const fitting = asked.filter((method) => {
    const reason = method.misfit(settings.source) ?? refusal(instead);
    if (reason !== undefined) refuse(method, settings, reason);
    return reason === undefined;
  });
  const [chosen, ...others] = fitting;
  if (chosen !== undefined) refuseBeside(chosen, others, settings);
  for (const method of methods) {
    for (const { fields, key } of settingsOf(method, settings)) fields.allow(key);
  }
  readLoneHosts(settings, asked);
  if (asked.length === 0) requireForSsh(settings, instead);
  return chosen?.read(settings);
}

function settingsOf(method: Method, settings: Settings): readonly Setting[] {
  return method.settings(settings);
}

function asks({ fields, key }: Setting): boolean {
  return fields.asks(key);
}

/** The clouds' own identities need no Secret, and a Secret made elsewhere is one already. */
function refusal({ pullSecret, provider }: Instead): string | undefined {
  if (pullSecret !== undefined) return "when sync.pullSecret is set";
  const own = provider === undefined || provider === "generic" || provider === "github";
  return own ? undefined : `when sync.provider is "${provider}"`;
}

function refuse(method: Method, settings: Settings, reason: string): void {
  for (const { fields, key } of settingsOf(method, settings).filter(asks)) {
    fields.absent(key, reason);
  }
}

function refuseBeside(chosen: Method, others: readonly Method[], settings: Settings): void {
  const setting = settingsOf(chosen, settings).find(asks);
  const name = setting?.fields.path(setting.key) ?? "";
  for (const other of others) refuse(other, settings, `when ${name} is set`);
}

/** Host keys prove a host to an SSH key that the program knows of. */
function readLoneHosts({ sync }: Settings, asked: readonly Method[]): void {
  if (asked.includes(ssh) || asked.includes(generatedSsh)) sync.allow("knownHosts");
  else sync.absent("knownHosts", "without sshKey or sync.deployKey");
}

function requireForSsh({ root, source: { kind, url } }: Settings, { pullSecret }: Instead): void {
  if (kind !== "GitRepository" || !isSsh(url) || pullSecret !== undefined) return;
  const must = "be set when sync.url is an ssh:// address (or sync.deployKey, or sync.pullSecret)";
  root.note("sshKey", must, fromFile("sshKey"));
}
