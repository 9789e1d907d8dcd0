/** The files beside the page: style, script, icon, and the charts' library from its package. */
import { programFile, readAsset } from "../../system/asset.ts";

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
  "/page.css": asset(STYLE, () => programFile("http/page/page.css")),
  "/panels.css": asset(STYLE, () => programFile("http/page/panels.css")),
  "/tables.css": asset(STYLE, () => programFile("http/page/tables.css")),
  "/page.js": asset(SCRIPT, () => programFile("http/page/page.js")),
  "/chart.js": asset(SCRIPT, () => programFile("http/page/chart.js")),
  "/icon.svg": asset("image/svg+xml", () => programFile("http/page/icon.svg")),
  "/uplot.css": asset(STYLE, () => import.meta.resolve("uplot/dist/uPlot.min.css")),
  "/uplot.js": asset(SCRIPT, () => import.meta.resolve("uplot/dist/uPlot.iife.min.js")),
};
