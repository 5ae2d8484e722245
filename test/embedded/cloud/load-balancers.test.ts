import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { afterEach, beforeEach, describe, it } from "node:test";

import { Service, type ServiceObject } from "../../../embedded/cloud/kinds.ts";
import {
  addressFinalizer,
  loadBalancerClass,
  serviceNeed,
} from "../../../embedded/cloud/load-balancers.ts";
import { Event } from "../../../scripts/lib/kinds.ts";
import type { KubernetesObject } from "../../../scripts/lib/object.ts";
import { FakeCloud, never } from "./support/fake-cloud.ts";

const namespace = "shop";
const web = { resource: Service, name: "web", namespace };
const api = { resource: Service, name: "api", namespace };
const release = "embedded.flux-bootstrap.dev/release";
const provide = "embedded.flux-bootstrap.dev/provide";

const providedNever = "the annotation embedded.flux-bootstrap.dev/provide says never";

const ipOf = ({ status }: ServiceObject) => status?.loadBalancer?.ingress?.[0]?.ip;
const hasAddress = (service: KubernetesObject) => ipOf(service as ServiceObject) !== undefined;

describe("what a Service needs from the cloud", () => {
  const finalizers = [addressFinalizer];
  const status = { loadBalancer: { ingress: [{ ip: "198.51.100.1" }] } };
  const deletionTimestamp = "2026-01-01T00:00:00Z";
  const loadBalancer = { type: "LoadBalancer" };
  const rows = [
    ["nothing, when it is no load balancer", {}, { type: "ClusterIP" }, "nothing"],
    ["the finalizer first", {}, loadBalancer, "finalizer"],
    ["the finalizer even when it has an address", {}, loadBalancer, "finalizer", status],
    ["an address then", { finalizers }, loadBalancer, "address"],
    ["nothing, once it has one", { finalizers }, loadBalancer, "nothing", status],
    [
      "an address, when it names this cloud's class",
      { finalizers },
      { ...loadBalancer, loadBalancerClass },
      "address",
    ],
    [
      "nothing, when it names another class",
      {},
      { ...loadBalancer, loadBalancerClass: "example.com/other" },
      "nothing",
    ],
    [
      "nothing, when another class released it",
      { finalizers, deletionTimestamp },
      { ...loadBalancer, loadBalancerClass: "example.com/other" },
      "nothing",
    ],
    ["a release, when it goes", { finalizers, deletionTimestamp }, loadBalancer, "release", status],
    ["a release, when its type changed", { finalizers }, { type: "ClusterIP" }, "release", status],
    ["nothing, when it goes without a finalizer of ours", { deletionTimestamp }, loadBalancer],
  ] as const;
  for (const [name, metadata, spec, need = "nothing", itsStatus = {}] of rows) {
    it(name, () => {
      const service: ServiceObject = {
        apiVersion: "v1",
        kind: "Service",
        metadata: { name: "web", ...metadata },
        spec,
        status: itsStatus,
      };
      assert.equal(serviceNeed(service), need);
    });
  }
});

