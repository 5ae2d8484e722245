import type { UntypedServiceImplementation } from "@grpc/grpc-js";
import proto from "@pulumi/pulumi/proto/provider_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";

import type { EngineLog } from "../plugin/engine-log.ts";
import { pluginCalls } from "../plugin/plugin-calls.ts";
import { type Properties, withoutSecrets } from "../plugin/properties.ts";
import { checkResponse, diffResponse, pack, typeOf, unary, unpack } from "../plugin/rpc.ts";
import { requireAllowed, type StandIn } from "../plugin/stand-in.ts";
import type { CloudName } from "./account.ts";
import { Lifecycle } from "./lifecycle.ts";
import { cloudDiff } from "./replacement.ts";
import type { InvokeFunction, ResourceType } from "./resource-type.ts";

/** A cloud: what its plugin is called and what it knows. */
export interface CloudDefinition {
  readonly cloud: CloudName;
  readonly standIn: StandIn;
  /** By type token. */
  readonly types: Readonly<Record<string, ResourceType>>;
  /** By the token of the function. */
  readonly functions: Readonly<Record<string, InvokeFunction>>;
}

/** cloudService answers the engine's calls for the types of one cloud. */
export function cloudService(
  definition: CloudDefinition,
  log: EngineLog,
): UntypedServiceImplementation {
  const { standIn, types } = definition;
  const cancelled = new AbortController();
  const lifecycle = new Lifecycle(definition);
  const known = (request: { getUrn(): string }): ResourceType => {
    requireAllowed(standIn);
    const type = types[typeOf(request.getUrn())];
    if (type !== undefined) return type;
    throw new Error(
      `the stand-in for ${standIn.name} has no type ${typeOf(request.getUrn())}: add it to embedded/clouds`,
    );
  };
  const stepOf = (request: { getUrn(): string; getPreview?(): boolean }, gone: AbortSignal) => ({
    urn: request.getUrn(),
    token: typeOf(request.getUrn()),
    type: known(request),
    preview: request.getPreview?.() ?? false,
    signal: AbortSignal.any([cancelled.signal, gone]),
  });
  const inputsOf = (message: Parameters<typeof unpack>[0]): Properties =>
    withoutSecrets(unpack(message)) as Properties;

  return {
    ...pluginCalls(standIn, log, cancelled),
    configure: unary((request: proto.ConfigureRequest) => {
      requireAllowed(standIn);
      lifecycle.configure(inputsOf(request.getArgs()));
      // The engine remembers by itself what was secret.
      return new proto.ConfigureResponse().setSupportspreview(true);
    }),
    check: unary((request: proto.CheckRequest) => {
      const type = known(request);
      const inputs = inputsOf(request.getNews());
      return checkResponse(inputs, type.check?.(inputs) ?? []);
    }),
    diff: unary((request: proto.DiffRequest) => {
      const oldInputs = inputsOf(request.getOldInputs());
      const found = cloudDiff(known(request), oldInputs, inputsOf(request.getNews()));
      return diffResponse(found.changes, found.deleteBeforeReplace);
    }),
    create: unary(async (request: proto.CreateRequest, gone) => {
      const step = stepOf(request, gone);
      const made = await lifecycle.create(step, inputsOf(request.getProperties()));
      return new proto.CreateResponse().setId(made.id).setProperties(pack(made.state));
    }),
    read: unary(async (request: proto.ReadRequest, gone) => {
      const found = await lifecycle.read(stepOf(request, gone), request.getId());
      if (found === undefined) return new proto.ReadResponse();
      return new proto.ReadResponse()
        .setId(request.getId())
        .setProperties(pack(found.properties))
        .setInputs(pack(found.inputs));
    }),
    update: unary(async (request: proto.UpdateRequest, gone) => {
      const old = inputsOf(request.getOlds());
      const news = inputsOf(request.getNews());
      const step = { ...stepOf(request, gone), id: request.getId() };
      return new proto.UpdateResponse().setProperties(
        pack(await lifecycle.update(step, old, news)),
      );
    }),
    delete: unary(async (request: proto.DeleteRequest, gone) => {
      await lifecycle.remove(stepOf(request, gone), request.getId());
      return new empty.Empty();
    }),
    invoke: unary(async (request: proto.InvokeRequest) => {
      requireAllowed(standIn);
      const answer = await lifecycle.invoke(request.getTok(), inputsOf(request.getArgs()));
      return new proto.InvokeResponse().setReturn(pack(answer));
    }),
  };
}
