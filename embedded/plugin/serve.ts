import { Server, ServerCredentials, type UntypedServiceImplementation } from "@grpc/grpc-js";
import providerRpc from "@pulumi/pulumi/proto/provider_grpc_pb.js";

import { EngineLog } from "./engine-log.ts";

const unlimited = { "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 };

/**
 * serve is the process that the engine starts as `pulumi-resource-<name> <address of the engine>`: it prints its port
 * and answers until the engine lets go of its standard input.
 */
export function serve(serviceOf: (log: EngineLog) => UntypedServiceImplementation): void {
  const log = new EngineLog();
  const address = process.argv.slice(2).at(-1);
  if (address !== undefined) log.attach(address);

  const server = new Server(unlimited);
  server.addService(providerRpc.ResourceProviderService, serviceOf(log));
  server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
    if (error) throw error;
    process.stdout.write(`${port}\n`);
  });

  // The engine holds this pipe as long as it lives; without it nobody would end this process.
  process.stdin.resume().once("close", () => {
    server.tryShutdown(() => process.exit());
  });
}
