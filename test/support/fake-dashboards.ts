/**
 * A small server that takes saved objects as OpenSearch Dashboards and Kibana do, built from their documentation: it
 * wants their header against forged requests, reads the uploaded file as a browser's form, and rewrites what it keeps.
 */
import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

export interface FakeDashboards {
  readonly url: string;
  /** `POST /api/saved_objects/_import?overwrite=true`, in the order of their arrival. */
  readonly requests: string[];
  readonly headers: IncomingMessage["headers"][];
  /** By type and id: `dashboard a`. */
  readonly objects: Map<string, Record<string, unknown>>;
  close(): Promise<void>;
}

/** Starts it. Requests must carry `xsrfHeader` where they change something; it lives below `basePath`. */
export async function startFakeDashboards(xsrfHeader: string, basePath = ""): Promise<FakeDashboards> {
  const fake = { requests: [] as string[], headers: [] as IncomingMessage["headers"][] };
  const objects: FakeDashboards["objects"] = new Map();
  const answer = async (incoming: IncomingMessage): Promise<[status: number, body: object]> => {
    const { method, url = "", headers } = incoming;
    if (!url.startsWith(`${basePath}/api/saved_objects/`)) return [404, failure(404, "Not Found")];
    if (method !== "GET" && headers[xsrfHeader] === undefined) {
      return [400, failure(400, "Bad Request")];
    }
    const [path = "", query = ""] = url.slice(`${basePath}/api/saved_objects/`.length).split("?");
    if (method === "POST" && path === "_import" && query === "overwrite=true")
      return [200, await take(incoming)];
    const found =
      method === "GET" ? objects.get(path.split("/").map(decodeURIComponent).join(" ")) : undefined;
    return found === undefined ? [404, failure(404, "Not Found")] : [200, found];
  };
  const take = async (incoming: IncomingMessage): Promise<object> => {
    const contentType = incoming.headers["content-type"] ?? "";
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const form = await new Response(Buffer.concat(chunks), {
      headers: { "content-type": contentType },
    }).formData();
    const file = form.get("file");
    if (!(file instanceof File) || !file.name.endsWith(".ndjson"))
      return failure(415, "Unsupported Media Type");
    const lines = (await file.text()).trimEnd().split("\n");
    for (const object of lines.map((line) => JSON.parse(line))) {
      objects.set(`${object.type} ${object.id}`, { ...object, migrationVersion: {}, updated_at: "later" });
    }
    return { success: true, successCount: lines.length };
  };
  const server = createServer((incoming, response) => {
    fake.requests.push(`${incoming.method} ${incoming.url}`);
    fake.headers.push(incoming.headers);
    void answer(incoming).then(([status, body]) => {
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    ...fake,
    objects,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${basePath}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function failure(statusCode: number, error: string): object {
  return { statusCode, error, message: error };
}
