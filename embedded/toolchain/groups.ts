/** Tool is one executable of the toolchain, built from a pinned Go module. */
export interface Tool {
  /** The executable's usual name. */
  readonly name: string;
  /** Import path of its main package; `.` is the group's own main.go. */
  readonly package: string;
  readonly module: string;
  /** Version of the module, with its `v`. */
  readonly version: string;
  /** Version a person knows the tool by, without a `v`. Defaults to the module's. */
  readonly release?: string;
  /** Name `go build` gives the binary. Defaults to `name`. */
  readonly builtAs?: string;
  /** Directory inside the published group. Defaults to `bin`, whose content ends up on PATH. */
  readonly directory?: string;
  /** Arguments that make the tool print its version. Only such a tool can be taken from PATH. */
  readonly versionArguments?: readonly string[];
}

/** Extra is a file or directory of a module that is published with the binaries, as the module cache does not stay. */
export interface Extra {
  readonly module: string;
  /** Path inside the module. */
  readonly from: string;
  /** Path inside the published group. */
  readonly to: string;
}

/** Cost is what a cold build of a group takes, as measured on two cores. */
export interface Cost {
  /** Compiling and linking; fetching modules runs beside it. */
  readonly seconds: number;
  /** Packages that go compiles. */
  readonly packages: number;
  /** What is published. */
  readonly megabytes: number;
  /** What the build adds to Go's caches, which go when all is built. */
  readonly workMegabytes: number;
}

/** Group is a set of tools that share one go.mod and are built by one `go build`. */
export interface Group {
  /** Name of the directory under `groups/` that holds go.mod and go.sum. */
  readonly name: string;
  readonly tools: readonly Tool[];
  /** String variables that the linker sets (-X), by their qualified name. */
  readonly stamps?: Readonly<Record<string, string>>;
  readonly tags?: readonly string[];
  readonly extras?: readonly Extra[];
  /** Module that is built from a copy with the files of the group's `source/` directory laid over it. */
  readonly source?: string;
  readonly cost: Cost;
}

const kubernetes = {
  module: "k8s.io/kubernetes",
  version: "v1.36.3",
  versionArguments: ["--version"],
};
const flux = (name: string, version: string): Tool => ({
  name,
  package: `github.com/fluxcd/${name}`,
  module: `github.com/fluxcd/${name}`,
  version,
});
const pulumiVersion = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version";
const pulumiTags = ["osusergo", "grpcnotrace"];
const operatorModule = "github.com/controlplaneio-fluxcd/flux-operator";
const providerModule = "github.com/pulumi/pulumi-kubernetes/provider/v4";
/** Directory of the Kubernetes provider below a Pulumi plugin directory, the way Pulumi names it. */
export const providerPlugin = "resource-kubernetes-v4.25.0";

/**
 * groups are the builds of the toolchain, in the order they run. flux, flux-operator, pulumi-cli and sops-crane agree on the versions of the
 * modules they share: what one compiled, the next takes from Go's build cache.
 */
