import assert from "node:assert/strict";
import { describe, it } from "node:test";

import type { KubernetesObject } from "../../../../scripts/lib/object.ts";
import { examinePods } from "../../../../scripts/lib/pods/doctor.ts";
import { ownedBy } from "../../support/gitops.ts";
import {
  controller,
  deployment,
  object,
  ownedByObject,
  pod,
  replicaSet,
  snapshotOf,
} from "./support/pods.ts";

const entries = (...ids: string[]) => ({ inventory: { entries: ids.map((id) => ({ id })) } });

const helmRelease = (more: Parameters<typeof object>[3] = {}) =>
  object("helm.toolkit.fluxcd.io/v2", "HelmRelease", "web", {
    metadata: { labels: ownedBy("kustomize", "apps") },
    status: { history: [{ name: "web", namespace: "shop", chartVersion: "1.4.0" }] },
    ...more,
  });
const apps = (more: Parameters<typeof object>[3] = {}) =>
  object("kustomize.toolkit.fluxcd.io/v1", "Kustomization", "apps", {
    namespace: "flux-system",
    status: { lastAppliedRevision: "main@sha1:abc" },
    ...more,
  });

const examine = (...objects: KubernetesObject[]) => {
  const [finding, ...more] = examinePods(snapshotOf(objects));
  assert.deepEqual(more, []);
  assert.ok(finding !== undefined);
  return finding;
};
const fromRelease = {
  helmRelease: "HelmRelease/shop/web",
  chart: "1.4.0",
  kustomization: "Kustomization/flux-system/apps",
  revision: "main@sha1:abc",
  suspended: false,
};
const fromNowhere = {
  helmRelease: undefined,
  chart: undefined,
  kustomization: undefined,
  revision: undefined,
  suspended: false,
};

describe("the workload of a pod", () => {
  const ofOwners = (owner: KubernetesObject, ...others: KubernetesObject[]) =>
    examine(pod({ owner, state: { running: {} } }), owner, ...others).workload.key;

  it("is the top-most owner that makes pods", () => {
    assert.equal(ofOwners(replicaSet, deployment), "Deployment/shop/web");
    assert.equal(ofOwners(controller("StatefulSet")), "StatefulSet/shop/web");
    assert.equal(ofOwners(controller("DaemonSet")), "DaemonSet/shop/web");
    const cron = controller("CronJob", "nightly");
    const job = controller("Job", "nightly-1", { ownerReferences: [ownedByObject(cron)] });
    assert.equal(ofOwners(job, cron), "CronJob/shop/nightly");
    // CronJobs need not have been read: the reference tells their name.
    assert.equal(ofOwners(job), "CronJob/shop/nightly");
  });

  it("stops below an operator's own kind, but is that kind when it owns pods itself", () => {
    const cluster = object("postgresql.cnpg.io/v1", "Cluster", "db");
    const set = controller("StatefulSet", "db", { ownerReferences: [ownedByObject(cluster)] });
    assert.equal(ofOwners(set, cluster), "StatefulSet/shop/db");
    assert.equal(ofOwners(cluster), "Cluster/shop/db");
  });

  it("is found without its ReplicaSet by the hash of the template", () => {
    const labels = { "pod-template-hash": "5d9f" };
    const orphan = pod({ owner: replicaSet, metadata: { labels } });
    const finding = examine({
      ...orphan,
      metadata: { ...orphan.metadata, labels, ownerReferences: [ownedByObject(replicaSet)] },
    });
    assert.equal(finding.workload.key, "Deployment/shop/web");
    assert.equal(examine(pod({ owner: replicaSet })).workload.key, "ReplicaSet/shop/web-5d9f");
  });

  it("is the pod itself when nobody owns it", () => {
    assert.equal(examine(pod({ name: "bare" })).workload.key, "Pod/shop/bare");
  });

  it("is found although owners own each other", () => {
    const one = controller("Deployment", "one");
    const other = controller("ReplicaSet", "two", { ownerReferences: [ownedByObject(one)] });
    const turned = {
      ...one,
      metadata: { ...one.metadata, ownerReferences: [ownedByObject(other)] },
    };
    assert.match(ofOwners(other, turned), /shop\/(one|two)$/);
  });
});

describe("where a pod comes from", () => {
  const broken = pod({ owner: replicaSet });

  it("is told by the labels of its owners up to the Git revision", () => {
    const { flux } = examine(broken, replicaSet, deployment, helmRelease(), apps());
    assert.deepEqual(flux, fromRelease);
  });

  it("is told by the inventory where there are no labels", () => {
    const bare = controller("Deployment");
    const status = { ...(helmRelease().status as object), ...entries("shop_web_apps_Deployment") };
    const release = helmRelease({ metadata: {}, status });
    const root = apps({
      status: {
        lastAppliedRevision: "main@sha1:abc",
        ...entries("shop_web_helm.toolkit.fluxcd.io_HelmRelease"),
      },
    });
    assert.deepEqual(examine(broken, replicaSet, bare, release, root).flux, fromRelease);
    const other = apps({ status: entries("shop_web_example.com_Deployment") });
    assert.deepEqual(examine(broken, replicaSet, bare, other).flux, fromNowhere);
  });

  it("is told by the name that Helm writes down where there is neither", () => {
    const annotations = {
      "meta.helm.sh/release-name": "shop-web",
      "meta.helm.sh/release-namespace": "shop",
    };
    const made = controller("Deployment", "web", { annotations });
    const release = helmRelease({
      namespace: "flux-system",
      spec: { targetNamespace: "shop" },
      status: { history: [] },
    });
    const { flux } = examine(broken, replicaSet, made, release, apps());
    assert.equal(flux.helmRelease, "HelmRelease/flux-system/web");
  });

  it("is a Kustomization alone when there is no Helm release", () => {
    const made = controller("Deployment", "web", { labels: ownedBy("kustomize", "apps") });
    const { flux } = examine(broken, replicaSet, made, apps());
    assert.deepEqual(flux, { ...fromRelease, helmRelease: undefined, chart: undefined });
  });

  it("is what made the operator's own object, when an operator made the workload", () => {
    const cluster = object("postgresql.cnpg.io/v1", "Cluster", "db", {
      metadata: { labels: ownedBy("kustomize", "apps") },
    });
    const { flux } = examine(pod({ owner: cluster }), cluster, apps());
    assert.equal(flux.kustomization, "Kustomization/flux-system/apps");
  });

  it("is nowhere in Flux for what a person made", () => {
    assert.deepEqual(examine(pod(), helmRelease(), apps()).flux, fromNowhere);
  });

  it("says when a person has suspended it", () => {
    const suspended = [
      [
        helmRelease({
          metadata: { labels: ownedBy("kustomize", "apps") },
          spec: { suspend: true },
        }),
        apps(),
      ],
      [helmRelease(), apps({ spec: { suspend: true } })],
      [
        helmRelease(),
        apps({
          metadata: { annotations: { "kustomize.toolkit.fluxcd.io/reconcile": "Disabled" } },
        }),
      ],
    ] as const;
    for (const [release, root] of suspended) {
      assert.equal(examine(broken, replicaSet, deployment, release, root).flux.suspended, true);
    }
  });

  it("ends where owners turn in a circle", () => {
    const turning = apps({ metadata: { labels: ownedBy("helm", "web", "shop") } });
    const release = helmRelease();
    assert.deepEqual(examine(broken, replicaSet, deployment, release, turning).flux, fromRelease);
  });
});
