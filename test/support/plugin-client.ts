import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { credentials, type ClientUnaryCall, type ServiceError } from "@grpc/grpc-js";
import pluginProto from "@pulumi/pulumi/proto/plugin_pb.js";
import providerRpc from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import proto from "@pulumi/pulumi/proto/provider_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import struct from "google-protobuf/google/protobuf/struct_pb.js";
import { installCommandPlugin } from "../../embedded/command-plugin/install.ts";
import { startEngine } from "./fake-engine.ts";

export type Properties = Record<string, struct.JavaScriptValue>;

export interface Diff {
  readonly changes: "unknown" | "none" | "some";
  readonly replaces: readonly string[];
  readonly diffs: readonly string[];
  /** Property path to kind, for example `{"environment.NAME": "UPDATE"}`. */
  readonly detailed: Readonly<Record<string, string>>;
}

export interface StartOptions {
  readonly env?: Readonly<Record<string, string | undefined>>;
}

interface StepOptions {
  readonly preview?: boolean;
  /** Seconds; 0 is no limit. */
  readonly timeout?: number;
  /** Gives the call up, as an engine does that dies. */
  readonly signal?: AbortSignal;
  readonly urn?: string;
}

/** The resource that the client speaks of. */
export const urn = "urn:pulumi:test::project::command:local:Command::step";
/** What stands for a value that is not known yet. */
export const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
/** What marks a secret value. */
export const secret = (value: struct.JavaScriptValue): struct.JavaScriptValue => ({
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  value,
});

/** The published plugin where COMMAND_PLUGIN names one. Without it the stand-in is tested. */
export const published = process.env["COMMAND_PLUGIN"];
/** For tests of what the published plugin does not have. */
export const onlyStandIn = {
  skip: published === undefined ? false : "the published plugin has no such thing",
};

type Callback<T> = (error: ServiceError | null, response: T) => void;

/** The answer of a call, or an error with the plugin's own text whose cause has the gRPC code. */
function rpc<T>(call: (callback: Callback<T>) => ClientUnaryCall, signal?: AbortSignal) {
  return new Promise<T>((resolve, reject) => {
    const running = call((error, response) => {
      if (error) reject(new Error(error.details, { cause: error }));
      else resolve(response);
    });
    signal?.addEventListener("abort", () => {
      running.cancel();
    });
  });
}

const pack = (properties: Properties) => struct.Struct.fromJavaScript(properties);
const unpack = (message: struct.Struct | undefined): Properties => message?.toJavaScript() ?? {};

function diffOf(response: proto.DiffResponse): Diff {
  const kinds = Object.keys(proto.PropertyDiff.Kind);
  const detailed: Record<string, string> = {};
  response.getDetaileddiffMap().forEach((change, path) => {
    detailed[path] = kinds[change.getKind()] ?? "";
  });
  return {
    changes: (["unknown", "none", "some"] as const)[response.getChanges()],
    replaces: response.getReplacesList(),
    diffs: response.getDiffsList().toSorted(),
    detailed,
  };
}

