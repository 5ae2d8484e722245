// What Pulumi.yaml has Node load before the SDK, and what of the SDK this program is better without.
import { createRequire } from "node:module";

/**
 * The SDK loads the TypeScript compiler and npm's Arborist when it starts, which takes as long as all the rest of the program,
 * and needs them only to turn a function into a cloud resource: they are loaded when something first asks them for anything.
 * As files of the SDK ask for them (runtime/closure); what another version does not have is left alone.
 */
const deferred = ["./typescript-shim.js", "@npmcli/arborist"];

/**
 * Reads the source map of every file in every stack, a tenth of a run, and of Pulumi's own files makes paths that end after
 * `node_modules/@pulumi/`. Node 22.23 paints such a path without end and takes all memory (nodejs/node#64011), as would the
 * program of a Pulumi that is killed at its start. No map is needed: Node strips types in place.
 */
const sourceMaps = "source-map-support/register";

const resolved = (require: NodeJS.Require, request: string): string | undefined => {
  try {
    return require.resolve(request);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "MODULE_NOT_FOUND") return undefined;
    throw error;
  }
};

/** Has every `require` of the file answered by the exports, as if it were loaded. */
function substitute(require: NodeJS.Require, file: string, exports: object): void {
  const standIn = { id: file, filename: file, loaded: true, exports, children: [], paths: [] };
  Object.assign(require.cache, { [file]: standIn });
}

/** Has a `require` of the file answered at once by what loads it when it is first used. */
function defer(require: NodeJS.Require, file: string): void {
  let loaded: object | undefined;
  const load = () => {
    Reflect.deleteProperty(require.cache, file);
    return require(file) as object;
  };
  const exports = new Proxy(
    {},
    {
      get(_, name): unknown {
        // Whoever imports it then takes it as it is, and copies none of its properties.
        if (name === "__esModule") return true;
        loaded ??= load();
        return Reflect.get(loaded, name);
      },
    },
  );
  substitute(require, file, exports);
}

const sdk = resolved(createRequire(import.meta.url), "@pulumi/pulumi");
if (sdk !== undefined) {
  const require = createRequire(sdk);
  for (const request of deferred) {
    const file = resolved(require, request);
    if (file !== undefined) defer(require, file);
  }
  const file = resolved(require, sourceMaps);
  if (file !== undefined) substitute(require, file, {});
}
