import { credentials } from "@grpc/grpc-js";
import engineRpc from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import engineProto from "@pulumi/pulumi/proto/engine_pb.js";

/** EngineLog shows lines beside the resource that is being worked on. */
export class EngineLog {
  #client: engineRpc.EngineClient | undefined;

  /** attach sends what comes next to the engine at `host:port`. */
  attach(address: string): void {
    this.#client?.close();
    this.#client = new engineRpc.EngineClient(address, credentials.createInsecure());
  }

  /** status shows one line for the moment. It is dropped when there is no engine to take it. */
  async status(urn: string, message: string): Promise<void> {
    const request = new engineProto.LogRequest()
      .setSeverity(engineProto.LogSeverity.INFO)
      .setUrn(urn)
      .setMessage(message)
      .setEphemeral(true);
    await new Promise<void>((resolve) => {
      if (this.#client === undefined) resolve();
      else
        this.#client.log(request, () => {
          resolve();
        });
    });
  }
}

/** LineSender cuts text into lines of any length and sends them one after the other. */
export class LineSender {
  readonly #send: (line: string) => Promise<void>;
  #rest = "";
  #sent = Promise.resolve();

  constructor(send: (line: string) => Promise<void>) {
    this.#send = send;
  }

  write(text: string): void {
    const lines = `${this.#rest}${text}`.split("\n");
    this.#rest = lines.pop() ?? "";
    for (const line of lines) this.#queue(line);
  }

  /** end sends what is left without a newline and waits until everything is sent. */
  async end(): Promise<void> {
    if (this.#rest !== "") this.#queue(this.#rest);
    this.#rest = "";
    await this.#sent;
  }

  #queue(line: string): void {
    this.#sent = this.#sent.then(() => this.#send(line.replace(/\r$/, "")));
  }
}
