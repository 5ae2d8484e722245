/** The chart that installs flux-operator where the cluster supplies none. */
export const operatorChart = "oci://ghcr.io/controlplaneio-fluxcd/charts/flux-operator";

/** The version of that chart, which is also the version of flux-operator. */
export const operatorVersion = "0.58.1";

/** The Flux distribution, whose controllers the gate knows canaries for. */
export const fluxVersion = "2.9.4";

/** Where the images of the Flux controllers come from. */
export const fluxRegistry = "ghcr.io/fluxcd";