/** The calls that the tests make, on the process that listens at the port. */
function connect(port: string) {
  const client = new providerRpc.ResourceProviderClient(
    `127.0.0.1:${port}`,
    credentials.createInsecure(),
    { "grpc.max_receive_message_length": -1 },
  );
  return {
    close: () => {
      client.close();
    },
    handshake: async () => {
      const request = new proto.ProviderHandshakeRequest();
      await rpc<proto.ProviderHandshakeResponse>((done) => client.handshake(request, done));
    },
    version: async () => {
      const request = new empty.Empty();
      const info = await rpc<pluginProto.PluginInfo>((done) => client.getPluginInfo(request, done));
      return info.getVersion();
    },
    configure: async () => {
      const request = new proto.ConfigureRequest()
        .setAcceptsecrets(true)
        .setAcceptresources(true)
        .setSendsOldInputs(true)
        .setSendsOldInputsToDelete(true)
        .setArgs(pack({}));
      const answer = await rpc<proto.ConfigureResponse>((done) => client.configure(request, done));
      return answer.toObject();
    },
    check: async (inputs: Properties, of = urn) => {
      const request = new proto.CheckRequest().setUrn(of).setNews(pack(inputs));
      const answer = await rpc<proto.CheckResponse>((done) => client.check(request, done));
      const failures = answer.getFailuresList().map((failure) => failure.toObject());
      return { inputs: unpack(answer.getInputs()), failures };
    },
    diff: async (oldInputs: Properties, news: Properties, ignoreChanges: string[] = []) => {
      const request = new proto.DiffRequest()
        .setUrn(urn)
        .setId("step1")
        .setOlds(pack({ ...oldInputs, stdout: "old", stderr: "" }))
        .setOldInputs(pack(oldInputs))
        .setNews(pack(news))
        .setIgnorechangesList(ignoreChanges);
      return diffOf(await rpc<proto.DiffResponse>((done) => client.diff(request, done)));
    },
    create: async (inputs: Properties, options: StepOptions = {}) => {
      const request = new proto.CreateRequest()
        .setUrn(options.urn ?? urn)
        .setProperties(pack(inputs))
        .setPreview(options.preview ?? false)
        .setTimeout(options.timeout ?? 0);
      const answer = await rpc<proto.CreateResponse>(
        (done) => client.create(request, done),
        options.signal,
      );
      return { id: answer.getId(), state: unpack(answer.getProperties()) };
    },
    read: async (state: Properties, inputs: Properties) => {
      const request = new proto.ReadRequest()
        .setUrn(urn)
        .setId("step1")
        .setProperties(pack(state))
        .setInputs(pack(inputs));
      const answer = await rpc<proto.ReadResponse>((done) => client.read(request, done));
      return { state: unpack(answer.getProperties()), inputs: unpack(answer.getInputs()) };
    },
    update: async (state: Properties, news: Properties, options: StepOptions = {}) => {
      const request = new proto.UpdateRequest()
        .setUrn(urn)
        .setId("step1")
        .setOlds(pack(state))
        .setNews(pack(news))
        .setPreview(options.preview ?? false)
        .setTimeout(options.timeout ?? 0);
      const answer = await rpc<proto.UpdateResponse>((done) => client.update(request, done));
      return unpack(answer.getProperties());
    },
    delete: async (state: Properties, options: StepOptions = {}) => {
      const request = new proto.DeleteRequest()
        .setUrn(urn)
        .setId("step1")
        .setProperties(pack(state))
        .setTimeout(options.timeout ?? 0);
      await rpc<empty.Empty>((done) => client.delete(request, done));
    },
    cancel: async () => {
      await rpc<empty.Empty>((done) => client.cancel(new empty.Empty(), done));
    },
  };
}

export type Plugin = Awaited<ReturnType<typeof startPlugin>>;

/**
 * startPlugin starts the plugin process as the engine does, in an empty directory of its own, and answers a client for
 * it. The stand-in is installed under a path with spaces. `stop` ends the process and removes the directory.
 */
export async function startPlugin(options: StartOptions = {}) {
  const directory = await mkdtemp(join(tmpdir(), "command plugin "));
  const executable =
    published ?? (await installCommandPlugin(join(directory, "plugins"), process.execPath));
  const engine = await startEngine();
  const child = spawn(executable, [engine.address], {
    cwd: directory,
    env: { ...process.env, FLUX_BOOTSTRAP_STAND_INS: "allowed", ...options.env },
    stdio: ["pipe", "pipe", "inherit"],
  });
  const exited = new Promise<void>((resolve) => {
    child.once("close", () => {
      resolve();
    });
  });
  const port = await new Promise<string>((resolve, reject) => {
    createInterface(child.stdout).once("line", resolve);
    void exited.then(() => {
      reject(new Error("the plugin ended before it printed its port"));
    });
  });
  const client = connect(port);
  return {
    ...client,
    directory,
    engine,
    /** Resolves when the process has ended. */
    exited,
    /** Takes away the pipe that an engine holds as long as it lives. */
    releaseStdin: () => child.stdin.end(),
    stop: async () => {
      client.close();
      child.kill("SIGKILL");
      await exited;
      engine.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
