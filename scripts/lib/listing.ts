import { ApiError, type ApiServer } from "./api-server.ts";
import type { Resource } from "./kinds.ts";
import type { KubernetesObject, Reference } from "./object.ts";

export interface ListOptions {
  /** All namespaces when left out. */
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  /** Whether the objects come without what is not their metadata, if the server can do that. @default false */
  readonly metadataOnly?: boolean;
  /** Only the object of that name. */
  readonly name?: string;
  /** Ends the listing. */
  readonly signal?: AbortSignal;
}

/** A whole collection as it was at one version. */
export interface Listing<O> {
  readonly metadata: { readonly continue?: string; readonly resourceVersion?: string };
  readonly items: O[];
}

const metadataForm =
  "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json";

/** Objects a page. When pages expire while they are read, the last try asks for all at once, which cannot expire. */
const pageSizes = [500, 500, 0];

/** listAll reads the collection page by page; undefined when the kind is not served. */
export async function listAll<O extends KubernetesObject>(
  api: ApiServer,
  resource: Resource,
  options: ListOptions,
): Promise<Listing<O> | undefined> {
  let expired: unknown;
  for (const pageSize of pageSizes) {
    try {
      return await readPages<O>(api, resource, { ...options, pageSize });
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== 410) throw error;
      expired = error;
    }
  }
  throw expired;
}

async function readPages<O extends KubernetesObject>(
  api: ApiServer,
  resource: Resource,
  options: ListOptions & { readonly pageSize: number },
): Promise<Listing<O> | undefined> {
  const { apiVersion, kind } = resource;
  const { namespace, signal, metadataOnly = false } = options;
  const path = pathOf({ resource, ...inNamespace(namespace) });
  const request = { ...(signal && { signal }), ...(metadataOnly && { accept: metadataForm }) };
  const items: O[] = [];
  let metadata: Listing<O>["metadata"] = {};
  do {
    const query = listQuery(options, metadata.continue);
    const page = await api.found<Partial<Listing<O>>>(`${path}?${query}`, request);
    if (page === undefined) return undefined;
    // The items of a list carry no type of their own.
    for (const item of page.items ?? []) items.push({ ...item, apiVersion, kind });
    metadata = page.metadata ?? {};
  } while (metadata.continue !== undefined && metadata.continue !== "");
  return { metadata, items };
}

/** pathOf is the API path of a collection, or of one object when `name` is given. */
export function pathOf(at: Omit<Reference, "name"> & { readonly name?: string }): string {
  const { apiVersion, plural } = at.resource;
  const root = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const scope = at.namespace === undefined ? "" : `/namespaces/${at.namespace}`;
  return `${root}${scope}/${plural}${at.name === undefined ? "" : `/${at.name}`}`;
}

export function inNamespace(namespace: string | undefined) {
  return namespace === undefined ? {} : { namespace };
}

function listQuery(
  options: ListOptions & { readonly pageSize: number },
  next: string | undefined,
): string {
  const query = new URLSearchParams({ limit: String(options.pageSize) });
  const fields = fieldsOf(options);
  if (options.labelSelector !== undefined) query.set("labelSelector", options.labelSelector);
  if (fields !== undefined) query.set("fieldSelector", fields);
  if (next !== undefined) query.set("continue", next);
  return query.toString();
}

/** fieldsOf is the field selector of the options, the name included. */
export function fieldsOf({ name, fieldSelector }: ListOptions): string | undefined {
  const terms = [name === undefined ? undefined : `metadata.name=${name}`, fieldSelector];
  const selector = terms.filter((term) => term !== undefined).join(",");
  return selector === "" ? undefined : selector;
}
