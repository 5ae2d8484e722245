import { styleText } from "node:util";

import { cut, oneLine, printable } from "../report/text.ts";

export type Style = "green" | "yellow" | "red" | "cyan" | "dim" | "bold";

/** Cell is a text of a table; its style shows on a terminal only. */
export type Cell = string | { readonly text: string; readonly style: Style };

export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

/** Section is a part of a result, under a title when it has one. */
export interface Section {
  readonly title?: string;
  readonly table?: Table;
  readonly lines?: readonly Cell[];
  /** Lines that are typed or quoted: indented in text, a code block in Markdown. */
  readonly code?: readonly string[];
  /** What renders itself, in place of all of the above. */
  readonly own?: {
    readonly text: (rendering: Rendering) => readonly string[];
    readonly markdown: () => readonly string[];
  };
}

/** Outcome is the result of a command. */
export interface Outcome {
  readonly code: 0 | 1;
  readonly sections: readonly Section[];
  /** The result as data; undefined when the command has written it itself. */
  readonly json: unknown;
}

export interface Rendering {
  /** Longest line of a table; longer ones are cut. */
  readonly width: number;
  readonly colour: boolean;
}

const longestLine = 1000;
const gap = "  ";

/** renderText is for a terminal: every line cut, nothing wrapped. */
export function renderText(sections: readonly Section[], rendering: Rendering): string[] {
  const texts = sections.map((section) => {
    const { title, table, lines = [], code = [], own } = section;
    const body = [
      ...(own?.text(rendering) ?? []),
      ...(table === undefined ? [] : tableText(table, rendering)),
      ...lines.map((cell) => painted(cell, typed(textOf(cell)), rendering)),
      ...code.map((line) => `    ${typed(line)}`),
    ];
    const isTitled = body.length > 0 && title !== undefined;
    return isTitled ? [painted({ text: title, style: "bold" }, title, rendering), ...body] : body;
  });
  const shown = texts.filter((lines) => lines.length > 0);
  return shown.flatMap((lines, index) => (index === 0 ? lines : ["", ...lines]));
}

/** renderMarkdown is for a CI summary. */
export function renderMarkdown(sections: readonly Section[]): string[] {
  return sections.flatMap(({ title, table, lines = [], code = [], own }) => {
    const ownLines = own?.markdown() ?? [];
    if (table === undefined && lines.length + code.length + ownLines.length === 0) return [];
    return [
      ...(title === undefined ? [] : [`## ${escaped(title)}`, ""]),
      ...ownLines,
      ...(table === undefined ? [] : [...tableMarkdown(table), ""]),
      ...lines.flatMap((cell) => [escaped(oneLine(textOf(cell))), ""]),
      ...(code.length === 0 ? [] : [...fenced(code), ""]),
    ];
  });
}

function tableText({ columns, rows }: Table, rendering: Rendering): string[] {
  const texts = rows.map((row) => row.map((cell) => oneLine(textOf(cell))));
  const widths = columns.map((column, index) =>
    Math.max(column.length, ...texts.map((row) => (row[index] ?? "").length)),
  );
  const line = (cells: readonly Cell[], row: readonly string[]) => {
    let left = rendering.width;
    const parts = row.map((text, index) => {
      const last = index === row.length - 1;
      const part = cut(last ? text : text.padEnd(widths[index] ?? 0), Math.max(left, 1));
      left -= part.length + gap.length;
      return left + gap.length < 0 ? "" : painted(cells[index] ?? "", part, rendering);
    });
    return parts.join(gap).trimEnd();
  };
  const heads = columns.map((text): Cell => ({ text, style: "dim" }));
  return [line(heads, columns), ...rows.map((row, index) => line(row, texts[index] ?? []))];
}

function tableMarkdown({ columns, rows }: Table): string[] {
  const row = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [
    row(columns.map((column) => column.toLowerCase())),
    row(columns.map(() => "---")),
    ...rows.map((cells) =>
      row(cells.map((cell) => escaped(cut(oneLine(textOf(cell)), longestLine)))),
    ),
  ];
}

/** A fence longer than any in the text. */
function fenced(lines: readonly string[]): string[] {
  const longest = Math.max(2, ...lines.map((line) => /`+/.exec(line)?.[0].length ?? 0));
  const fence = "`".repeat(longest + 1);
  return [`${fence}text`, ...lines.map(typed), fence];
}

function escaped(text: string): string {
  return text.replaceAll(/[\\|<>`*_[\]]/g, (character) => `\\${character}`);
}

function textOf(cell: Cell): string {
  return typeof cell === "string" ? cell : cell.text;
}

function painted(cell: Cell, text: string, { colour }: Rendering): string {
  if (!colour || typeof cell === "string") return text;
  return styleText(cell.style, text, { validateStream: false });
}

/** One line that keeps its blanks: they align it. */
function typed(text: string): string {
  return cut(printable(text.replaceAll(/[\t\r\n]+/g, " ")).trimEnd(), longestLine);
}
