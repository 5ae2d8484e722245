import type { Findings } from "../report/findings.ts";
import type { Section } from "./outcome.ts";

/** findingsSection shows findings as every report does. */
export async function findingsSection(findings: Findings, evidence: boolean): Promise<Section> {
  const [{ renderFindings }, { renderMarkdownFindings }] = await Promise.all([
    import("../report/terminal.ts"),
    import("../report/markdown.ts"),
  ]);
  return {
    own: {
      text: ({ width, colour }) =>
        renderFindings(findings, { width, color: colour, most: 20, evidence }),
      markdown: () => renderMarkdownFindings(findings).split("\n"),
    },
  };
}

/** withNext changes every command that the findings tell a person to run. */
export function withNext(findings: Findings, next: (command: string) => string): Findings {
  const changed = <T extends { readonly next: string }>(list: readonly T[]) =>
    list.map((item) => ({ ...item, next: next(item.next) }));
  const { causes, pods, left } = findings;
  return { ...findings, causes: changed(causes), pods: changed(pods), left: changed(left) };
}
