// What a script adds to a chart that is whole without it: each value by pointer or arrow keys, and, when a reader asks for
// it, a view of the chart by Vega. Vega is the site's own copy, is loaded only then, and evaluates no code (`ast`).

const script = document.querySelector("script[data-chart-words]");
const words = JSON.parse(script.dataset.chartWords);
// px around a value's mark in which the pointer finds it
const REACH = 48;

/** The text of a cell, with what a mark of a status means in its place: `1,424 (revised)`. */
function inWords(cell) {
  const copy = cell.cloneNode(true);
  for (const mark of copy.querySelectorAll(".status[title]")) mark.textContent = ` (${mark.title})`;
  return copy.textContent;
}

/** The lines that tell of a row of the chart's table: what it is of, then each number under its heading. */
function lines(table, row) {
  const cells = [...(table.tBodies[0].rows[row]?.cells ?? [])];
  const heads = [...table.tHead.rows[0].cells].map((cell) => cell.textContent.trim());
  const texts = cells.map((cell) => inWords(cell).replace(/\s+/g, " ").trim());
  const names = texts.filter((text, place) => text && !cells[place].classList.contains("num"));
  const numbers = texts
    .map((text, place) => (cells[place].classList.contains("num") && text ? `${heads[place]}: ${text}` : ""))
    .filter(Boolean);
  return [names.join(", "), ...numbers];
}

/** The fields of a row that no table tells of. */
function fields(datum) {
  return Object.entries(datum)
    .filter(([name, value]) => !name.startsWith("_") && ["string", "number"].includes(typeof value))
    .map(([name, value]) => `${name}: ${typeof value === "number" ? value.toLocaleString(document.documentElement.lang) : value}`);
}

/** A box that shows its chart's values one at a time, by pointer and by keyboard. */
class Values {
  constructor(box, figure, hint) {
    this.box = box;
    this.table = figure.querySelector("table");
    this.status = figure.querySelector("[role=status]");
    this.tip = document.createElement("div");
    this.tip.className = "chart-tip";
    this.tip.hidden = true;
    this.tip.setAttribute("aria-hidden", "true");
    this.current = -1;
    box.append(this.tip);
    box.tabIndex = 0;
    box.setAttribute("role", "group");
    box.setAttribute("aria-label", `${figure.querySelector(".chart-title").textContent.trim()}. ${hint}`);
    box.addEventListener("keydown", (event) => this.key(event));
    box.addEventListener("pointermove", (event) => this.near(event));
    box.addEventListener("pointerdown", (event) => this.near(event));
    box.addEventListener("pointerleave", () => this.hide());
    box.addEventListener("blur", () => this.hide());
  }

  /** The marks of values that are there now, in the order of the table; each with the lines that tell of it. */
  marks() {
    // a value has one mark, though its label may be made from the same row
    const found = new Map();
    for (const element of this.box.querySelectorAll("svg *")) {
      const item = element.__data__;
      const row = element.dataset.row ?? /^row (\d+)$/.exec(item?.datum?.mark ?? "")?.[1];
      if (row !== undefined) {
        if (!found.has(row)) found.set(row, { element, row: Number(row), tell: () => lines(this.table, Number(row)) });
      } else if (item?.mark?.role === "mark" && item.mark.marktype !== "line" && !found.has(item.datum) && fields(item.datum).length)
        found.set(item.datum, { element, row: found.size, tell: () => fields(item.datum) });
    }
    // where rows of the table are marked, what else is drawn is no value
    const entries = [...found];
    const rows = entries.filter(([key]) => typeof key === "string");
    return (rows.length ? rows : entries).map(([, mark]) => mark).sort((one, other) => one.row - other.row);
  }

  /** The rows of the table, for a drawing whose marks do not say which row they show. */
  rows() {
    const element = this.box.querySelector("svg");
    return [...this.table.tBodies[0].rows].map((_, row) => ({ element, row, tell: () => lines(this.table, row) }));
  }

  key(event) {
    let marks = this.marks();
    if (!marks.length) marks = this.rows();
    const steps = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };
    let next;
    if (event.key in steps) next = this.current < 0 ? (steps[event.key] > 0 ? 0 : marks.length - 1) : this.current + steps[event.key];
    else if (event.key === "Home") next = 0;
    else if (event.key === "End") next = marks.length - 1;
    else if (event.key === "Escape") return this.hide();
    else return;
    if (!marks.length || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    this.current = Math.max(0, Math.min(marks.length - 1, next));
    const mark = marks[this.current];
    this.show(mark);
    this.status.textContent = mark.tell().join("; ");
  }

