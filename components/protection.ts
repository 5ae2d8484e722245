import * as pulumi from "@pulumi/pulumi";

/**
 * Protection is what a destroy meets first: give it every step as a dependency. Pulumi deletes it before them all and, where it
 * is protected, stops there with nothing deleted. It is always there, because Pulumi refuses to remove a protected
 * resource from the program too.
 */
export class Protection extends pulumi.ComponentResource {
  constructor(name: string, opts: pulumi.ComponentResourceOptions) {
    super("flux-bootstrap:protection:Protection", name, {}, opts);
    this.registerOutputs();
  }
}