describe("the cloud's load balancers", { timeout: 60_000 }, () => {
  let cloud: FakeCloud;

  beforeEach(async () => {
    cloud = await FakeCloud.start();
  });
  afterEach(async () => {
    await cloud.stop();
  });

  const put = (name: string, spec: object = {}, annotations: Record<string, string> = {}) => {
    const metadata = { name, namespace, annotations };
    cloud.server.put(Service, { metadata, spec: { type: "LoadBalancer", ...spec } });
  };
  const warning = (message: string) => () =>
    cloud.all(Event).some((event) => (event as { message?: string }).message === message);

  it("hold a Service with the finalizer before they give it an address", async () => {
    cloud.setLatencies({ "attach-address": never });
    put("web");
    await cloud.untilIs(web, ({ metadata }) => metadata.finalizers?.[0] === addressFinalizer);
    // Whatever comes next for the first Service has come when the second is through as much.
    put("api", {}, { [provide]: "never" });
    await cloud.until(warning(providedNever));
    assert.deepEqual(cloud.handedOut(), {});
    cloud.setLatencies({});
    await cloud.untilIs(web, hasAddress);
    assert.deepEqual(cloud.handedOut(), { "198.51.100.1": ["shop/web"] });
  });

  it("neither read nor write a Service of another type", async () => {
    const requests: string[] = [];
    cloud.server.heard = (request) => requests.push(request);
    put("plain", { type: "ClusterIP" });
    put("web");
    await cloud.untilIs(web, hasAddress);
    assert.deepEqual(
      requests.filter((request) => request.includes("plain")),
      [],
    );
  });

  it("know from the API what is handed out when their file is lost", async () => {
    put("web");
    await cloud.untilIs(web, hasAddress);
    await cloud.restart(() => {
      rmSync(cloud.addresses);
    });
    put("api", {}, { [provide]: "never" });
    await cloud.until(warning(providedNever));
    assert.deepEqual(cloud.handedOut(), { "198.51.100.1": ["shop/web"] });
  });

  it("keep a deleted Service until its address is released", async () => {
    put("web");
    await cloud.untilIs(web, hasAddress);
    cloud.setLatencies({ "release-address": never });
    cloud.server.remove(web);
    put("api");
    await cloud.untilIs(api, hasAddress);
    assert.ok(cloud.server.get(web));
    assert.deepEqual(Object.keys(cloud.handedOut()), ["198.51.100.1", "198.51.100.2"]);
    cloud.setLatencies({});
    await cloud.untilGone(web);
    assert.deepEqual(cloud.handedOut(), { "198.51.100.2": ["shop/api"] });
  });

  it("leave the finalizers of others on it", async () => {
    const metadata = { name: "web", namespace, finalizers: ["example.com/dns"] };
    cloud.server.put(Service, { metadata, spec: { type: "LoadBalancer" } });
    await cloud.untilIs(web, hasAddress);
    cloud.server.remove(web);
    await cloud.untilIs(web, ({ metadata }) => metadata.finalizers?.length === 1);
    assert.deepEqual(cloud.server.get(web)?.metadata.finalizers, ["example.com/dns"]);
    assert.deepEqual(cloud.handedOut(), {});
  });

  it("take the address back when the type changes, and keep the Service", async () => {
    put("web");
    await cloud.untilIs(web, hasAddress);
    cloud.server.merge(web, { spec: { type: "ClusterIP" } });
    await cloud.untilIs(web, ({ metadata }) => metadata.finalizers?.length === 0);
    assert.equal(ipOf(cloud.server.get(web) as ServiceObject), undefined);
    assert.deepEqual(cloud.handedOut(), {});
  });

  it("never release what says so, and go on when it says so no more", async () => {
    put("web", {}, { [release]: "never" });
    await cloud.untilIs(web, hasAddress);
    cloud.server.remove(web);
    await cloud.until(warning("the annotation embedded.flux-bootstrap.dev/release says never"));
    assert.deepEqual(cloud.handedOut(), { "198.51.100.1": ["shop/web"] });
    cloud.server.merge(web, { metadata: { annotations: { [release]: null } } });
    await cloud.untilGone(web);
    assert.deepEqual(cloud.handedOut(), {});
  });

  it("never provide what says so", async () => {
    put("web", {}, { [provide]: "never" });
    await cloud.until(warning(providedNever));
    assert.deepEqual(cloud.handedOut(), {});
    cloud.server.merge(web, { metadata: { annotations: { [provide]: null } } });
    await cloud.untilIs(web, hasAddress);
  });

  it("keep an address that another Service shares until that one has released it", async () => {
    put("web");
    await cloud.untilIs(web, hasAddress);
    put("api", { loadBalancerIP: "198.51.100.1" });
    await cloud.untilIs(api, hasAddress);
    assert.deepEqual(cloud.handedOut(), { "198.51.100.1": ["shop/web", "shop/api"] });
    cloud.server.remove(web);
    await cloud.until(warning("address 198.51.100.1 is in use by Service/shop/api"));
    assert.ok(cloud.server.get(web));
    cloud.server.remove(api);
    await cloud.untilGone(web);
    assert.deepEqual(cloud.handedOut(), {});
  });

  it("refuse an address that is not theirs", async () => {
    put("web", { loadBalancerIP: "203.0.113.9" });
    await cloud.until(warning("loadBalancerIP must be in 198.51.100.0/24, got 203.0.113.9"));
    assert.deepEqual(cloud.handedOut(), {});
  });

  it("go on with a release that a restart interrupted", async () => {
    put("web");
    await cloud.untilIs(web, hasAddress);
    cloud.setLatencies({ "release-address": never });
    cloud.server.remove(web);
    await cloud.restart(() => {
      cloud.setLatencies({});
    });
    await cloud.untilGone(web);
    assert.deepEqual(cloud.handedOut(), {});
  });

  it("give a Service the address that was put down for it before a restart", async () => {
    put("web");
    await cloud.untilIs(web, hasAddress);
    await cloud.restart(() => {
      put("other");
      cloud.server.merge(web, { status: { loadBalancer: null } });
    });
    await cloud.untilIs(web, hasAddress);
    assert.equal(ipOf(cloud.server.get(web) as ServiceObject), "198.51.100.1");
  });

  it("go on billing the address of a Service that was removed by force", async () => {
    put("web");
    await cloud.untilIs(web, hasAddress);
    cloud.server.remove(web);
    cloud.server.merge(web, { metadata: { finalizers: [] } });
    await cloud.untilGone(web);
    put("api");
    await cloud.untilIs(api, hasAddress);
    assert.ok(Object.hasOwn(cloud.handedOut(), "198.51.100.2"));
  });
});