  near(event) {
    let best, least = REACH;
    for (const mark of this.marks()) {
      const place = mark.element.getBoundingClientRect();
      const across = Math.max(place.left - event.clientX, 0, event.clientX - place.right);
      const down = Math.max(place.top - event.clientY, 0, event.clientY - place.bottom);
      if (Math.hypot(across, down) < least) [best, least] = [mark, Math.hypot(across, down)];
    }
    if (best) this.show(best);
    else this.hide();
  }

  show({ element, tell }) {
    this.box.querySelector("[data-current]")?.removeAttribute("data-current");
    element.dataset.current = "";
    this.tip.replaceChildren(...tell().map((line) => Object.assign(document.createElement("div"), { textContent: line })));
    this.tip.hidden = false;
    const box = this.box.getBoundingClientRect();
    const mark = element.getBoundingClientRect();
    const middle = mark.left + Math.min(mark.width, 400) / 2 - box.left;
    const left = Math.max(0, Math.min(middle - this.tip.offsetWidth / 2, box.width - this.tip.offsetWidth));
    const above = mark.top - box.top - this.tip.offsetHeight - 8;
    this.tip.style.left = `${left}px`;
    this.tip.style.top = `${above > -this.tip.offsetHeight ? above : mark.bottom - box.top + 8}px`;
  }

  hide() {
    this.tip.hidden = true;
    this.current = -1;
    this.box.querySelector("[data-current]")?.removeAttribute("data-current");
  }
}

let library;

/** Load a script by its hash, the only way that the content policy allows. */
function load(src, integrity, type) {
  return new Promise((resolve, reject) => {
    const element = Object.assign(document.createElement("script"), { src, integrity, type, onload: resolve });
    element.onerror = () => reject(new Error(src));
    document.head.append(element);
  });
}

/** Vega and its interpreter of expressions, loaded once. */
function vega() {
  const { vega, vegaIntegrity, interpreter, interpreterIntegrity } = script.dataset;
  library ??= load(vega, vegaIntegrity, "text/javascript")
    .then(() => load(interpreter, interpreterIntegrity, "module"))
    .then(() => ({ vega: globalThis.vega, expr: globalThis.vegaInterpreter }));
  return library;
}

/** Put a view in the place of a drawing. */
async function view(box, address) {
  const [{ vega: library, expr }, answer] = await Promise.all([vega(), fetch(address)]);
  if (!answer.ok) throw new Error(`${answer.status} ${address}`);
  const spec = await answer.json();
  const place = document.createElement("div");
  place.className = "chart-view";
  const runtime = library.parse({ ...spec, background: null }, null, { ast: true });
  const made = new library.View(runtime, { expr, renderer: "svg", container: place, hover: true, logLevel: library.Error });
  // the tip tells what Vega's own would
  made.tooltip(() => {});
  await made.runAsync();
  const drawing = box.querySelector("svg");
  const svg = place.querySelector("svg");
  // with the drawing's own box, nothing below it moves
  for (const name of ["width", "height"]) svg.removeAttribute(name);
  for (const name of ["role", "aria-labelledby", "aria-describedby", "viewBox"]) svg.setAttribute(name, drawing.getAttribute(name));
  drawing.replaceWith(place);
  // the name and the description stay where the drawing had them
  svg.prepend(...[...drawing.children].filter((child) => ["title", "desc"].includes(child.localName)).map((child) => child.cloneNode(true)));
  return () => {
    place.replaceWith(drawing);
    made.finalize();
  };
}

function prepare(figure) {
  const boxes = [...figure.querySelectorAll(".chart-drawing")];
  const shown = boxes.map((box) => new Values(box, figure, words.keys));
  const button = figure.querySelector(".chart-explore");
  const status = figure.querySelector("[role=status]");
  let undo = [];
  button.disabled = false;
  button.addEventListener("click", async () => {
    shown.forEach((values) => values.hide());
    if (undo.length) {
      undo.forEach((back) => back());
      undo = [];
      button.firstChild.data = words.explore;
      button.setAttribute("aria-pressed", "false");
      return;
    }
    button.disabled = true;
    status.textContent = words.loading;
    try {
      undo = await Promise.all(boxes.map((box) => view(box, box.dataset.view)));
      button.firstChild.data = words.close;
      button.setAttribute("aria-pressed", "true");
      status.textContent = words.keys;
      boxes.find((box) => box.offsetParent)?.focus();
    } catch (error) {
      status.textContent = words.failed;
      console.info(error);
    }
    button.disabled = false;
  });
}

document.querySelectorAll("figure.chart").forEach(prepare);
