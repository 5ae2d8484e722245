// Package v2 registers what ConfigGroup, ConfigFile and Chart find in manifests.
package v2

import (
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// object stands for a resource of any kind. The generated file that this one replaces has a Go type per kind; compiling
// them takes as long as all the rest of the provider, and only the type token reaches the engine.
type object struct {
	pulumi.CustomResourceState
}

// IsListKind tells the lists of the built-in APIs from kinds whose name happens to end in List.
func IsListKind(apiVersion, kind string) bool {
	group, _, _ := strings.Cut(apiVersion, "/")
	builtIn := !strings.Contains(group, ".") || strings.HasSuffix(group, ".k8s.io")
	return builtIn && strings.HasSuffix(kind, "List")
}

// RegisterResource registers the object under the token of its kind, kubernetes:GROUP/VERSION:KIND.
func RegisterResource(ctx *pulumi.Context, apiVersion, kind, name string, props pulumi.Input,
	opts ...pulumi.ResourceOption) (pulumi.CustomResource, error) {
	if apiVersion == "v1" {
		apiVersion = "core/v1"
	}
	var res object
	if err := ctx.RegisterResource("kubernetes:"+apiVersion+":"+kind, name, props, &res, opts...); err != nil {
		return nil, err
	}
	return &res, nil
}
