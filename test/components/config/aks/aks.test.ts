import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";

import { parse as parseYaml } from "yaml";

import { correct, readAks, refuses, remove, set, sharedId, withAks } from "../../../support/aks.ts";
import { aks, good, problems, type Values } from "../../../support/settings.ts";

const zoneId = sharedId("Network/privateDnsZones/privatelink.westeurope.azmk8s.io");
const workspaceId = sharedId("OperationalInsights/workspaces/platform");
const group = "22222222-2222-2222-2222-222222222222";
const uuid = "00000000-0000-0000-0000-000000000000";

describe("the object cluster.aks", () => {
  refuses([
    [
      "no subscription",
      { subscriptionId: undefined },
      `cluster.aks.subscriptionId must be a UUID, got nothing. ${set("subscriptionId", uuid)}`,
    ],
    [
      "a region with a space",
      { location: "West Europe" },
      `cluster.aks.location must be a region of Azure such as westeurope, in one word, got "West Europe". ${set("location", "westeurope")}`,
    ],
    [
      "a version with its patch, which AKS would move on from",
      { version: "1.34.2" },
      `cluster.aks.version must be a version of Kubernetes such as 1.34, as a text, got "1.34.2". ${set("version", "1.34")}`,
    ],
    [
      "a name of a resource group that Azure refuses",
      { resourceGroup: "platform/" },
      `cluster.aks.resourceGroup must be the name of a resource group, got "platform/". ${set("resourceGroup", "platform")}`,
    ],
    [
      "nobody to administrate it",
      { admins: {} },
      `cluster.aks.admins must name a group, a service principal or a user, got {}. Run: pulumi config set --path 'cluster.aks.admins.groups[0]' ${uuid}`,
    ],
    [
      "an administrator by name",
      { admins: { groups: ["platform"] } },
      `cluster.aks.admins.groups must be a list of different object ids of Entra, which are UUIDs, got ["platform"]. ${correct}`,
    ],
    [
      "somebody twice",
      { admins: { groups: [group, group] } },
      `cluster.aks.admins.groups must be a list of different object ids of Entra, which are UUIDs, got ["${group}","${group}"]. ${correct}`,
    ],
    [
      "an unknown kind of administrator",
      { admins: { group: [group] } },
      'cluster.aks.admins must hold only the keys "groups", "servicePrincipals", "users", got "group". Did you mean "cluster.aks.admins.groups"?',
    ],
    [
      "an API server that the whole internet reaches",
      { publicCidrs: ["0.0.0.0/0"] },
      `cluster.aks.publicCidrs must be a list of IPv4 networks from /8 to /32, such as 203.0.113.0/24, got ["0.0.0.0/0"]. ${correct}`,
    ],
    [
      "a private zone of a public API server",
      { publicCidrs: ["203.0.113.0/24"], privateDnsZoneId: zoneId },
      `cluster.aks.privateDnsZoneId must be absent when publicCidrs is set: the API server is public, got "${zoneId.slice(0, 78)}…. ${remove("privateDnsZoneId")}`,
    ],
    [
      "a login that is none of kubelogin's",
      { login: "devicecode" },
      `cluster.aks.login must be "azurecli" or "workloadidentity" or "spn" or "msi", got "devicecode". ${set("login", "azurecli")}`,
    ],
    [
      "a window that is none to AKS",
      { upgrades: { hours: 2 } },
      `cluster.aks.upgrades.hours must be a whole number from 4 to 24, got 2. ${set("upgrades.hours", "4")}`,
    ],
    [
      "no upgrades at all",
      { upgrades: { channel: "none" } },
      `cluster.aks.upgrades.channel must be "patch" or "stable" or "rapid", got "none". ${set("upgrades.channel", "patch")}`,
    ],
    [
      "a time of day that is none",
      { upgrades: { start: "24:00" } },
      `cluster.aks.upgrades.start must be a time of day such as 02:00, got "24:00". ${set("upgrades.start", "02:00")}`,
    ],
    [
      "days for a workspace that is there",
      { logWorkspaceId: workspaceId, logRetentionDays: 30 },
      `cluster.aks.logRetentionDays must be absent when logWorkspaceId is set: that workspace says it, got 30. ${remove("logRetentionDays")}`,
    ],
    [
      "a tag that Azure refuses",
      { tags: { "a/b": "c" } },
      `cluster.aks.tags must be a map of at most 40 tags to texts, got {"a/b":"c"}. ${correct}`,
    ],
    [
      "a key that there is not",
      { adminGroups: [] },
      'cluster.aks must hold only the keys "admins", "identities", "location", "logRetentionDays", "logWorkspaceId", "login", "network", "nodes", "privateDnsZoneId", "publicCidrs", "registryIds", "resourceGroup", "subscriptionId", "tags", "tenantId", "upgrades", "version", got "adminGroups". ' +
        remove("adminGroups"),
    ],
  ]);

  it("is refused for a cluster of another kind", async () => {
    const settings = { ...aks, cluster: { kind: "embedded", aks: {} } };
    assert.deepEqual(await problems(settings), [
      `cluster.aks must be absent when cluster.kind is "embedded", got {}. Run: pulumi config rm --path cluster.aks`,
    ]);
  });

  it("refuses a name that Azure cannot make an address of", async () => {
    const name = "a".repeat(60);
    assert.deepEqual(await problems(withAks({}, { name })), [
      `cluster.name must be 6 shorter: it names the API server, got "${name}". Choose a shorter one.`,
    ]);
  });

  it("lists everything that is wrong at once", async () => {
    const wrong = { location: "", version: 1.3, admins: {}, login: "x", tags: 1 };
    assert.equal((await problems(withAks(wrong))).length, 5);
  });

  it("has a private API server and upgrades itself unless it is told otherwise", async () => {
    const found = await readAks({});
    assert.deepEqual(found.publicCidrs, []);
    const upgrades = { channel: "patch", day: "Sunday", start: "02:00", hours: 4 };
    assert.deepEqual(found.upgrades, upgrades);
    assert.equal(found.login, "azurecli");
    assert.equal(found.logRetentionDays, 90);
  });

  it("takes the file of the example environment", async () => {
    const file = new URL("../../../../Pulumi.staging-aks.yaml", import.meta.url);
    const { config } = parseYaml(readFileSync(file, "utf8")) as { config: Values };
    const own = Object.entries(config).map(([key, value]) => [
      key.replace("flux-bootstrap:", ""),
      value,
    ]);
    const { cluster } = await good(Object.fromEntries(own) as Values);
    assert.equal(cluster.kind, "aks");
  });
});
