import { z } from "zod";

import { type Connection, readConnection } from "../connection.ts";
import type { Environment } from "../environment.ts";
import type { Redactor } from "../redact.ts";
import type { NamedGate } from "./named-gate.ts";

const text = z.string().min(1);

const namedGate: z.ZodType<NamedGate> = z.strictObject({
  name: text,
  object: z.strictObject({
    apiVersion: text,
    kind: text,
    namespace: text.exactOptional(),
    name: text,
  }),
  wanted: z.strictObject({
    condition: text.exactOptional(),
    status: text.exactOptional(),
    field: text.exactOptional(),
    equals: z.string().exactOptional(),
  }),
});

/** readNamedGate reads NAMED_GATE and GATE_TIMEOUT. Throws InputError. */
export function readNamedGate(environment: Environment, redactor: Redactor) {
  const connection: Connection = readConnection(environment, redactor, {
    program: "named-gate",
    uid: "CLUSTER_UID",
  });
  const timeoutMilliseconds = environment.duration("GATE_TIMEOUT", "5m");
  if (environment.optional("NAMED_GATE") === undefined) {
    environment.problem("NAMED_GATE must be set, got nothing. Set it to a gate as JSON.");
  }
  const gate = environment.json("NAMED_GATE", parseGate);
  environment.check();
  return { connection, gate: gate as NamedGate, timeoutMilliseconds };
}

function parseGate(document: unknown): NamedGate {
  const { data, error } = namedGate.safeParse(document);
  if (data !== undefined) return data;
  const [issue] = error.issues;
  throw new Error(
    `be a gate, and "${(issue?.path ?? []).join(".")}" is not: ${issue?.message ?? ""}`,
  );
}
