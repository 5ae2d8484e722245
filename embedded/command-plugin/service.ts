import {
  status,
  type handleUnaryCall,
  type ServerUnaryCall,
  type UntypedServiceImplementation,
} from "@grpc/grpc-js";
import pluginProto from "@pulumi/pulumi/proto/plugin_pb.js";
import proto from "@pulumi/pulumi/proto/provider_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import struct from "google-protobuf/google/protobuf/struct_pb.js";
import { check } from "./check.ts";
import { create, newId, remove, type Step, update } from "./command.ts";
import { diff, keepIgnored } from "./diff.ts";
import type { EngineLog } from "./engine-log.ts";
import { type Properties, withoutNulls } from "./properties.ts";
import { requireAllowed } from "./stand-in.ts";

const pack = (properties: Properties) => struct.Struct.fromJavaScript(properties);
const unpack = (message: struct.Struct | undefined): Properties =>
  withoutNulls(message?.toJavaScript() ?? {});

interface StepRequest {
  getUrn(): string;
  getTimeout?(): number;
  getPreview?(): boolean;
}

type Handler<Request, Response> = (
  request: Request,
  signal: AbortSignal,
) => Response | Promise<Response>;

/** Whatever a handler throws is the failure of the call; the signal tells that nobody waits any more. */
function unary<Request, Response>(
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
        callback({ code: status.UNKNOWN, details });
      },
    );
  };
}

function requireCommand(urn: string): void {
  const type = urn.split("::")[2]?.split("$").at(-1) ?? "";
  if (type === "command:local:Command") return;
  throw new Error(`Resource '${type.replace(/^command:/, "")}' not found`);
}

function diffResponse(request: proto.DiffRequest): proto.DiffResponse {
  const state = unpack(request.getOlds());
  const inputs = keepIgnored(unpack(request.getNews()), state, request.getIgnorechangesList());
  const changes = diff(unpack(request.getOldInputs()), inputs);
  const names = (paths: string[]) => [
    ...new Set(paths.map((path) => path.split(/[.[]/)[0] ?? path)),
  ];
  const { DIFF_NONE, DIFF_SOME } = proto.DiffResponse.DiffChanges;
  const response = new proto.DiffResponse()
    .setChanges(changes.size === 0 ? DIFF_NONE : DIFF_SOME)
    .setDiffsList(names([...changes.keys()]))
    .setReplacesList(
      [...changes].filter(([, kind]) => kind.endsWith("_REPLACE")).map(([path]) => path),
    )
    .setHasdetaileddiff(true);
  for (const [path, kind] of changes) {
    const change = new proto.PropertyDiff().setKind(proto.PropertyDiff.Kind[kind]);
    response.getDetaileddiffMap().set(path, change);
  }
  return response;
}

/** commandService answers the engine's calls for `command:local:Command`. */
export function commandService(version: string, log: EngineLog): UntypedServiceImplementation {
  const cancelled = new AbortController();

  const stepOf = (request: StepRequest, gone: AbortSignal): Step => {
    requireAllowed();
    const urn = request.getUrn();
    requireCommand(urn);
    const seconds = request.getTimeout?.() ?? 0;
    const signals = [cancelled.signal, gone];
    // The published plugin takes whole seconds, so less than one is over at once; 0 is no limit.
    if (seconds > 0) signals.push(timeoutSignal(Math.trunc(seconds)));
    return {
      urn,
      preview: request.getPreview?.() ?? false,
      signal: AbortSignal.any(signals),
      status: (line) => log.status(urn, line),
    };
  };

  return {
    attach: unary((request: pluginProto.PluginAttach) => {
      log.attach(request.getAddress());
      return new empty.Empty();
    }),
    getPluginInfo: unary(() => new pluginProto.PluginInfo().setVersion(version)),
    checkConfig: unary((request: proto.CheckRequest) =>
      new proto.CheckResponse().setInputs(request.getNews()),
    ),
    diffConfig: unary(() => new proto.DiffResponse()),
    configure: unary(() => {
      requireAllowed();
      return new proto.ConfigureResponse()
        .setAcceptsecrets(true)
        .setSupportspreview(true)
        .setAcceptresources(true)
        .setAcceptoutputs(true);
    }),
    check: unary((request: proto.CheckRequest) => {
      requireCommand(request.getUrn());
      const inputs = unpack(request.getNews());
      const failures = check(inputs).map(({ property, reason }) =>
        new proto.CheckFailure().setProperty(property).setReason(reason),
      );
      return new proto.CheckResponse().setInputs(pack(inputs)).setFailuresList(failures);
    }),
    diff: unary(diffResponse),
    read: unary((request: proto.ReadRequest) =>
      new proto.ReadResponse()
        .setId(request.getId())
        .setProperties(request.getProperties())
        .setInputs(request.getInputs()),
    ),
    create: unary(async (request: proto.CreateRequest, gone) => {
      const step = stepOf(request, gone);
      const state = await create(unpack(request.getProperties()), step);
      return new proto.CreateResponse().setId(newId(step.urn)).setProperties(pack(state));
    }),
    update: unary(async (request: proto.UpdateRequest, gone) => {
      const step = stepOf(request, gone);
      const old = unpack(request.getOlds());
      const inputs = keepIgnored(unpack(request.getNews()), old, request.getIgnorechangesList());
      return new proto.UpdateResponse().setProperties(pack(await update(old, inputs, step)));
    }),
    delete: unary(async (request: proto.DeleteRequest, gone) => {
      await remove(unpack(request.getProperties()), stepOf(request, gone));
      return new empty.Empty();
    }),
    cancel: unary(() => {
      cancelled.abort();
      return new empty.Empty();
    }),
  };
}

function timeoutSignal(seconds: number): AbortSignal {
  if (seconds > 0) return AbortSignal.timeout(seconds * 1000);
  return AbortSignal.abort(new DOMException("the time is over", "TimeoutError"));
}
