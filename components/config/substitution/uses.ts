/** A place in a text where a variable has to have a value. */
export interface Use {
  readonly variable: string;
  /** Where it begins in the text. */
  readonly index: number;
}

/** `${NAME` with what makes it a use of Flux's; the operators that begin with - = + or ? bring a default along. */
const expression = /(\$+)\{#?([A-Za-z_]\w*)(?=(:?[-=+?])|[}:,^/#%])/g;

/**
 * usesIn finds the variables that Flux replaces in a text and for which it takes no default. `$${NAME}` is a text of its
 * own, and `$NAME` is the shell's (https://fluxcd.io/flux/components/kustomize/kustomizations/#post-build-variable-substitution).
 */
export function usesIn(text: string): Use[] {
  return [...text.matchAll(expression)].flatMap((match) => {
    const [, dollars = "", variable = "", byDefault] = match;
    const isEscaped = dollars.length % 2 === 0;
    return isEscaped || byDefault !== undefined ? [] : [{ variable, index: match.index }];
  });
}
