import { generateX25519Identity } from "age-encryption";

import { kubeconfig, type Values } from "../../support/settings.ts";
import type { Effect, Effects } from "./effects.ts";
import { everyScriptNoted, type Flip, fluxChanges, inProd } from "./flip.ts";

/** A kubeconfig of the same server with another token or context. */
const config = JSON.parse(kubeconfig) as Record<"contexts" | "users" | "clusters", object[]>;
const rotated = JSON.stringify({ ...config, users: [{ name: "u", user: { token: "rotated" } }] });
const twoContexts = JSON.stringify({
  ...config,
  contexts: [...config.contexts, { name: "again", context: { cluster: "c", user: "u" } }],
});

const oneKey = await generateX25519Identity();
const otherKey = await generateX25519Identity();

const url = "https://example.com/fleet.git";
const path = "./clusters/dev";
const elsewhere = "another cluster is refused";

/** The settings that say which cluster it is and how it is reached. */
export const clusters: readonly Flip[] = [
  {
    key: "cluster.kind",
    from: { cluster: { kind: "embedded", name: "prod" }, sync: { url, path }, ...ownKey() },
    to: inProd({ sync: { url, path }, ...ownKey() }),
    but: elsewhere,
    effects: {
      kubernetes: "update",
      ...everyScriptNoted,
      "flux-credentials-runtime-info": "update",
      "flux-operator-release": "update",
    },
  },
  {
    key: "cluster.name",
    from: inProd({}),
    to: inProd({ cluster: { kind: "existing", name: "renamed", context: "prod" } }),
    but: elsewhere,
    effects: { "drain-script": "update", "flux-credentials-runtime-info": "update" },
  },
  {
    key: "cluster.context",
    from: inProd({ kubeconfig: twoContexts }),
    to: inProd({
      kubeconfig: twoContexts,
      cluster: { kind: "existing", name: "prod", context: "again" },
    }),
    but: elsewhere,
    effects: { kubernetes: "update", ...everyScriptNoted },
  },
  {
    key: "cluster.kubeconfigFile",
    from: inFile("one"),
    to: inFile("two"),
    but: elsewhere,
    effects: { kubernetes: "update", ...everyScriptNoted },
  },
  {
    key: "kubeconfig",
    from: inProd({}),
    to: inProd({ kubeconfig: rotated }),
    but: elsewhere,
    effects: { kubernetes: "update", ...everyScriptNoted },
  },
];

/** A cluster whose kubeconfig is in a file, which the test writes. */
function inFile(kubeconfigFile: string): Values {
  return {
    ...inProd({ kubeconfig: undefined }),
    cluster: { kind: "existing", name: "prod", context: "prod", kubeconfigFile },
  };
}

function ownKey(key = oneKey): Values {
  return { sopsAgeKeys: { "identity.agekey": key } };
}

const secret = (name: string, effect: Effect): Effects => ({
  [`flux-credentials-${name}`]: effect,
});

/** The keys that decrypt the source. */
export const ageKeys: readonly Flip[] = [
  {
    key: "sopsAgeKeys",
    what: "the first",
    from: inProd({}),
    to: inProd(ownKey()),
    effects: { ...secret("age", "create"), ...fluxChanges },
  },
  {
    key: "sopsAgeKeys",
    what: "another",
    from: inProd(ownKey()),
    to: inProd(ownKey(otherKey)),
    effects: secret("age", "update"),
  },
  {
    key: "sopsAgeKeys",
    what: "none left",
    from: inProd(ownKey()),
    to: inProd({}),
    effects: { ...secret("age", "delete"), ...fluxChanges },
    asksFor: ["flux-credentials-age"],
  },
];
