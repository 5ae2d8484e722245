// What Pulumi.yaml has Node load before the SDK. The SDK loads the TypeScript compiler and npm's Arborist when it starts,
// which takes as long as all the rest of the program, and needs them only to turn a function into a cloud resource. From
// here on they are loaded when something first asks them for anything.
import { createRequire } from "node:module";

/** As files of the SDK ask for them (runtime/closure). What another version does not have is left alone. */
const deferred = ["./typescript-shim.js", "@npmcli/arborist"];

const resolved = (require: NodeJS.Require, request: string): string | undefined => {
  try {
    return require.resolve(request);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "MODULE_NOT_FOUND") return undefined;
    throw error;
  }
};

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
  const standIn = { id: file, filename: file, loaded: true, exports, children: [], paths: [] };
  Object.assign(require.cache, { [file]: standIn });
}

const sdk = resolved(createRequire(import.meta.url), "@pulumi/pulumi");
if (sdk !== undefined) {
  const require = createRequire(sdk);
  for (const request of deferred) {
    const file = resolved(require, request);
    if (file !== undefined) defer(require, file);
  }
}
