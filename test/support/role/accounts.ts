import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { parse, stringify } from "yaml";

import { auditedNamespace } from "../../../embedded/cluster/control-plane.ts";
import { layoutOf } from "../../../embedded/cluster/layout.ts";
import { Namespace, type Resource } from "../../../scripts/lib/kinds.ts";
import { waitFor } from "../../../scripts/lib/wait.ts";
import { createLog } from "../../../scripts/lib/log.ts";
import { Cluster } from "../../../scripts/lib/cluster.ts";
import { removeWhole } from "../destroy/until-gone.ts";
import type { Embedded } from "../embedded.ts";

const ServiceAccount: Resource = {
  apiVersion: "v1",
  kind: "ServiceAccount",
  plural: "serviceaccounts",
  namespaced: true,
};

/** Names the file with the credential of whoever works; the administrator's where it is unset. */
const credentialVariable = "FLUX_BOOTSTRAP_TEST_CREDENTIAL";

interface Kubeconfig {
  readonly users: readonly { readonly name: string; readonly user: { readonly token: string } }[];
}

interface Token {
  readonly status: { readonly token: string };
}

/** What an account asks the API server about itself. */
export interface Question {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly namespace?: string;
}

/**
 * Accounts are ServiceAccounts of an embedded cluster, one for each role. They share one kubeconfig, whose exec plugin
 * takes the credential of whoever works, as those of clouds do: so the state of a stack is the same for all of them.
 */
export class Accounts {
  readonly #embedded: Embedded;
  readonly #directory: string;

  private constructor(embedded: Embedded) {
    this.#embedded = embedded;
    this.#directory = embedded.path("accounts");
  }

  static async make(embedded: Embedded, names: readonly string[]): Promise<Accounts> {
    const accounts = new Accounts(embedded);
    await accounts.#make(names);
    return accounts;
  }

  /** Lets what is run with it work as the account of that name. */
  environment(name: string): NodeJS.ProcessEnv {
    return {
      FLUX_BOOTSTRAP_HOME: this.#directory,
      KUBECONFIG: this.#kubeconfig,
      [credentialVariable]: this.#credential(name),
    };
  }

  /** The user's name in the audit log. */
  username(name: string): string {
    return `system:serviceaccount:${auditedNamespace}:${name}`;
  }

  /** The subject of a binding. */
  subject(name: string): object {
    return { kind: "ServiceAccount", name, namespace: auditedNamespace };
  }

  /** Resolves when the authorizer of the API server answers the account like this: it hears of roles a moment later. */
  async answered(name: string, question: Question, allowed: boolean): Promise<void> {
    const file = JSON.parse(readFileSync(this.#credential(name), "utf8")) as Token;
    const kubeconfig = parse(readFileSync(layoutOf(this.#embedded.name).kubeconfig, "utf8")) as {
      users: object[];
    };
    const users = [{ name: "admin", user: { token: file.status.token } }];
    const cluster = new Cluster(stringify({ ...kubeconfig, users }), "test");
    const wait = {
      what: `the answer "${String(allowed)}" to ${JSON.stringify(question)}`,
      timeoutMilliseconds: 10_000,
      next: "kubectl auth can-i --list",
      log: createLog(() => undefined),
    };
    await waitFor<undefined>(wait, ({ signal, resolve, reject, state }) => {
      const ask = () => {
        if (signal.aborted) return;
        review(cluster, question).then((answer) => {
          state(String(answer));
          if (answer === allowed) resolve(undefined);
          else setTimeout(ask, askMilliseconds);
        }, reject);
      };
      ask();
    });
  }

  /** Removes the accounts. Their kubeconfig stays, and opens the cluster to its administrator. */
  async remove(): Promise<void> {
    await removeWhole(this.#embedded.cluster, { resource: Namespace, name: auditedNamespace });
  }

  async #make(names: readonly string[]): Promise<void> {
    const { cluster, name } = this.#embedded;
    const layout = layoutOf(name);
    const namespace = { apiVersion: "v1", kind: "Namespace", metadata: { name: auditedNamespace } };
    await cluster.apply(Namespace, namespace);
    const record = join(this.#directory, "clusters", name);
    mkdirSync(record, { recursive: true, mode: 0o700 });
    for (const account of names) await this.#makeAccount(account);
    const admin = parse(readFileSync(layout.kubeconfig, "utf8")) as Kubeconfig;
    const [user] = admin.users;
    this.#writeCredential("administrator", user?.user.token ?? "");
    const command = `cat "\${${credentialVariable}:-${this.#credential("administrator")}}"`;
    const exec = {
      apiVersion: "client.authentication.k8s.io/v1",
      command: "sh",
      args: ["-c", command],
      interactiveMode: "Never",
    };
    const users = [{ name: user?.name, user: { exec } }];
    writeFileSync(this.#kubeconfig, stringify({ ...admin, users }), { mode: 0o600 });
    const connection = JSON.parse(readFileSync(layout.connection, "utf8")) as object;
    const own = { ...connection, kubeconfig: this.#kubeconfig };
    writeFileSync(join(record, "connection.json"), JSON.stringify(own));
  }

  async #makeAccount(name: string): Promise<void> {
    const { cluster } = this.#embedded;
    const metadata = { name, namespace: auditedNamespace };
    await cluster.apply(ServiceAccount, { apiVersion: "v1", kind: "ServiceAccount", metadata });
    const path = `/api/v1/namespaces/${auditedNamespace}/serviceaccounts/${name}/token`;
    const body = {
      apiVersion: "authentication.k8s.io/v1",
      kind: "TokenRequest",
      spec: { expirationSeconds: 36_000 },
    };
    const { status } = await cluster.api.json<Token>(path, { method: "POST", body });
    this.#writeCredential(name, status.token);
  }

  #writeCredential(name: string, token: string): void {
    const credential = {
      apiVersion: "client.authentication.k8s.io/v1",
      kind: "ExecCredential",
      status: { token },
    };
    writeFileSync(this.#credential(name), JSON.stringify(credential), { mode: 0o600 });
  }

  #credential(name: string): string {
    return join(this.#directory, `${name}.json`);
  }

  get #kubeconfig(): string {
    return join(this.#directory, "kubeconfig");
  }
}

const askMilliseconds = 50;

async function review(cluster: Cluster, { namespace, ...asked }: Question): Promise<boolean> {
  const resourceAttributes = { ...asked, ...(namespace !== undefined && { namespace }) };
  const body = {
    apiVersion: "authorization.k8s.io/v1",
    kind: "SelfSubjectAccessReview",
    spec: { resourceAttributes },
  };
  const path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
  const answer = await cluster.api.json<{ status: { allowed: boolean } }>(path, {
    method: "POST",
    body,
  });
  return answer.status.allowed;
}
