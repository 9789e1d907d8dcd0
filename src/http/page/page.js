/**
 * What the page does beyond standing there: draws charts, changes filters without loading anew, renews its numbers.
 * Everything it shows comes from the server as HTML, so that the page says the same without it.
 */
import { drawChart } from "./chart.js";

const RENEWAL_MS = 5000;
/** A page whose numbers take long to add up is renewed less often: at most a fiftieth of the time is spent on it. */
const REST_PER_ANSWER = 50;

const connection = document.getElementById("connection");
/** What removes each drawing, by the figure's id. */
let drawings = new Map();

function drawCharts() {
  for (const remove of drawings.values()) remove();
  const figures = [...document.querySelectorAll("figure[data-measure]")];
  drawings = new Map(figures.map((figure) => [figure.id, drawChart(figure)]));
}

function isInUse(section) {
  const selection = getSelection();
  return (
    section.contains(document.activeElement) ||
    (!selection.isCollapsed && selection.containsNode(section, true))
  );
}

/** What the server sent for each section; a drawing changes the section, but not this. */
let served = new Map();

function remember(page) {
  served = new Map(
    [...page.querySelectorAll("[data-live]")].map((section) => [section.id, section.outerHTML]),
  );
}

/** Puts in the sections that differ; keeps open what is open, and the place of the keyboard. */
function show(page, keepsUsed) {
  const focused = document.activeElement?.id;
  let hasNewCharts = false;
  for (const section of page.querySelectorAll("[data-live]")) {
    const present = document.getElementById(section.id);
    if (present === null || served.get(section.id) === section.outerHTML || (keepsUsed && isInUse(present)))
      continue;
    served.set(section.id, section.outerHTML);
    for (const { id } of present.querySelectorAll("details[open]"))
      section.querySelector(`#${id}`)?.setAttribute("open", "");
    present.replaceWith(section);
    if (section.id === "charts") hasNewCharts = true;
  }
  if (focused && document.activeElement?.id !== focused)
    document.getElementById(focused)?.focus({ preventScroll: true });
  if (hasNewCharts) drawCharts();
}

/** The newest question wins: an answer to an older one is dropped. */
let asked = 0;

async function load(address, keepsUsed) {
  const number = ++asked;
  const answer = await fetch(address, { cache: "no-store" }).catch(() => undefined);
  const text = await answer?.text().catch(() => undefined);
  if (number !== asked) return;
  const isPage = answer?.headers.get("content-type")?.startsWith("text/html") === true && text !== undefined;
  connection.textContent = isPage ? "" : "The daemon does not answer; these numbers are old.";
  if (isPage) show(new DOMParser().parseFromString(text, "text/html"), keepsUsed);
}

async function go(address) {
  history.pushState(null, "", address);
  document.querySelector("main").classList.add("busy");
  await load(location.href, false);
  document.querySelector("main").classList.remove("busy");
}

/** The address with this control's value in it. Two dates take the place of a number of days. */
function addressWith({ name, value }, form) {
  const parameters = new URLSearchParams(location.search);
  const changes = { [name]: value };
  if (name === "from" || name === "to") {
    Object.assign(changes, { from: form.elements.from.value, to: form.elements.to.value, days: "" });
  }
  for (const [key, text] of Object.entries(changes)) {
    if (text === "") parameters.delete(key);
    else parameters.set(key, text);
  }
  const query = parameters.toString();
  return query === "" ? location.pathname : `?${query}`;
}

/** The browser knows the zones: nothing has to be sent, and nothing made until it is asked for. The visitor's own comes first. */
function fillZones(list) {
  if (list.childElementCount > 0) return;
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const names = new Set([own, "UTC", ...Intl.supportedValuesOf("timeZone")]);
  list.append(...[...names].map((name) => new Option(name, name)));
}

async function renewForEver() {
  for (;;) {
    const startedMs = performance.now();
    if (!document.hidden) await load(location.href, true);
    const restMs = Math.max(RENEWAL_MS, (performance.now() - startedMs) * REST_PER_ANSWER);
    await new Promise((resolve) => setTimeout(resolve, restMs));
  }
}

document.addEventListener("change", ({ target }) => {
  if (target.form?.id === "question") void go(addressWith(target, target.form));
});
document.addEventListener("submit", (event) => {
  event.preventDefault();
  const { activeElement } = document;
  if (activeElement?.form === event.target && activeElement.name)
    void go(addressWith(activeElement, event.target));
});
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[data-soft]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
  event.preventDefault();
  void go(link.href);
});
document.addEventListener("focusin", ({ target }) => {
  if (target.list) fillZones(target.list);
});
addEventListener("popstate", () => load(location.href, false));
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawCharts);

document.documentElement.classList.add("scripted");
remember(document);
drawCharts();
setTimeout(renewForEver, RENEWAL_MS);
