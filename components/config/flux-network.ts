import type { Fields, Rule } from "./fields.ts";
import { setCommand } from "./problem.ts";
import { listOf, pattern } from "./rules.ts";
import type { ApiServerAddress, ProxyConfig } from "./flux-types.ts";

const host = pattern(
  /^(?!.*:\/\/)[A-Za-z0-9]([\w.-]*[A-Za-z0-9])?$/,
  "be a host name or an IPv4 address without a scheme",
  "10.0.0.10",
);

const highestPort = 65_535;

const port: Rule<number> = {
  must: `be a port from 1 to ${highestPort}`,
  example: "6443",
  parse: (value) =>
    Number.isInteger(value) && Number(value) >= 1 && Number(value) <= highestPort
      ? Number(value)
      : undefined,
};

/** Reads where the API server is for pods that start before the cluster has a network; undefined: it has one. */
export function readBeforeNetwork(flux: Fields): ApiServerAddress | undefined {
  const fields = flux.object("beforeNetwork");
  if (fields.keys().length === 0) return undefined;
  const address = {
    apiServerHost: fields.required("apiServerHost", host) ?? "",
    apiServerPort: fields.value("apiServerPort", port, 6443),
  };
  fields.finish();
  return address;
}

const address = pattern(
  /^https?:\/\/[^\s/]+\/?$/,
  "be the address of a proxy (http://HOST:PORT)",
  "http://proxy.example.com:3128",
);

const unproxied = listOf(
  pattern(/^[^\s,]+$/, "", ""),
  "hosts, domains or address ranges without blanks or commas",
);

/** Reads the proxy of what the controllers fetch. Its password would be plain in the cluster and the state. */
export function readProxy(flux: Fields): ProxyConfig | undefined {
  const fields = flux.object("proxy");
  if (fields.keys().length === 0) return undefined;
  const proxy = {
    http: readAddress(fields, "http"),
    https: readAddress(fields, "https"),
    noProxy: fields.value("noProxy", unproxied, []),
  };
  if (!fields.has("http") && !fields.has("https")) {
    const fix = setCommand(fields.path("https"), address.example ?? "");
    fields.note("https", "be set, or flux.proxy.http", fix);
  }
  fields.finish();
  return proxy;
}

function readAddress(fields: Fields, key: "http" | "https"): string | undefined {
  const value = fields.optional(key, address);
  if (value?.includes("@") === true) {
    const fix = "Put them into a Secret in flux-system and name that: sync.proxySecret";
    fields.note(key, "hold no credentials", fix);
  }
  return value;
}
