/** The files beside the page: its style, its script, its icon. Texts, so that the build need not copy anything. */

export const PAGE_STYLE = `:root {
  color-scheme: light dark;
  --ink: #1c2024; --faint: #5b636b; --paper: #fbfbfa; --raised: #fff; --line: #dfe2e5; --link: #0b5cad;
  --good: #17663a; --good-back: #e3f4e9; --warn: #7a4b00; --warn-back: #fdf0d5; --bad: #a3182b; --bad-back: #fde7e9;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ink: #e6e8ea; --faint: #a2abb3; --paper: #14171a; --raised: #1c2024; --line: #343b42; --link: #7db7f5;
    --good: #7fd6a1; --good-back: #16311f; --warn: #f0c069; --warn-back: #3a2b0d; --bad: #ff9aa5; --bad-back: #431a20;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
header, main, footer { max-width: 70rem; margin: 0 auto; padding: 0 1.25rem; }
header { display: flex; flex-wrap: wrap; align-items: baseline; gap: 0 1rem; padding-top: 1.5rem; }
header p, .remark, caption, small, .card span, .card dt { color: var(--faint); }
h1 { font-size: 1.4rem; margin: 0; }
h2 { font-size: 1.1rem; margin: 2rem 0 .75rem; }
header p { margin: 0; }
a { color: var(--link); }
footer { margin: 2rem auto; }
nav { padding-top: 1rem; border-top: 1px solid var(--line); }
footer a { margin-right: 1rem; }
.verdict { margin: 1rem 0; padding: .75rem 1rem; border-radius: .5rem; font-weight: 600; }
.verdict p, .verdict ul { margin: 0; }
.verdict ul { font-weight: 400; overflow-wrap: anywhere; }
.good, .idle, .delivering { color: var(--good); background: var(--good-back); }
.retrying { color: var(--warn); background: var(--warn-back); }
.bad, .blocked, .stopped { color: var(--bad); background: var(--bad-back); }
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(13rem, 1fr)); gap: 1rem; margin: 0; }
.card { padding: .9rem 1rem; background: var(--raised); border: 1px solid var(--line); border-radius: .5rem; }
.card dd { margin: 0; }
.card strong { display: block; font-size: 1.7rem; line-height: 1.3; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
.scroll { overflow-x: auto; background: var(--raised); border: 1px solid var(--line); border-radius: .5rem; }
table { width: 100%; border-collapse: collapse; font-size: .9rem; }
caption { text-align: left; padding: .6rem .75rem 0; }
th, td { padding: .55rem .75rem; text-align: left; vertical-align: top; border-top: 1px solid var(--line); }
thead th { border-top: 0; color: var(--faint); font-weight: 600; vertical-align: bottom; }
tbody th { min-width: 9rem; font-weight: 600; overflow-wrap: anywhere; }
tbody small { display: block; }
.number { text-align: right; font-variant-numeric: tabular-nums; }
td.number { white-space: nowrap; }
.error { min-width: 14rem; overflow-wrap: anywhere; }
.state { padding: .1rem .6rem; border-radius: 1rem; font-weight: 600; white-space: nowrap; }
small { font-weight: 400; }
details { margin-top: 1rem; }
summary { width: fit-content; cursor: pointer; padding: .25rem .25rem .25rem 0; }
details .scroll { margin-top: .5rem; }
#connection { color: var(--bad); }
`;

export const PAGE_SCRIPT = `// Renews the numbers every five seconds; without this script the page is complete, it only stands still.
const connection = document.getElementById("connection");

function isBusy(main) {
  return main.contains(document.activeElement) || !getSelection().isCollapsed;
}

async function renew() {
  const main = document.querySelector("main");
  if (document.hidden || isBusy(main)) return;
  const answer = await fetch(location.href, { cache: "no-store" }).catch(() => undefined);
  connection.textContent = answer?.ok ? "" : "The daemon does not answer; these numbers are old.";
  if (!answer?.ok) return;
  const renewed = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("main");
  for (const { id } of main.querySelectorAll("details[open]")) renewed.querySelector("#" + id)?.setAttribute("open", "");
  main.replaceWith(renewed);
}

setInterval(renew, 5000);
`;

export const PAGE_ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect width="16" height="16" rx="3" fill="#0b5cad"/><path d="M4 4h8M4 8h8M4 12h5" stroke="#fff" stroke-width="1.6"/></svg>
`;
