import { shellWord } from "../report/text.ts";
import type { Input } from "./input.ts";

/** SameCluster makes commands for a person reach the cluster that was meant, where options had to say which. */
export class SameCluster {
  readonly #kubectl: string;
  readonly #helm: string;
  readonly #fleet: string;

  constructor(input: Pick<Input, "flag" | "text">) {
    const given = (option: string, name = option) =>
      input.flag(option) ? ` --${name} ${shellWord(input.text(option) ?? "")}` : "";
    const file = given("kubeconfig");
    this.#kubectl = `${file}${given("context")}`;
    this.#helm = `${file}${given("context", "kube-context")}`;
    this.#fleet = `${this.#kubectl}${given("namespace")}`;
  }

  /** The command with the options that name the cluster. */
  next(command: string): string {
    if (command.startsWith("kubectl "))
      return command.replace("kubectl", `kubectl${this.#kubectl}`);
    if (command.startsWith("helm ")) return `${command}${this.#helm}`;
    return command.startsWith("npm run fleet -- ") ? `${command}${this.#fleet}` : command;
  }
}