export const groups: readonly Group[] = [
  {
    name: "control-plane",
    tools: [
      {
        name: "etcd",
        package: "go.etcd.io/etcd/server/v3",
        module: "go.etcd.io/etcd/server/v3",
        version: "v3.6.14",
        builtAs: "server",
        versionArguments: ["--version"],
      },
      { name: "kube-apiserver", package: "k8s.io/kubernetes/cmd/kube-apiserver", ...kubernetes },
      {
        name: "kube-controller-manager",
        package: "k8s.io/kubernetes/cmd/kube-controller-manager",
        ...kubernetes,
      },
      { name: "kube-scheduler", package: "k8s.io/kubernetes/cmd/kube-scheduler", ...kubernetes },
      {
        name: "kwok",
        package: "sigs.k8s.io/kwok/cmd/kwok",
        module: "sigs.k8s.io/kwok",
        version: "v0.8.0",
        versionArguments: ["--version"],
      },
    ],
    stamps: {
      "k8s.io/component-base/version.gitVersion": "v1.36.3",
      "k8s.io/component-base/version.gitMajor": "1",
      "k8s.io/component-base/version.gitMinor": "36",
      "k8s.io/component-base/version.gitTreeState": "clean",
      "k8s.io/client-go/pkg/version.gitVersion": "v1.36.3",
    },
    extras: [{ module: "sigs.k8s.io/kwok", from: "kustomize", to: "kwok/kustomize" }],
    cost: { seconds: 450, packages: 2691, megabytes: 366, workMegabytes: 3100 },
  },
  {
    name: "flux",
    tools: [
      flux("source-controller", "v1.9.4"),
      flux("kustomize-controller", "v1.9.4"),
      flux("helm-controller", "v1.6.3"),
      flux("notification-controller", "v1.9.3"),
      flux("image-reflector-controller", "v1.2.4"),
      flux("image-automation-controller", "v1.2.4"),
    ],
    cost: { seconds: 370, packages: 2501, megabytes: 471, workMegabytes: 4100 },
  },
  {
    name: "flux-operator",
    tools: [
      {
        name: "flux-operator",
        package: `${operatorModule}/cmd/operator`,
        module: operatorModule,
        version: "v0.58.1",
        builtAs: "operator",
      },
    ],
    stamps: { "main.VERSION": "v0.58.1" },
    extras: [{ module: operatorModule, from: "config", to: "operator/config" }],
    // The web interface is bundled by npm before a release; the module holds its source only, so one empty page stands for it.
    source: operatorModule,
    cost: { seconds: 20, packages: 77, megabytes: 104, workMegabytes: 300 },
  },
  {
    name: "pulumi-kubernetes",
    tools: [
      {
        name: "pulumi-resource-kubernetes",
        package: ".",
        module: providerModule,
        version: "v4.0.0-20260115033456-f47bc2d6f199",
        release: "4.25.0",
        builtAs: "pulumi-kubernetes",
        directory: `plugins/${providerPlugin}`,
      },
    ],
    stamps: { "main.version": "4.25.0" },
    // The provider registers what it finds in manifests through its own SDK, of which one small file is needed.
    source: "github.com/pulumi/pulumi-kubernetes/sdk/v4",
    extras: [
      {
        module: providerModule,
        from: "cmd/pulumi-resource-kubernetes/schema.json",
        to: `plugins/${providerPlugin}/schema.json`,
      },
    ],
    cost: { seconds: 205, packages: 1367, megabytes: 93, workMegabytes: 1900 },
  },
  {
    name: "pulumi-cli",
    tools: [
      {
        name: "pulumi",
        package: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
        module: "github.com/pulumi/pulumi/pkg/v3",
        version: "v3.259.0",
        versionArguments: ["version"],
      },
    ],
    stamps: { [pulumiVersion]: "v3.259.0" },
    tags: pulumiTags,
    cost: { seconds: 185, packages: 707, megabytes: 115, workMegabytes: 2100 },
  },
  {
    name: "pulumi-language",
    tools: [
      {
        // The last release of the module that still contains the language host.
        name: "pulumi-language-nodejs",
        package: "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs",
        module: "github.com/pulumi/pulumi/sdk/v3",
        version: "v3.68.0",
        directory: "host",
      },
    ],
    stamps: { [pulumiVersion]: "v3.68.0" },
    tags: pulumiTags,
    cost: { seconds: 25, packages: 271, megabytes: 19, workMegabytes: 1000 },
  },
  {
    name: "sops-crane",
    tools: [
      {
        name: "sops",
        package: "github.com/getsops/sops/v3/cmd/sops",
        module: "github.com/getsops/sops/v3",
        version: "v3.13.2",
        versionArguments: ["--version", "--disable-version-check"],
      },
      {
        name: "crane",
        package: "github.com/google/go-containerregistry/cmd/crane",
        module: "github.com/google/go-containerregistry",
        version: "v0.21.9",
        versionArguments: ["version"],
      },
    ],
    stamps: {
      "github.com/google/go-containerregistry/cmd/crane/cmd.Version": "v0.21.9",
    },
    cost: { seconds: 5, packages: 15, megabytes: 65, workMegabytes: 200 },
  },
];
