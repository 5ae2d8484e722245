// A process of its own that builds what DEFINITION says, so that a test can kill it.
import { ensure, type Definition } from "../../../../embedded/toolchain/build.ts";

const { definition, cacheDirectory } = JSON.parse(process.env["DEFINITION"] ?? "") as {
  definition: Definition;
  cacheDirectory: string;
};
await ensure(definition, { cacheDirectory });
