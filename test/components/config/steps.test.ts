import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { embedded, problems, type Values } from "../../support/settings.ts";

const set = (path: string, value: string) =>
  `Run: pulumi config set ${path.includes(".") ? "--path " : ""}${path} ${value}`;
const setNested = (path: string, value: string) =>
  `Run: pulumi config set --path '${path}' ${value}`;
const refused: readonly (readonly [what: string, values: Values, message: string])[] = [
  [
    "a variable that the program sets",
    { ...embedded, runtimeInfo: { CLUSTER_NAME: "x" } },
    'runtimeInfo.CLUSTER_NAME must be absent because the program sets it, got "x". Run: pulumi config rm --path runtimeInfo.CLUSTER_NAME',
  ],
  [
    "a variable that is no text",
    { ...embedded, runtimeInfo: { REPLICAS: 3 } },
    'runtimeInfo must be a map of variable names to texts, got {"REPLICAS":3}. Correct it in the stack\'s configuration file.',
  ],
  [
    "a time-out that is no duration",
    { ...embedded, gateTimeout: "2 minutes" },
    `gateTimeout must be a duration such as 90s, 5m or 1h, got "2 minutes". ${set("gateTimeout", "5m")}`,
  ],
  [
    "volumes that are neither kept nor deleted",
    { ...embedded, drain: { volumes: "snapshot" } },
    `drain.volumes must be "keep" or "delete", got "snapshot". ${set("drain.volumes", "keep")}`,
  ],
  [
    "hooks that are no list",
    { ...embedded, drain: { hooks: "backup" } },
    'drain.hooks must be a list of hooks {name, command, timeout}, got "backup". Correct it in the stack\'s configuration file.',
  ],
  [
    "a hook without a name",
    { ...embedded, drain: { hooks: [{ command: ["scripts/backup"] }] } },
    `drain.hooks[0].name must be a Kubernetes name (at most 63 lower-case letters, digits and dashes), got nothing. ${setNested("drain.hooks[0].name", "dev")}`,
  ],
  [
    "a hook whose command is no list",
    { ...embedded, drain: { hooks: [{ name: "backup", command: "scripts/backup" }] } },
    'drain.hooks[0].command must be a list of words, the program first, got "scripts/backup". Correct it in the stack\'s configuration file.',
  ],
  [
    "a hook whose time-out is no duration",
    { ...embedded, drain: { hooks: [{ name: "backup", command: ["x"], timeout: 90 }] } },
    `drain.hooks[0].timeout must be a duration such as 90s, 5m or 1h, got 90. ${setNested("drain.hooks[0].timeout", "5m")}`,
  ],
  [
    "two hooks of one name",
    {
      ...embedded,
      drain: { hooks: ["a", "b"].map((word) => ({ name: "backup", command: [word] })) },
    },
    "drain.hooks[1].name must be a name that no other hook has, got \"backup\". Run: pulumi config rm --path 'drain.hooks[1]'",
  ],
  [
    "a mistyped key of a hook",
    { ...embedded, drain: { hooks: [{ name: "backup", comand: ["x"], command: ["x"] }] } },
    'drain.hooks[0] must hold only the keys "command", "name", "timeout", got "comand". Did you mean "drain.hooks[0].command"?',
  ],
  [
    "a protection that is neither on nor off",
    { ...embedded, protect: "production" },
    `protect must be true or false, got "production". ${set("protect", "true")}`,
  ],
  [
    "an expiry without a time",
    { ...embedded, expiresAt: "2026-01-31" },
    `expiresAt must be a time such as 2026-01-31T12:00:00Z, got "2026-01-31". ${set("expiresAt", "2026-01-31T12:00:00Z")}`,
  ],
  [
    "an expiry on a day that does not exist",
    { ...embedded, expiresAt: "2026-13-31T12:00:00Z" },
    `expiresAt must be a time such as 2026-01-31T12:00:00Z, got "2026-13-31T12:00:00Z". ${set("expiresAt", "2026-01-31T12:00:00Z")}`,
  ],
  [
    "a required set that does not exist",
    { ...embedded, postBootstrap: { required: "some" } },
    `postBootstrap.required must be "all" or "infrastructure" or "none" or a list of namespace/name, got "some". ${set("postBootstrap.required", "infrastructure")}`,
  ],
  [
    "a Kustomization without its namespace",
    { ...embedded, postBootstrap: { expectKustomizations: ["apps"] } },
    'postBootstrap.expectKustomizations must be a list of namespace/name, got ["apps"]. Correct it in the stack\'s configuration file.',
  ],
  [
    "a mistyped key",
    { ...embedded, gateTimout: "2m" },
    'the configuration must hold only the keys "adopt", "bucketAccessKey", "bucketSecretKey", "cluster", "decryption", "drain", "expiresAt", "flux", "gateTimeout", "gates", "gitPassword", "gitToken", "gitUsername", "githubApp", "githubAppKey", "kubeconfig", "operator", "postBootstrap", "prerequisites", "protect", "registryPassword", "registryUsername", "restore", "runtimeInfo", "sopsAgeKeys", "sshKey", "sshKeyPassphrase", "sync", got "gateTimout". Did you mean "gateTimeout"?',
  ],
  [
    "a mistyped key of an object",
    { ...embedded, drain: { tiemout: "2m" } },
    'drain must hold only the keys "hooks", "timeout", "volumes", got "tiemout". Did you mean "drain.timeout"?',
  ],
  [
    "a key that resembles none",
    { ...embedded, drain: { strategy: "x" } },
    'drain must hold only the keys "hooks", "timeout", "volumes", got "strategy". Run: pulumi config rm --path drain.strategy',
  ],
  [
    "an object that is a text",
    { ...embedded, flux: "2.9.4" },
    'flux must be an object, got "2.9.4". Write it as a map in the stack\'s configuration file.',
  ],
];

describe("the configuration of the steps must not hold", () => {
  for (const [what, values, message] of refused) {
    it(what, async () => {
      assert.deepEqual(await problems(values), [message]);
    });
  }
});
