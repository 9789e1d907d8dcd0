/** The files beside the page: style, script, icon, and the charts' library from its package. */
import { readAsset } from "../../system/asset.ts";

export interface Asset {
  readonly contentType: string;
  readonly body: string;
}

const SCRIPT = "text/javascript; charset=utf-8";
const STYLE = "text/css; charset=utf-8";

function asset(contentType: string, url: () => string | URL): () => Asset {
  return () => ({ contentType, body: readAsset(url()) });
}

/** Each file by its path; looked for when it is asked for, so that a damaged installation costs the page alone. */
export const PAGE_ASSETS: Readonly<Record<string, () => Asset>> = {
  "/page.css": asset(STYLE, () => new URL("page.css", import.meta.url)),
  "/panels.css": asset(STYLE, () => new URL("panels.css", import.meta.url)),
  "/tables.css": asset(STYLE, () => new URL("tables.css", import.meta.url)),
  "/page.js": asset(SCRIPT, () => new URL("page.js", import.meta.url)),
  "/chart.js": asset(SCRIPT, () => new URL("chart.js", import.meta.url)),
  "/icon.svg": asset("image/svg+xml", () => new URL("icon.svg", import.meta.url)),
  "/uplot.css": asset(STYLE, () => import.meta.resolve("uplot/dist/uPlot.min.css")),
  "/uplot.js": asset(SCRIPT, () => import.meta.resolve("uplot/dist/uPlot.iife.min.js")),
};
