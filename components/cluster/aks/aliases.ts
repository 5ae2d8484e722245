import type * as pulumi from "@pulumi/pulumi";

/**
 * withoutAliases leaves out the types that the SDK takes for former names of a resource: those of every API version, more
 * than a hundred for a cluster. Nothing here was ever registered by one of these, and to work them out takes most of the
 * time and memory of a run.
 */
export const withoutAliases: pulumi.ResourceTransformation = ({ props, opts }) => ({
  props,
  opts: { ...opts, aliases: [] },
});
