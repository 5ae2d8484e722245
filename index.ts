import type * as pulumi from "@pulumi/pulumi";

import { createCluster } from "./components/cluster/index.ts";
import { readConfig } from "./components/config.ts";
import { Drain } from "./components/drain.ts";
import { FluxCredentials } from "./components/flux/credentials.ts";
import { ReconcileGate } from "./components/flux/gate.ts";
import { FluxInstance } from "./components/flux/instance.ts";
import { FluxOperator } from "./components/flux/operator.ts";
import { FluxSync } from "./components/flux/sync.ts";
import { NamedGate } from "./components/named-gate.ts";
import { plan } from "./components/plan.ts";
import { PostBootstrap } from "./components/post-bootstrap.ts";
import { Protection } from "./components/protection.ts";

// Every setting is known to be good.
const config = await readConfig();

// The API server answers with the recorded identity, and nothing foreign stands in the way.
const cluster = await createCluster(config);
const { operator: chart, spec, sync, sourceFields, ...planned } = plan(config, cluster);
const { drain: emptying, reportDirectory, ...credentials } = planned;
const { provider, transformations } = cluster;
const { stackLabel, expiresAt: expiry, protect, prerequisites, gates } = config;
const after = (...steps: pulumi.Resource[]) => ({ provider, transformations, dependsOn: steps });
// Pulumi neither deletes nor replaces these, nor what is in them: a step that runs again is none of them.
const protectedAfter = (...steps: pulumi.Resource[]) => ({ ...after(...steps), protect });

// flux-operator is Available and its CRDs are Established.
const operator = new FluxOperator(
  "flux-operator",
  { cluster, stackLabel, expiresAt: expiry, prerequisites, ...chart },
  after(),
);
const { namespace } = operator;

// What opens and decrypts the source is there.
const secrets = new FluxCredentials(
  "flux-credentials",
  { cluster, namespace, ...credentials },
  after(operator),
);

// The controllers are installed; there is no sync yet.
const instance = new FluxInstance("flux-instance", { namespace, spec }, protectedAfter(secrets));

// Every controller has answered.
const gate = new ReconcileGate(
  "reconcile-gate",
  { cluster, spec, timeout: config.gateTimeout },
  after(instance),
);

// Nothing yet: destroying it empties the cluster.
const drain = new Drain("drain", { cluster, ...emptying }, protectedAfter(gate));

// The source has been fetched and is attached.
const attached = new FluxSync(
  "flux-sync",
  {
    cluster,
    namespace,
    sync,
    sourceFields,
    source: credentials.source,
    deployKey: secrets.deployKey,
    drain,
  },
  after(drain),
);

// What is required is Ready, and the report is written.
const bootstrap = new PostBootstrap(
  "post-bootstrap",
  { cluster, sync, gate, restore: config.restore, reportDirectory, ...config.postBootstrap },
  after(attached),
);

// Every object that a gate of the configuration names is as it wants it.
const opened = gates.map(
  (named) =>
    new NamedGate(
      `gate-${named.name}`,
      { cluster, gate: named, sync, proof: gate },
      after(attached),
    ),
);

// Nothing: the destroy of a protected stack begins here, and stops.
new Protection("protection", protectedAfter(bootstrap, ...opened));

export const clusterName = cluster.name;
export const clusterAccess = cluster.access;
export const fluxNamespace = namespace;
export const fluxVersion = spec.distribution.version;
export const gateSeconds = gate.result.apply(({ seconds }) => seconds);
export const deployKey = secrets.deployKey?.apply(({ publicKey }) => publicKey) ?? "none";
export const bootstrapReport = bootstrap.result.apply(({ report }) => report);
export const expiresAt = expiry ?? "never";
