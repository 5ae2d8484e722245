import { createReadStream } from "node:fs";

import { InputError } from "../environment.ts";
import { type Header, type Line, recordingSchema } from "./recording-format.ts";

const fix = "Pass a file that the flight recorder wrote.";

/** RecordingFile reads a recording line by line, also one that was cut or damaged. */
export class RecordingFile {
  readonly path: string;
  readonly clusterUid: string;
  readonly fluxNamespace: string;
  /** Milliseconds since the epoch, by the API server's clock. */
  readonly startedAt: number;
  /** What is missing; complete once all lines were read. */
  readonly limits: string[] = [];

  private constructor(path: string, header: Header) {
    this.path = path;
    this.clusterUid = header.clusterUid;
    this.fluxNamespace = header.fluxNamespace;
    this.startedAt = Date.parse(header.startedAt);
  }

  /** Reads the header. Throws InputError when the file cannot be read or is no recording. */
  static async open(path: string): Promise<RecordingFile> {
    try {
      for await (const text of textLines(path)) {
        const header = parseHeader(text);
        if (header !== undefined) return new RecordingFile(path, header);
        break;
      }
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new InputError([`${path} must be a readable recording, got ${reason}. ${fix}`]);
    }
    throw new InputError([
      `${path} must be a recording of schema ${recordingSchema}, got something else. ${fix}`,
    ]);
  }

  /** Every line after the header that is whole. */
  async *lines(): AsyncGenerator<Line> {
    let number = 0;
    const broken: number[] = [];
    for await (const text of textLines(this.path)) {
      number += 1;
      const line = number === 1 ? undefined : parseLine(text);
      if (line !== undefined) yield line;
      else if (number > 1) broken.push(number);
    }
    if (broken.length === 0) return;
    const cut = broken.length === 1 && broken[0] === number;
    this.limits.push(
      cut
        ? "the recording is cut: its last line is not whole and was left out"
        : `${broken.length} of the recording's ${number} lines are damaged and were left out`,
    );
  }
}

async function* textLines(path: string): AsyncGenerator<string> {
  let rest = "";
  for await (const chunk of createReadStream(path, "utf8") as AsyncIterable<string>) {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
  }
  if (rest !== "") yield rest;
}

function parseHeader(text: string): Header | undefined {
  const header = parse(text) as Partial<Header> | undefined;
  const { schema, fluxNamespace, startedAt = "" } = header ?? {};
  const usable = schema === recordingSchema && typeof fluxNamespace === "string";
  return usable && !Number.isNaN(Date.parse(startedAt)) ? (header as Header) : undefined;
}

function parseLine(text: string): Line | undefined {
  const line = parse(text) as Partial<Line> | undefined;
  return typeof line?.t === "number" && typeof line.kind === "string" ? (line as Line) : undefined;
}

function parse(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
