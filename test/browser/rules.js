/** Rules of accessibility that can be computed, run within the page. */

/** Texts that can be seen and whose contrast is below 4.5 (3 if large), computed from what is painted behind them. */
function lowContrast() {
  const parse = (text) => {
    const [red = 0, green = 0, blue = 0, alpha = 1] = (text.match(/[\d.]+/g) ?? []).map(Number);
    return [[red, green, blue], alpha];
  };
  const luminance = (colour) => {
    const [red = 0, green = 0, blue = 0] = colour.map((part) =>
      part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4,
    );
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const backOf = (element) => {
    for (let at = element; at !== null; at = at.parentElement) {
      const [colour, alpha] = parse(getComputedStyle(at).backgroundColor);
      if (alpha === 1) return colour;
    }
    return [255, 255, 255];
  };
  const ownText = (element) =>
    [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent?.trim());
  return [...document.querySelectorAll("body *")].flatMap((element) => {
    if (!ownText(element) || !element.checkVisibility() || element.closest(".unseen")) return [];
    const style = getComputedStyle(element);
    const [a, b] = [luminance(parse(style.color)[0]), luminance(backOf(element))];
    const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    const size = Number.parseFloat(style.fontSize);
    const isLarge = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    const name = `${element.tagName} "${element.textContent?.trim().slice(0, 30)}" ${contrast.toFixed(2)}`;
    return contrast < (isLarge ? 3 : 4.5) ? [name] : [];
  });
}

/** Breaches of rules about structure and names, each with its element. */
function breaches() {
  const found = [];
  const report = (rule, element) => found.push(`${rule}: ${element.outerHTML.slice(0, 100)}`);
  const all = (selector) => [...document.querySelectorAll(selector)];

  const ids = new Set();
  for (const element of all("[id]")) {
    if (ids.has(element.id)) report("an id is used twice", element);
    ids.add(element.id);
  }
  for (const element of all("[aria-labelledby]")) {
    const named = (element.getAttribute("aria-labelledby") ?? "").split(" ");
    if (!named.every((id) => ids.has(id))) report("a label is missing", element);
  }
  let level = 0;
  for (const heading of all("h1, h2, h3, h4, h5, h6")) {
    const next = Number(heading.tagName[1]);
    if (next > level + 1) report("a level of headings is skipped", heading);
    level = next;
  }
  for (const control of all("input:not([type=hidden]), select")) {
    const { labels } = control;
    if ((labels?.length ?? 0) === 0) report("a control has no label", control);
  }
  for (const element of all("a, button, summary")) {
    if (!element.textContent?.trim()) report("a control has no name", element);
  }
  for (const table of all("table")) {
    if (!table.querySelector("caption")?.textContent) report("a table has no caption", table);
  }
  for (const cell of all("th")) if (!cell.hasAttribute("scope")) report("a header has no scope", cell);
  for (const region of all("section, [role=region], nav, figure[data-measure], form")) {
    if (!region.hasAttribute("aria-label") && !region.hasAttribute("aria-labelledby"))
      report("a region has no name", region);
  }
  for (const picture of all("svg, canvas, img")) {
    if (!picture.closest("[aria-hidden=true]")) report("a picture has no text and is not hidden", picture);
  }
  for (const hidden of all("[aria-hidden=true]")) {
    if (hidden.querySelector("a, button, input, select, [tabindex]"))
      report("something hidden takes the keyboard", hidden);
  }
  for (const box of all(".scroll")) {
    if (box.scrollWidth > box.clientWidth && box.tabIndex !== 0)
      report("a box scrolls, but not by keyboard", box);
  }
  return found;
}

/** Where the keyboard is; undefined if on nothing. */
function placeOfKeyboard() {
  const element = document.activeElement;
  if (element === null || element === document.body) return undefined;
  const section = element.closest("header, [data-live], footer");
  return {
    name: element.id || element.textContent.trim(),
    top: (section?.getBoundingClientRect().top ?? 0) + scrollY,
    outline: getComputedStyle(element).outlineStyle,
  };
}

globalThis.accessibility = { breaches, lowContrast, placeOfKeyboard };
