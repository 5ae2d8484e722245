import {
  type handleUnaryCall,
  Metadata,
  type ServerUnaryCall,
  status as codes,
} from "@grpc/grpc-js";
import proto from "@pulumi/pulumi/proto/provider_pb.js";
import statusProto from "@pulumi/pulumi/proto/status_pb.js";
import any from "google-protobuf/google/protobuf/any_pb.js";
import struct from "google-protobuf/google/protobuf/struct_pb.js";

import type { Kind } from "./changes.ts";
import { type Properties, withoutNulls } from "./properties.ts";

export const pack = (properties: Properties) => struct.Struct.fromJavaScript(properties);
export const unpack = (message: struct.Struct | undefined): Properties =>
  withoutNulls(message?.toJavaScript() ?? {});

export type Handler<Request, Response> = (
  request: Request,
  signal: AbortSignal,
) => Response | Promise<Response>;

/** A resource that is there, but did not become what it has to be: the engine keeps its state and fails. */
export class InitializationFailure extends Error {
  readonly id: string;
  readonly state: Properties;

  constructor(reason: string, id: string, state: Properties) {
    super(reason);
    this.id = id;
    this.state = state;
  }
}

/** Whatever a handler throws is the failure of the call; the signal tells that nobody waits any more. */
export function unary<Request, Response>(
  handle: Handler<Request, Response>,
): handleUnaryCall<Request, Response> {
  return (call: ServerUnaryCall<Request, Response>, callback) => {
    const gone = new AbortController();
    call.on("cancelled", () => {
      gone.abort();
    });
    const answer = async () => await handle(call.request, gone.signal);
    answer().then(
      (response) => {
        callback(null, response);
      },
      (error: unknown) => {
        const details = error instanceof Error ? error.message : String(error);
        const metadata = error instanceof InitializationFailure ? packed(error) : new Metadata();
        callback({ code: codes.UNKNOWN, details, metadata });
      },
    );
  };
}

/** gRPC carries structured details of an error in this entry, which its library for Node does not write by itself. */
function packed({ message, id, state }: InitializationFailure): Metadata {
  const failure = new proto.ErrorResourceInitFailed()
    .setId(id)
    .setProperties(pack(state))
    .setInputs(pack(state))
    .setReasonsList([message]);
  const detail = new any.Any();
  detail.pack(failure.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const status = new statusProto.Status().setCode(codes.UNKNOWN).setMessage(message);
  status.addDetails(detail);
  const metadata = new Metadata();
  metadata.add("grpc-status-details-bin", Buffer.from(status.serializeBinary()));
  return metadata;
}

/** The type token in a URN, without the types of its parents. */
export function typeOf(urn: string): string {
  return urn.split("::")[2]?.split("$").at(-1) ?? "";
}

/** The name that the program gave the resource. */
export function nameOf(urn: string): string {
  return urn.split("::").slice(3).join("::");
}

/** The answer to a diff. A change whose kind ends in `_REPLACE` replaces the resource. */
export function diffResponse(
  changes: ReadonlyMap<string, Kind>,
  deleteBeforeReplace = false,
): proto.DiffResponse {
  const names = [...changes.keys()].map((path) => path.split(/[.[]/)[0] ?? path);
  const { DIFF_NONE, DIFF_SOME } = proto.DiffResponse.DiffChanges;
  const response = new proto.DiffResponse()
    .setChanges(changes.size === 0 ? DIFF_NONE : DIFF_SOME)
    .setDiffsList([...new Set(names)])
    .setReplacesList(
      [...changes].filter(([, kind]) => kind.endsWith("_REPLACE")).map(([path]) => path),
    )
    .setDeletebeforereplace(deleteBeforeReplace)
    .setHasdetaileddiff(true);
  for (const [path, kind] of changes) {
    const change = new proto.PropertyDiff().setKind(proto.PropertyDiff.Kind[kind]);
    response.getDetaileddiffMap().set(path, change);
  }
  return response;
}

/** The answer to a check. */
export function checkResponse(
  inputs: Properties,
  failures: readonly { readonly property: string; readonly reason: string }[],
): proto.CheckResponse {
  const list = failures.map(({ property, reason }) =>
    new proto.CheckFailure().setProperty(property).setReason(reason),
  );
  return new proto.CheckResponse().setInputs(pack(inputs)).setFailuresList(list);
}
