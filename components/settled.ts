import type * as pulumi from "@pulumi/pulumi";

/**
 * settled is the value of an output, undefined while a preview cannot know it. It rejects with the error itself, where a
 * resource that has the output as an input would report it once for each property.
 */
export function settled<T>(output: pulumi.Output<T>): Promise<T | undefined> {
  // The SDK keeps this out of its types.
  return (output as unknown as { readonly promise: () => Promise<T | undefined> }).promise();
}
