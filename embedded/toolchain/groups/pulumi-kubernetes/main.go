// Command pulumi-resource-kubernetes serves the Kubernetes provider. The published main embeds a generated copy of the
// schema that its Go module lacks, so this one reads the schema from the file beside the binary.
package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/pulumi/pulumi-kubernetes/provider/v4/pkg/provider"
)

// version is set by the linker.
var version string

func main() {
	schema, err := schemaBesideBinary()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	provider.Serve("kubernetes", version, schema, []byte("{}"))
}

func schemaBesideBinary() ([]byte, error) {
	binary, err := os.Executable()
	if err != nil {
		return nil, err
	}
	if binary, err = filepath.EvalSymlinks(binary); err != nil {
		return nil, err
	}
	return os.ReadFile(filepath.Join(filepath.Dir(binary), "schema.json"))
}
