import type { UntypedServiceImplementation } from "@grpc/grpc-js";
import proto from "@pulumi/pulumi/proto/provider_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";

import type { EngineLog } from "../plugin/engine-log.ts";
import { pluginCalls } from "../plugin/plugin-calls.ts";
import { checkResponse, diffResponse, pack, typeOf, unary, unpack } from "../plugin/rpc.ts";
import { requireAllowed } from "../plugin/stand-in.ts";
import { check } from "./check.ts";
import { create, newId, remove, type Step, update } from "./command.ts";
import { diff, keepIgnored } from "./diff.ts";
import { standIn } from "./stand-in.ts";

interface StepRequest {
  getUrn(): string;
  getTimeout?(): number;
  getPreview?(): boolean;
}

function requireCommand(urn: string): void {
  const type = typeOf(urn);
  if (type === "command:local:Command") return;
  throw new Error(`Resource '${type.replace(/^command:/, "")}' not found`);
}

function changed(request: proto.DiffRequest): proto.DiffResponse {
  const state = unpack(request.getOlds());
  const inputs = keepIgnored(unpack(request.getNews()), state, request.getIgnorechangesList());
  return diffResponse(diff(unpack(request.getOldInputs()), inputs));
}

/** commandService answers the engine's calls for `command:local:Command`. */
export function commandService(log: EngineLog): UntypedServiceImplementation {
  const cancelled = new AbortController();

  const stepOf = (request: StepRequest, gone: AbortSignal): Step => {
    requireAllowed(standIn);
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
    ...pluginCalls(standIn, log, cancelled),
    configure: unary(() => {
      requireAllowed(standIn);
      return new proto.ConfigureResponse()
        .setAcceptsecrets(true)
        .setSupportspreview(true)
        .setAcceptresources(true)
        .setAcceptoutputs(true);
    }),
    check: unary((request: proto.CheckRequest) => {
      requireCommand(request.getUrn());
      const inputs = unpack(request.getNews());
      return checkResponse(inputs, check(inputs));
    }),
    diff: unary(changed),
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
  };
}

function timeoutSignal(seconds: number): AbortSignal {
  if (seconds > 0) return AbortSignal.timeout(seconds * 1000);
  return AbortSignal.abort(new DOMException("the time is over", "TimeoutError"));
}
