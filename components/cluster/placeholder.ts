/** placeholderKubeconfig is what a preview uses where there is no kubeconfig: an address at which nothing answers. */
export function placeholderKubeconfig(context = "placeholder"): string {
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "placeholder", cluster: { server: "https://127.0.0.1:1" } }],
    users: [{ name: "placeholder", user: {} }],
    contexts: [{ name: context, context: { cluster: "placeholder", user: "placeholder" } }],
    "current-context": context,
  });
}
