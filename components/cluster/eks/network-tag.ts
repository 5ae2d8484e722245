/** What cannot leave its VPC, or is in use in it, bears the network as this tag, and is made anew in another one. */
export const networkTag = "flux-bootstrap.dev/network";

/** The option by which a resource with the tag is replaced when it changes. */
export const replacedWithNetwork = [`tags["${networkTag}"]`];
