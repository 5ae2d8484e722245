import pluginProto from "@pulumi/pulumi/proto/plugin_pb.js";
import proto from "@pulumi/pulumi/proto/provider_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";

import type { EngineLog } from "./engine-log.ts";
import { unary } from "./rpc.ts";
import type { StandIn } from "./stand-in.ts";

/**
 * pluginCalls answers what an engine asks every plugin, whatever it makes: who it is, and any configuration as it comes.
 * `cancelled` is aborted when the engine cancels.
 */
export function pluginCalls({ version }: StandIn, log: EngineLog, cancelled: AbortController) {
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
    cancel: unary(() => {
      cancelled.abort();
      return new empty.Empty();
    }),
  };
}
