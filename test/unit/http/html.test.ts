/**
 * Goal: nothing that is put into a page can become part of its markup. Method: examples and a property.
 */

import { expect, it } from "vitest";
import { escapeHtml, html } from "../../../src/http/html.ts";
import { fc } from "../../support/properties.ts";

it("values are escaped, HTML is not", () => {
  const inner = html`<b>${'<i class="x">&\''}</b>`;
  expect(html`<p title="${'"'}">${inner}${[inner, html`!`]}${1}${undefined}</p>`.text).toBe(
    '<p title="&quot;"><b>&lt;i class=&quot;x&quot;&gt;&amp;&#39;</b><b>&lt;i class=&quot;x&quot;&gt;&amp;&#39;</b>!1</p>',
  );
});

it("escaped text holds no character of markup and can be read back", () => {
  const entities: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'" };
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom("<", ">", "&", '"', "'", "a", ";", "amp") }), (text) => {
      const escaped = escapeHtml(text);
      expect(escaped).not.toMatch(/[<>"']/);
      expect(escaped.replace(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => entities[name] ?? "")).toBe(
        text,
      );
    }),
  );
});
