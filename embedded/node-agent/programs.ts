/**
 * The images whose pods are real here: the node agent runs the toolchain's binary of the same version for them, where a
 * kubelet would pull the image. Pods of every other image are simulated by kwok.
 */
export interface Program {
  /** The repository of the image, without its registry: a mirror serves the same program. */
  readonly repository: string;
  readonly version: string;
  /** The executable in the toolchain's directory. */
  readonly binary: string;
  /** The flag that sets the address behind each container port. */
  readonly listen: Readonly<Record<number, string>>;
  /** What the image is built with, where the toolchain's binary needs it said. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Reaches the API server by a kubeconfig: in a cluster it insists on the image that it is published in. */
  readonly byKubeconfig?: boolean;
  /** The container port behind each Service of the program. */
  readonly services?: Readonly<Record<string, number>>;
}

const metricsAndHealth = { 8080: "--metrics-addr", 9440: "--health-addr" };

function controller(name: string, version: string): Program {
  return { repository: `fluxcd/${name}`, version, binary: name, listen: metricsAndHealth };
}

export const programs: readonly Program[] = [
  {
    repository: "controlplaneio-fluxcd/flux-operator",
    version: "v0.58.1",
    binary: "flux-operator",
    listen: { 8080: "--metrics-addr", 8081: "--health-addr" },
    environment: { GODEBUG: "fips140=on" },
    byKubeconfig: true,
  },
  {
    ...controller("source-controller", "v1.9.4"),
    listen: { ...metricsAndHealth, 9090: "--storage-addr" },
    services: { "source-controller": 9090 },
  },
  controller("kustomize-controller", "v1.9.4"),
  controller("helm-controller", "v1.6.3"),
  {
    ...controller("notification-controller", "v1.9.3"),
    listen: { ...metricsAndHealth, 9090: "--events-addr", 9292: "--receiverAddr" },
    services: { "notification-controller": 9090, "webhook-receiver": 9292 },
  },
  controller("image-reflector-controller", "v1.2.4"),
  controller("image-automation-controller", "v1.2.4"),
];

/** The container port behind each Service that selects a pod with these labels: a shard has Services of its own. */
export function servicesOf(
  { binary, services = {} }: Program,
  labels: Readonly<Record<string, string>> = {},
): Readonly<Record<string, number>> {
  const { app = binary } = labels;
  const suffix = app.startsWith(`${binary}-`) ? app.slice(binary.length) : "";
  return Object.fromEntries(
    Object.entries(services).map(([name, port]) => [`${name}${suffix}`, port]),
  );
}

/** A jq expression that selects the images of a pod that the node agent runs; kwok leaves those pods alone. */
export const imagesExpression = `.spec.containers.[].image | select(test("(^|/)(${programs
  .map(({ repository }) => repository)
  .join("|")})[:@]"))`;

/** What an image asks for: a program to run, a version that is not there, or nothing of ours. */
export type ImageMatch =
  | { readonly kind: "program"; readonly program: Program }
  | { readonly kind: "version-missing"; readonly message: string }
  | { readonly kind: "simulated" };

/** Finds the program of an image such as `ghcr.io/fluxcd/helm-controller:v1.6.3@sha256:…`. */
export function matchImage(image: string): ImageMatch {
  const [tagged = ""] = image.split("@");
  const colon = tagged.lastIndexOf(":");
  const repository = colon > tagged.lastIndexOf("/") ? tagged.slice(0, colon) : tagged;
  const tag = tagged.slice(repository.length + 1);
  const program = programs.find(
    (candidate) =>
      repository === candidate.repository || repository.endsWith(`/${candidate.repository}`),
  );
  if (program === undefined) return { kind: "simulated" };
  if (tag === program.version) return { kind: "program", program };
  return {
    kind: "version-missing",
    message: `Failed to pull image "${image}": this cluster has ${program.version} only`,
  };
}
