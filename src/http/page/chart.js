/** Draws a chart from the table of numbers below it: stacked bars, one for each row. */

const HEIGHT_PX = 192;
const counts = new Intl.NumberFormat("en-US", { notation: "compact", maximumFractionDigits: 1 });

/** Numbers of the axis: `$0.25`, `1.2K`. */
const MEASURES = {
  count: (value) => (Number.isInteger(value) ? counts.format(value) : ""),
  usd: (value) => `$${value >= 1000 ? counts.format(value) : Number(value.toPrecision(6))}`,
};

const monthNames = new Intl.DateTimeFormat("en-US", { month: "short", timeZone: "UTC" });

/** A day as `Nov 21`; a week or a month, of which there are years, as `Nov 2026`. */
function shortName(name, unit) {
  if (name === undefined) return "";
  const month = monthNames.format(new Date(name));
  return `${month} ${unit === "day" ? Number(name.slice(8)) : name.slice(0, 4)}`;
}

/**
 * What the figure's table says: the names of its rows, the texts of each column, and the values of those that are
 * drawn.
 */
function readTable(figure) {
  const rows = [...figure.querySelectorAll("tbody tr")];
  const columns = [...rows[0].cells].slice(1).map((_, i) => rows.map((row) => row.cells[i + 1]));
  return {
    names: rows.map((row) => row.cells[0].textContent),
    texts: columns.map((cells) => cells.map((cell) => cell.textContent)),
    values: columns
      .filter(([cell]) => cell.dataset.value !== undefined)
      .map((cells) => cells.map((cell) => Number(cell.dataset.value))),
  };
}

/** Each series on top of those before it. */
function stack(values) {
  const sums = new Array(values[0].length).fill(0);
  return values.map((series) => series.map((value, i) => (sums[i] += value)));
}

/** Shows the values of one row in the legend and its name in the heading, or what stood there before. */
function connectLegend(figure, { names, texts }) {
  const items = [...figure.querySelectorAll(".legend b")];
  const totals = items.map((item) => item.textContent);
  const span = figure.querySelector("h3 span");
  const whole = span.textContent;
  return (index) => {
    span.textContent = names[index] ?? whole;
    items.forEach((item, i) => {
      item.textContent = index === undefined ? totals[i] : texts[i][index];
    });
  };
}

/** Draws into the figure; returns what removes the drawing again. */
export function drawChart(figure) {
  const plot = figure.querySelector(".plot");
  const table = readTable(figure);
  const show = connectLegend(figure, table);
  const colours = getComputedStyle(document.documentElement);
  const colour = (name) => colours.getPropertyValue(`--${name}`).trim();
  const tones = [...figure.querySelectorAll(".swatch")].map((swatch) => getComputedStyle(swatch).color);
  const axis = { stroke: colour("faint"), font: "11px system-ui", ticks: { show: false } };
  const grid = { stroke: colour("line"), width: 1 };
  const bars = uPlot.paths.bars({ size: [0.75, 40] });
  const order = table.values.map((_, i) => i).reverse();
  const stacked = stack(table.values);
  const options = {
    width: plot.clientWidth,
    height: HEIGHT_PX,
    legend: { show: false },
    padding: [8, 16, 0, 0],
    cursor: { y: false, points: { show: false }, drag: { x: false, y: false } },
    scales: {
      x: { time: false, range: (_, first, last) => [first - 0.6, last + 0.6] },
      y: { range: (_, _least, most) => [0, most > 0 ? most * 1.05 : 1] },
    },
    axes: [
      {
        ...axis,
        grid: { show: false },
        incrs: [1, 2, 5, 7, 10, 14, 20, 30, 50],
        space: 72,
        size: 26,
        values: (_, splits) => splits.map((index) => shortName(table.names[index], figure.dataset.unit)),
      },
      {
        ...axis,
        grid,
        size: 52,
        space: 36,
        values: (_, splits) => splits.map(MEASURES[figure.dataset.measure]),
      },
    ],
    series: [
      {},
      ...order.map((i) => ({
        fill: tones[i],
        stroke: tones[i],
        width: 0,
        paths: bars,
        points: { show: false },
      })),
    ],
    hooks: { setCursor: [({ cursor }) => show(cursor.idx ?? undefined)] },
  };
  const data = [table.names.map((_, i) => i), ...order.map((i) => stacked[i])];
  const chart = new uPlot(options, data, plot);
  const resizing = new ResizeObserver(() => chart.setSize({ width: plot.clientWidth, height: HEIGHT_PX }));
  resizing.observe(plot);
  return () => {
    resizing.disconnect();
    chart.destroy();
  };
}
