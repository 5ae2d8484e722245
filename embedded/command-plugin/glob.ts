const wildcards: Readonly<Record<string, string>> = { "**": ".*", "*": "[^/]*", "?": "[^/]" };
const matchesNothing = /(?!)/;
const tokens = /\*\*|\*|\?|\[!?[^\]]+\]|\\.|./gsu;

const escape = (text: string) => text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);

function characters(token: string): string {
  const negated = token.startsWith("[!");
  return `[${negated ? "^" : ""}${token.slice(negated ? 2 : 1, -1).replaceAll(/[\\^[]/g, String.raw`\$&`)}]`;
}

function translate(token: string, inBraces: boolean): string {
  const wildcard = wildcards[token];
  if (wildcard !== undefined) return wildcard;
  if (token === "{") return "(?:";
  if (token === "}" && inBraces) return ")";
  if (token === "," && inBraces) return "|";
  if (token === "[") throw new Error("unexpected end of input");
  if (token.startsWith("[")) return characters(token);
  return escape(token.length === 2 ? token.slice(1) : token);
}

/**
 * compileGlob knows `*` (anything but `/`), `**` (anything), `?`, `[abc]`, `[!a-c]`, `{a,b}` and `\` before a
 * character that is meant as it is. A class that does not end throws; braces that do not end match nothing.
 */
export function compileGlob(pattern: string): RegExp {
  let source = "";
  let depth = 0;
  for (const [token] of pattern.matchAll(tokens)) {
    source += translate(token, depth > 0);
    if (token === "{") depth++;
    if (token === "}" && depth > 0) depth--;
  }
  return depth === 0 ? new RegExp(`^${source}$`, "su") : matchesNothing;
}
