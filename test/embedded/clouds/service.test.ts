import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import { describe, it } from "node:test";

import proto from "@pulumi/pulumi/proto/provider_pb.js";

import { aws } from "../../../embedded/clouds/aws/definition.ts";
import { cloudService } from "../../../embedded/clouds/service.ts";
import { EngineLog } from "../../../embedded/plugin/engine-log.ts";
import type { Properties } from "../../../embedded/plugin/properties.ts";
import { pack, unpack } from "../../../embedded/plugin/rpc.ts";
import { inStateHome } from "./support/test-cloud.ts";

const urn = "urn:pulumi:s::p::flux-bootstrap:eks:Network$aws:ec2/vpc:Vpc::vpc";
const service = cloudService(aws, new EngineLog());

type Answer = (error: { details: string } | null, response?: unknown) => void;

/** Calls the service as gRPC does. */
function call<Response>(method: string, request: object): Promise<Response> {
  const handler = service[method] as unknown as (call: object, answer: Answer) => void;
  return new Promise((resolve, reject) => {
    handler(Object.assign(new EventEmitter(), { request }), (error, response) => {
      if (error === null) resolve(response as Response);
      else reject(new Error(error.details));
    });
  });
}

async function allowed<T>(value: string | undefined, work: () => Promise<T>): Promise<T> {
  const before = process.env["FLUX_BOOTSTRAP_STAND_INS"];
  if (value === undefined) delete process.env["FLUX_BOOTSTRAP_STAND_INS"];
  else process.env["FLUX_BOOTSTRAP_STAND_INS"] = value;
  try {
    return await work();
  } finally {
    if (before === undefined) delete process.env["FLUX_BOOTSTRAP_STAND_INS"];
    else process.env["FLUX_BOOTSTRAP_STAND_INS"] = before;
  }
}

const inputs = { cidrBlock: "10.0.0.0/16", tags: { Name: "a" } };
const create = async (properties: Properties, of = urn) => {
  const request = new proto.CreateRequest().setUrn(of).setProperties(pack(properties));
  const answer = await call<proto.CreateResponse>("create", request);
  return { id: answer.getId(), state: unpack(answer.getProperties()) };
};

describe("the plugin of a cloud", () => {
  inStateHome();

  it("makes, reads, compares and deletes what the engine asks for", () =>
    allowed("allowed", async () => {
      const { id, state } = await create(inputs);
      const read = new proto.ReadRequest().setUrn(urn).setId(id);
      const found = await call<proto.ReadResponse>("read", read);
      assert.deepEqual(unpack(found.getProperties()), state);
      assert.deepEqual(unpack(found.getInputs()), inputs);
      const diff = new proto.DiffRequest()
        .setUrn(urn)
        .setOldInputs(pack(inputs))
        .setNews(pack({ ...inputs, cidrBlock: "10.1.0.0/16" }));
      const { replacesList } = (await call<proto.DiffResponse>("diff", diff)).toObject();
      assert.deepEqual(replacesList, ["cidrBlock"]);
      const remove = new proto.DeleteRequest().setUrn(urn).setId(id);
      await call("delete", remove);
      assert.equal((await call<proto.ReadResponse>("read", read)).getId(), "");
    }));

  it("says which type it does not know", () =>
    allowed("allowed", async () => {
      const other = urn.replace("ec2/vpc:Vpc", "s3/bucket:Bucket");
      await assert.rejects(create(inputs, other), {
        message: "the stand-in for aws has no type aws:s3/bucket:Bucket: add it to embedded/clouds",
      });
    }));

  for (const value of [undefined, "yes"]) {
    it(`does nothing where stand-ins are ${value ?? "not"} allowed`, () =>
      allowed(value, async () => {
        const got = value === undefined ? "nothing" : '"yes"';
        await assert.rejects(create(inputs), {
          message:
            `FLUX_BOOTSTRAP_STAND_INS must be "allowed" to run a stand-in, got ${got}. ` +
            "This plugin stands in for pulumi-resource-aws in embedded clusters and tests only; " +
            "get the published one with: pulumi plugin install resource aws 7.48.0 --reinstall",
        });
        await assert.rejects(call("configure", new proto.ConfigureRequest()));
        await assert.rejects(call("invoke", new proto.InvokeRequest().setTok("x")));
      }));
  }
});
