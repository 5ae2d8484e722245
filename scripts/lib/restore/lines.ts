const longest = 64 * 1024;
const begin = /-----BEGIN [^-]*PRIVATE KEY-----/;
const end = /-----END [^-]*PRIVATE KEY-----/;

/**
 * Lines cuts a stream into lines and hands each to `emit`. A private key stays in one piece, however many lines it has,
 * so that a redactor sees it whole. Of a line, or key, over 64 KiB the rest is dropped.
 */
export class Lines {
  readonly #emit: (text: string) => void;
  #rest = "";
  #key = "";

  constructor(emit: (text: string) => void) {
    this.#emit = emit;
  }

  write(chunk: string): void {
    const [first = "", ...more] = chunk.split("\n");
    this.#rest = append(this.#rest, first);
    for (const next of more) {
      this.#line(this.#rest);
      this.#rest = append("", next);
    }
  }

  /** What is left when the stream has ended. */
  end(): void {
    if (this.#rest !== "") this.#line(this.#rest);
    if (this.#key !== "") this.#emit(this.#key);
    this.#rest = "";
    this.#key = "";
  }

  #line(line: string): void {
    if (this.#key === "" && !(begin.test(line) && !end.test(line))) {
      this.#emit(line.replace(/\r$/, ""));
      return;
    }
    this.#key = append(this.#key, this.#key === "" ? line : `\n${line}`);
    if (!end.test(line)) return;
    this.#emit(this.#key);
    this.#key = "";
  }
}

function append(text: string, more: string): string {
  return text.length + more.length > longest ? `${text}${more}`.slice(0, longest) : text + more;
}
