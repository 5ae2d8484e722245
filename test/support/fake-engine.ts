import { EventEmitter, on } from "node:events";
import {
  Server,
  ServerCredentials,
  type sendUnaryData,
  type ServerUnaryCall,
  type UntypedServiceImplementation,
} from "@grpc/grpc-js";
import engineRpc from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import type engineProto from "@pulumi/pulumi/proto/engine_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";

/** One line that a plugin asked the engine to show. */
export interface LogCall {
  readonly severity: number;
  readonly message: string;
  readonly urn: string;
  /** True for a line that is shown for the moment only. */
  readonly ephemeral: boolean;
}

export interface FakeEngine {
  readonly address: string;
  /** What was logged since the last call of `takeLogs`, in order. */
  readonly takeLogs: () => LogCall[];
  /** Resolves when the message was logged, be it earlier or later. */
  readonly logged: (message: string) => Promise<void>;
  readonly stop: () => void;
}

/** startEngine serves the one call of the engine that a resource plugin makes: Log. */
export async function startEngine(): Promise<FakeEngine> {
  const logs: LogCall[] = [];
  const arrivals = new EventEmitter();
  const service: UntypedServiceImplementation = {
    log: (
      { request }: ServerUnaryCall<engineProto.LogRequest, empty.Empty>,
      callback: sendUnaryData<empty.Empty>,
    ) => {
      logs.push({
        severity: request.getSeverity(),
        message: request.getMessage(),
        urn: request.getUrn(),
        ephemeral: request.getEphemeral(),
      });
      arrivals.emit("log");
      callback(null, new empty.Empty());
    },
  };
  const server = new Server({ "grpc.max_receive_message_length": -1 });
  server.addService(engineRpc.EngineService, service);
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) => {
      if (error) reject(error);
      else resolve(bound);
    });
  });
  return {
    address: `127.0.0.1:${port}`,
    takeLogs: () => logs.splice(0),
    logged: async (message) => {
      const arrival = on(arrivals, "log");
      while (!logs.some((log) => log.message === message)) await arrival.next();
      await arrival.return?.();
    },
    stop: () => {
      server.forceShutdown();
    },
  };
}
