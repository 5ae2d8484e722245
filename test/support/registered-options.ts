import { MockMonitor } from "@pulumi/pulumi/runtime/mocks.js";

/** What the engine is asked to do with a resource besides making it. */
export interface RegisteredOptions {
  readonly retainOnDelete: boolean;
  readonly deleteBeforeReplace: boolean;
  /** The name of the resource with which it goes. */
  readonly deletedWith: string;
  /** The name of the component that it is a part of. */
  readonly parent: string;
  /** The names of what it comes after and goes before. */
  readonly dependencies: readonly string[];
  readonly protect: boolean;
  readonly ignoreChanges: readonly string[];
  /** How many former names it has. */
  readonly aliases: number;
  readonly replaceOnChanges: readonly string[];
  /** Another value replaces it; undefined where none is given. */
  readonly replacementTrigger: unknown;
  readonly secretOutputs: readonly string[];
  readonly createTimeout: string;
  readonly deleteTimeout: string;
}

interface RegisterRequest {
  getName(): string;
  getRetainondelete(): boolean;
  getDeletebeforereplace(): boolean;
  getDeletedwith(): string;
  getParent(): string;
  getDependenciesList(): string[];
  getProtect(): boolean;
  getIgnorechangesList(): string[];
  getReplaceonchangesList(): string[];
  getReplacementTrigger(): { toJavaScript(): unknown } | undefined;
  getAliasesList(): unknown[];
  getAdditionalsecretoutputsList(): string[];
  getCustomtimeouts(): { getCreate(): string; getDelete(): string } | undefined;
}

const options = new Map<string, RegisteredOptions>();

// Mocks are told the inputs of a resource and nothing of its options.
const monitor = MockMonitor.prototype as unknown as {
  registerResource: (request: RegisterRequest, callback: unknown) => Promise<void>;
};
const { registerResource } = monitor;
monitor.registerResource = function (request, callback) {
  options.set(request.getName(), {
    retainOnDelete: request.getRetainondelete(),
    deleteBeforeReplace: request.getDeletebeforereplace(),
    deletedWith: nameIn(request.getDeletedwith()),
    parent: nameIn(request.getParent()),
    dependencies: request.getDependenciesList().map(nameIn),
    protect: request.getProtect(),
    ignoreChanges: request.getIgnorechangesList(),
    replaceOnChanges: request.getReplaceonchangesList(),
    replacementTrigger: request.getReplacementTrigger()?.toJavaScript(),
    aliases: request.getAliasesList().length,
    secretOutputs: request.getAdditionalsecretoutputsList(),
    createTimeout: request.getCustomtimeouts()?.getCreate() ?? "",
    deleteTimeout: request.getCustomtimeouts()?.getDelete() ?? "",
  });
  return registerResource.call(this, request, callback);
};

function nameIn(urn: string): string {
  return urn.split("::").at(-1) ?? "";
}

/** The options of the resource of that name, as it was registered last. */
export function optionsOf(name: string): RegisteredOptions | undefined {
  return options.get(name);
}
