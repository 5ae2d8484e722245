import type { StateId } from "../../../scripts/lib/classify/states.ts";
import {
  Bucket,
  ConfigMap,
  GitRepository,
  HelmChart,
  HelmRelease,
  HelmRepository,
  Namespace,
  OCIRepository,
} from "../../../scripts/lib/kinds.ts";
import { chart, configMap, manifest, release, repository, secret } from "./manifest.ts";
import { condition, exists, failed, letGo, ready, type Scenario, terminating } from "./scenario.ts";
import { obstructStorage, remove } from "./steps.ts";

const notReady = condition("Ready", { status: "False" });

/** A HelmRelease of a chart in the GitRepository `repository`. */
const fromGit = {
  chart: {
    spec: { chart: "./charts/probe", sourceRef: { kind: "GitRepository", name: "repository" } },
  },
};

const chartOfApp = (namespace: string) => ({ resource: HelmChart, name: `${namespace}-app` });

/** A scenario in which a chart's repository cannot be fetched, and everything behind it waits. */
function unfetched(
  name: string,
  state: StateId,
  options: { spec: object; reason: string },
): Scenario {
  return {
    name,
    manifests: (places) => [
      secret("credentials", { username: "robot", password: "the-wrong-one" }),
      repository(places, {
        ...options.spec,
        ...("url" in options.spec && {
          url: String(options.spec.url).replace("GIT", places.git),
        }),
      }),
      release("app", fromGit),
    ],
    expect: [
      {
        resource: GitRepository,
        name: "repository",
        state,
        when: failed(options.reason),
      },
      { ...chartOfApp(name), state: "G3", when: notReady },
      { resource: HelmRelease, name: "app", state: "H4", when: notReady },
    ],
  };
}

export const sources: readonly Scenario[] = [
  unfetched("source-authentication", "G1", {
    spec: { url: "GIT/private.git", secretRef: { name: "credentials" } },
    reason: "GitOperationFailed",
  }),
  unfetched("source-credentials-missing", "G1", {
    spec: { secretRef: { name: "not-there" } },
    reason: "AuthenticationFailed",
  }),
  unfetched("source-branch", "G2", {
    spec: { ref: { branch: "nowhere" } },
    reason: "GitOperationFailed",
  }),
  unfetched("source-name-resolution", "G2", {
    spec: { url: "https://git.invalid/fleet.git" },
    reason: "GitOperationFailed",
  }),
  {
    name: "source-image-tag",
    manifests: (places) => [chart(places, "9.9.9"), release("app")],
    expect: [
      {
        resource: OCIRepository,
        name: "chart",
        state: "G2",
        when: failed("OCIArtifactPullFailed"),
      },
      { resource: HelmRelease, name: "app", state: "H4", when: notReady },
    ],
  },
  {
    name: "source-index",
    manifests: ({ git }) => [
      manifest(HelmRepository, { name: "charts" }, { spec: { url: `${git}/`, interval: "1h" } }),
      release("app", {
        chart: {
          spec: { chart: "probe", sourceRef: { kind: "HelmRepository", name: "charts" } },
        },
      }),
    ],
    expect: [
      { resource: HelmRepository, name: "charts", state: "G2", when: notReady },
      { ...chartOfApp("source-index"), state: "G3", when: notReady },
      { resource: HelmRelease, name: "app", state: "H4", when: notReady },
    ],
  },
  {
    name: "source-bucket",
    manifests: ({ git }) => [
      secret("credentials", { accesskey: "robot", secretkey: "the-wrong-one" }),
      manifest(
        Bucket,
        { name: "store" },
        {
          spec: {
            bucketName: "fleet",
            endpoint: new URL(git).host,
            insecure: true,
            interval: "1h",
            timeout: "5s",
            secretRef: { name: "credentials" },
          },
        },
      ),
    ],
    expect: [{ resource: Bucket, name: "store", state: "G2", when: notReady }],
  },
  {
    name: "source-invalid",
    manifests: () => [
      manifest(
        HelmRepository,
        { name: "charts" },
        { spec: { url: "http://charts example/%zz", interval: "1h" } },
      ),
    ],
    expect: [
      {
        resource: HelmRepository,
        name: "charts",
        state: "G5",
        when: condition("Stalled", { status: "True" }),
      },
    ],
  },
  {
    name: "source-unverified",
    manifests: (places) => [
      secret("keys", { "author.asc": "no key of anyone" }),
      repository(places, { verify: { mode: "HEAD", secretRef: { name: "keys" } } }),
    ],
    expect: [
      {
        resource: GitRepository,
        name: "repository",
        state: "G6",
        when: condition("SourceVerified", { status: "False" }),
      },
    ],
  },
  {
    name: "source-storage",
    manifests: (places) => [repository(places, { suspend: true })],
    steps: [{ resource: GitRepository, name: "repository", when: exists, act: obstructStorage }],
    expect: [
      {
        resource: GitRepository,
        name: "repository",
        state: "G4",
        when: condition("StorageOperationFailed", { status: "True" }),
      },
    ],
    passing: true,
  },
  {
    name: "source-starting",
    manifests: (places) => [repository(places)],
    expect: [
      {
        resource: GitRepository,
        name: "repository",
        state: "G9",
        when: condition("Ready", { status: "Unknown" }),
      },
    ],
    passing: true,
  },
  {
    name: "source-suspended",
    manifests: (places) => [repository(places, { suspend: true })],
    expect: [{ resource: GitRepository, name: "repository", state: "G8", when: exists }],
  },
  {
    name: "source-held",
    manifests: (places) => {
      const { resource, object } = repository(places);
      const metadata = { ...object.metadata, finalizers: ["example.com/hold"] };
      return [{ resource, object: { ...object, metadata } }];
    },
    steps: [{ resource: GitRepository, name: "repository", when: ready, act: remove }],
    expect: [{ resource: GitRepository, name: "repository", state: "G7", when: letGo }],
  },
  {
    name: "source-sharded",
    manifests: ({ git }) => [
      manifest(
        GitRepository,
        { name: "repository", labels: { "sharding.fluxcd.io/key": "none" } },
        { spec: { url: `${git}/stuck.git`, ref: { branch: "main" }, interval: "1h" } },
      ),
    ],
    expect: [{ resource: GitRepository, name: "repository", state: "G0", when: exists }],
  },
  {
    name: "namespace-held",
    manifests: () => {
      const held = configMap("held", {});
      const metadata = { ...held.object.metadata, finalizers: ["example.com/hold"] };
      return [{ ...held, object: { ...held.object, metadata } }];
    },
    steps: [
      {
        resource: ConfigMap,
        name: "held",
        when: exists,
        act: (stage, { namespace = "" }) => remove(stage, { resource: Namespace, name: namespace }),
      },
    ],
    expect: [
      {
        resource: Namespace,
        name: "namespace-held",
        namespace: "",
        state: "T1",
        when: (object) =>
          terminating(object) &&
          condition("NamespaceFinalizersRemaining", { status: "True" })(object),
      },
    ],
  },
];
