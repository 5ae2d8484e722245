import { standings, type LeftStanding } from "../words.ts";
import { type Content, markup, type Markup } from "./markup.ts";

/** A column's head; `number` columns are aligned by their digits. */
export interface Column {
  readonly title: string;
  readonly number?: boolean;
}

export interface Table {
  readonly caption: string;
  readonly columns: readonly Column[];
  /** The first cell of a row is its head. */
  readonly rows: readonly (readonly Content[])[];
}

/**
 * table is a table whose rows a narrow page shows as blocks, each cell with its column's title. That takes the roles of
 * a table away from it, so they are written out.
 */
export function table({ caption, columns, rows }: Table): Markup | undefined {
  if (rows.length === 0) return undefined;
  const heads = columns.map(
    ({ title, number }) =>
      markup`<th scope="col" role="columnheader"${classOf(number)}>${title}</th>`,
  );
  return markup`
<table role="table">
<caption>${caption}</caption>
<thead role="rowgroup"><tr role="row">${heads}</tr></thead>
<tbody role="rowgroup">${rows.map((row) => rowOf(columns, row))}</tbody>
</table>`;
}

function rowOf(columns: readonly Column[], cells: readonly Content[]): Markup {
  const rendered = cells.map((cell, index) => {
    const { title = "", number } = columns[index] ?? {};
    return index === 0
      ? markup`<th scope="row" role="rowheader">${cell}</th>`
      : markup`<td role="cell" data-title="${title}"${classOf(number)}>${cell}</td>`;
  });
  return markup`
<tr role="row">${rendered}</tr>`;
}

function classOf(number: boolean | undefined): Markup | undefined {
  return number === true ? markup` class="number"` : undefined;
}

/** badge says a standing by colour, glyph and word. */
export function badge(standing: LeftStanding, word: string = standings[standing].word): Markup {
  return markup`<span class="badge ${standing}"><span aria-hidden="true">${textual(standings[standing].glyph)}</span> ${word}</span>`;
}

/** A glyph that must not become a picture. */
export function textual(glyph: string): string {
  return `${glyph}\ufe0e`;
}
