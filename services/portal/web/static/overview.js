// Charts drawn from the tables beside them, and arrow keys in those tables. Without it the tables say the same.
"use strict";

function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

// A table of weeks as lists, the oldest week first: names of its columns, and of each week its name, counts and links.
function readTable(table) {
  const names = [...table.tHead.rows[0].cells].slice(1).map((cell) => (cell.querySelector("a") ?? cell.firstChild).textContent.trim());
  const weeks = [...table.tBodies[0].rows].reverse().map((row) => ({
    name: row.cells[0].textContent.trim(),
    counts: [...row.cells].slice(1).map((cell) => Number(cell.textContent.replace(/[^0-9]/g, ""))),
    links: [...row.cells].slice(1).map((cell) => cell.querySelector("a")?.href ?? ""),
  }));
  return { names, weeks };
}

const BARS = ["--bar", "--bar-two"];

// One chart: `columns` are the columns of the table that it shows, one or two of them side by side.
function draw(place, data, columns, most, height) {
  const figure = document.createElement("figure");
  const caption = document.createElement("figcaption");
  const title = document.createElement("strong");
  const reading = document.createElement("span");
  reading.className = "quiet reading";
  columns.forEach((column, number) => {
    if (columns.length > 1) {
      const key = document.createElement("span");
      key.className = `key key${number}`;
      title.append(key);
    }
    title.append(`${data.names[column]} `);
  });
  caption.append(title, reading);
  const holder = document.createElement("div");
  figure.append(caption, holder);
  place.append(figure);

  const last = data.weeks.length - 1;
  const say = (index) => {
    const week = data.weeks[index];
    reading.textContent = week ? `${week.name}: ${columns.map((column) => week.counts[column]).join(" / ")}` : "";
  };
  const axis = { stroke: () => colour("--quiet"), font: "12px system-ui, sans-serif", ticks: { show: false } };
  const chart = new uPlot({
    width: Math.max(120, holder.clientWidth),
    height,
    padding: [6, 20, 0, 0],
    legend: { show: false },
    cursor: { points: { show: false }, y: false, drag: { setScale: false, x: false, y: false } },
    scales: { x: { time: false, range: [-0.6, last + 0.6] }, y: { range: [0, most] } },
    axes: [
      {
        ...axis,
        size: 22,
        gap: 2,
        grid: { show: false },
        splits: () => (last > 0 ? [0, last] : [0]),
        values: (_, splits) => splits.map((index) => data.weeks[index]?.name.slice(5, 10) ?? ""),
        align: undefined,
      },
      { ...axis, size: 30, gap: 4, grid: { stroke: () => colour("--line"), width: 1 }, splits: () => (most > 1 ? [0, Math.floor(most / 2), most] : [0, most]) },
    ],
    series: [
      {},
      ...columns.map((_, number) => ({
        paths: uPlot.paths.bars(columns.length > 1 ? { size: [0.38, 28], align: number === 0 ? -1 : 1 } : { size: [0.8, 56] }),
        fill: () => colour(BARS[number]),
        stroke: () => colour(BARS[number]),
        width: 0,
        points: { show: false },
      })),
    ],
    hooks: {
      setCursor: [(self) => say(self.cursor.left >= 0 ? self.cursor.idx : -1)],
    },
  }, [data.weeks.map((_, index) => index), ...columns.map((column) => data.weeks.map((week) => week.counts[column]))], holder);

  chart.over.addEventListener("click", () => {
    const index = chart.cursor.idx;
    if (index === null || index === undefined) return;
    const right = columns.length > 1 && chart.cursor.left > chart.valToPos(index, "x");
    const link = data.weeks[index].links[columns[right ? 1 : 0]];
    if (link) window.location.assign(link);
  });
  new ResizeObserver(() => chart.setSize({ width: Math.max(120, holder.clientWidth), height })).observe(holder);
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => chart.redraw());
}

for (const place of document.querySelectorAll(".charts")) {
  const table = document.getElementById(place.dataset.of);
  if (!table) continue;
  const data = readTable(table);
  const top = (columns) => Math.max(2, ...data.weeks.flatMap((week) => columns.map((column) => week.counts[column])));
  place.setAttribute("role", "img");
  place.setAttribute("aria-label", place.dataset.label);
  if (table.dataset.chart === "pair") {
    draw(place, data, [0, 1], top([0, 1]), 200);
  } else {
    const own = data.names.map((_, column) => column).slice(1);
    draw(place, data, [0], top([0]), 170);
    // The others are compared with each other: one scale for all.
    for (const column of own) draw(place, data, [column], top(own), 110);
  }
}

// Arrow keys move in a table of counts; one of its cells at a time stands in the order of the tab key.
for (const table of document.querySelectorAll("table.grid")) {
  const rows = [...table.rows].map((row) => [...row.cells].map((cell) => cell.querySelector("a") ?? cell));
  const stops = rows.flat();
  if (stops.length === 0) continue;
  table.setAttribute("role", "grid");
  stops.forEach((stop) => { stop.tabIndex = -1; });
  (rows[1]?.[1] ?? stops[0]).tabIndex = 0;
  table.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const row = rows.findIndex((held) => held.includes(document.activeElement));
    if (row < 0) return;
    const column = rows[row].indexOf(document.activeElement);
    const to = {
      ArrowUp: [row - 1, column], ArrowDown: [row + 1, column], ArrowLeft: [row, column - 1], ArrowRight: [row, column + 1],
      Home: [row, 0], End: [row, rows[row].length - 1],
    }[event.key];
    const next = to && rows[to[0]]?.[to[1]];
    if (!to) return;
    event.preventDefault();
    if (!next) return;
    document.activeElement.tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
    next.scrollIntoView({ block: "nearest", inline: "nearest" });
  });
}
