import * as pulumi from "@pulumi/pulumi";

/**
 * runError ends the run with a message for a person. It has no stack: Pulumi shows none of a RunError, yet renders it,
 * and Node takes most of a minute to colour a frame that source maps place in `node_modules/@pulumi/output.ts`.
 */
export function runError(message: string): pulumi.RunError {
  const error = new pulumi.RunError(message);
  error.stack = message;
  return error;
}
