import { cut, printable } from "../text.ts";

/** Markup is text in which everything that came from elsewhere is escaped. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export type Content = string | number | Markup | undefined | readonly Content[];

/** markup`<p>${text}</p>` escapes what is put in, unless it is Markup; lists are joined, undefined is nothing. */
export function markup(parts: TemplateStringsArray, ...contents: readonly Content[]): Markup {
  const pieces = parts.map((part, index) => `${part}${render(contents[index])}`);
  return new Markup(pieces.join(""));
}

function render(content: Content): string {
  if (content === undefined) return "";
  if (content instanceof Markup) return content.text;
  if (typeof content === "string") return escape(content);
  if (typeof content === "number") return String(content);
  return content.map(render).join("");
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function escape(text: string): string {
  return printable(text).replaceAll(/[&<>"']/g, (character) => entities[character] ?? "");
}

const longestMessage = 2000;

/** message is a text of the cluster with its line ends kept, cut where a page would drown in it. */
export function message(text: string): Markup {
  return markup`<p class="message">${cut(text.trim(), longestMessage)}</p>`;
}

/** objectName is `Kind/namespace/name` with the name standing out, able to wrap at the slashes. */
export function objectName(name: string): Markup {
  const parts = name.split("/");
  const last = parts.pop() ?? "";
  const path = parts.map((part) => markup`${part}/<wbr>`);
  return markup`<span class="object">${path}<b>${last}</b></span>`;
}

/** command is a command to copy. */
export function command(text: string): Markup {
  return markup`<p class="next"><span>Next</span> <code>${text.replaceAll(/\s+/g, " ").trim()}</code></p>`;
}

/** folded is content behind a summary. */
export function folded(summary: Content, content: Content): Markup {
  return markup`<details><summary>${summary}</summary>${content}</details>`;
}

/** section is empty when there is nothing in it. */
export function section(
  id: string,
  title: string,
  content: readonly Content[],
): Markup | undefined {
  const some = content.filter((part) => part !== undefined);
  if (some.length === 0) return undefined;
  return markup`
<section aria-labelledby="${id}">
<h2 id="${id}">${title}</h2>
${some}
</section>`;
}
