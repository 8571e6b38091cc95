"use strict";
// Decides anew, from the probabilities in the page, as filters and thresholds are changed; says of
// marked words why they are marked; sorts tables.
const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const techniques = all(".card").map((card) => {
  const { technique, counts, own, of, threshold, percent } = card.dataset;
  const chip = document.querySelector(`input[value=${technique}]`);
  const [slider] = all("input", card);
  const numbers = (list) => list.split(" ").map(Number);
  return {
    name: technique, card, chip, slider, of: Number(of), shipped: Number(threshold), percent,
    title: card.querySelector("h3").textContent, line: card.querySelector(".line").textContent,
    counts: numbers(counts), own: numbers(own),
  };
});
const quotes = document.querySelector("input[value=quoted]");
const reset = document.getElementById("reset");
const tip = document.getElementById("tip");
const marks = all("mark");
const articles = all("article").map((article) => ({
  source: article.dataset.source,
  sentences: all(".sentence", article).map((sentence) => all("mark > span, mark > span span", sentence)),
}));

const threshold = ({ slider, percent, shipped }) => (slider.value === percent ? shipped : slider.value / 100);
const carried = (of) => techniques.find(({ name }) => of.classList.contains(name));

// The 95% score interval of Wilson 1927, as `rates.py` has it.
function rate(hits, of) {
  if (!of) return { value: 0, low: 0, high: 100 };
  const z = 1.96, share = hits / of, scale = 1 + (z * z) / of;
  const middle = share + (z * z) / (2 * of);
  const margin = z * Math.sqrt((share * (1 - share)) / of + (z * z) / (4 * of * of));
  return {
    value: 100 * share,
    low: 100 * Math.max(0, (middle - margin) / scale),
    high: 100 * Math.min(1, (middle + margin) / scale),
  };
}

function shown(value) {
  const digits = value < 9.95 ? 1 : 0;
  return (Math.floor(value * 10 ** digits + 0.5) / 10 ** digits).toFixed(digits);
}

function decide() {
  for (const { sentences } of articles) {
    for (const of of sentences.flat()) {
      const technique = carried(of);
      const quoted = !of.classList.contains("own");
      const on = technique.chip.checked && (quotes.checked || !quoted) && of.dataset.score >= threshold(technique);
      of.classList.toggle("off", !on);
    }
  }
  for (const mark of marks) {
    const on = mark.querySelector("span:not(.off)") !== null && /[\p{L}\p{N}]/u.test(mark.textContent);
    mark.removeAttribute("title");
    for (const [name, value] of [["role", "button"], ["tabindex", "0"], ["aria-describedby", described(mark)]]) {
      if (on) mark.setAttribute(name, value);
      else mark.removeAttribute(name);
    }
  }
  hide();
  count();
}

// The names of its techniques, for who hears the page: more is in the tip, on focus.
function described(mark) {
  return all("span:not(.off)", mark).map((of) => `name-${carried(of).name}`).join(" ");
}

// Rates go by threshold and quotation; a technique that is only hidden keeps its figures.
function count() {
  const parts = techniques.map((technique) => {
    const at = threshold(technique);
    const hits = articles.map(({ sentences }) =>
      sentences.filter((of) => of.some((mark) =>
        carried(mark) === technique && mark.dataset.score >= at && (quotes.checked || mark.classList.contains("own")),
      )).length,
    );
    const counts = quotes.checked ? technique.counts : technique.own;
    const plain = technique.of && rate(counts[technique.slider.value - technique.slider.min], technique.of);
    return { technique, hits, plain };
  });
  const sum = (numbers) => numbers.reduce((a, b) => a + b, 0);
  const places = parts.flatMap(({ technique, hits, plain }) => {
    const over = (box, chosen) => ({
      box, plain,
      hits: sum(hits.filter((_, at) => chosen(at))),
      of: sum(articles.filter((_, at) => chosen(at)).map(({ sentences }) => sentences.length)),
    });
    const cell = (row) => row.querySelector(`[data-technique=${technique.name}]`);
    const sources = [...new Set(articles.map(({ source }) => source))];
    return [
      over(technique.card, () => true),
      ...all("tr[data-article]").map((row) => over(cell(row), (at) => at === Number(row.dataset.article))),
      ...all("tr[data-source]").map((row) => over(cell(row), (at) => articles[at].source === sources[row.dataset.source])),
    ];
  }).map((place) => ({ ...place, rate: rate(place.hits, place.of) }));
  const highest = Math.max(...places.flatMap((place) => [place.rate.high, place.plain ? place.plain.high : 0]));
  const top = Math.min(100, 10 * Math.ceil(highest / 10));
  for (const place of places) draw(place, top);
  for (const { card, slider, shipped, percent } of techniques) {
    const own = slider.value === percent;
    const text = own ? `${shipped.toFixed(2)}, the model’s own` : (slider.value / 100).toFixed(2);
    card.querySelector(".chosen").textContent = text;
    slider.setAttribute("aria-valuetext", text);
  }
  reset.hidden = techniques.every(({ slider, percent }) => slider.value === percent);
}

function draw({ box, hits, rate, plain }, top) {
  const put = (selector, text) => {
    const element = box.querySelector(selector);
    if (element) element.textContent = text;
  };
  const place = (selector, attributes) => {
    const element = box.querySelector(selector);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, `${(100 * value) / top}%`);
  };
  put(".value", shown(rate.value));
  put(".range", `${shown(rate.low)}–${shown(rate.high)}`);
  put(".hits", hits);
  box.dataset.sort = rate.value;
  place(".bar", { width: rate.value });
  place(".interval", { x1: rate.low, x2: rate.high });
  if (plain) {
    put(".plain", shown(plain.value));
    place(".reference", { x: plain.low, width: plain.high - plain.low });
  }
}

// The tip: on hover, focus and tap; Escape puts it away.
let told = null;
let leaving = 0;

function show(mark) {
  clearTimeout(leaving);
  if (told === mark) return;
  hide();
  told = mark;
  tip.replaceChildren(...all("span:not(.off)", mark).map(explained));
  mark.setAttribute("aria-describedby", "tip");
  tip.hidden = false;
  const at = mark.getClientRects()[0];
  tip.style.left = tip.style.top = "";
  const { width, height } = tip.getBoundingClientRect();
  const below = at.bottom + height + 24 < innerHeight;
  tip.classList.toggle("above", !below);
  if (getComputedStyle(tip).position === "fixed") return; // on a phone: at an edge of the screen
  tip.style.left = `${scrollX + Math.max(8, Math.min(at.left, document.documentElement.clientWidth - width - 8))}px`;
  tip.style.top = `${scrollY + (below ? at.bottom + 8 : at.top - height - 8)}px`;
}

function explained(of) {
  const { name, title, line } = carried(of);
  const part = (tag, text, className = "") => Object.assign(document.createElement(tag), { textContent: text, className });
  const paragraph = part("p", "", name);
  paragraph.append(part("b", title), ` probability ${Number(of.dataset.score).toFixed(2)}`, part("span", line, "soft"));
  if (!of.classList.contains("own")) paragraph.append(part("span", "Somebody’s words, in quotation marks."));
  return paragraph;
}

function hide() {
  clearTimeout(leaving);
  if (told) told.setAttribute("aria-describedby", described(told));
  told = null;
  tip.hidden = true;
}

const marked = (event) => event.target.closest?.("mark[tabindex]");
const inTip = (event) => event.target.closest?.("#tip");
document.addEventListener("pointerover", (event) => {
  if (event.pointerType === "touch") return;
  if (marked(event)) show(marked(event));
  else if (inTip(event)) clearTimeout(leaving);
  else if (told && told !== document.activeElement) {
    clearTimeout(leaving);
    leaving = setTimeout(hide, 200);
  }
});
document.addEventListener("focusin", (event) => (marked(event) ? show(marked(event)) : hide()));
document.addEventListener("click", (event) => {
  if (marked(event)) show(marked(event));
  else if (!inTip(event)) hide();
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") hide();
  if (marked(event) && (event.key === "Enter" || event.key === " ")) {
    event.preventDefault();
    if (told) hide();
    else show(marked(event));
  }
});

function sortable(table) {
  const heads = all("thead th", table);
  heads.forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const up = head.ariaSort === "descending" || (head.ariaSort === null && column === 0);
      for (const other of heads) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", up ? "ascending" : "descending");
      const key = (row) => row.cells[column].dataset.sort;
      const compare = (a, b) => (column ? key(a) - key(b) : key(a).localeCompare(key(b)));
      const rows = all("tbody tr", table).sort((a, b) => (up ? compare(a, b) : compare(b, a)));
      table.tBodies[0].append(...rows);
    });
  });
}

for (const input of all("input")) {
  input.hidden = false;
  input.addEventListener("input", decide);
}
for (const label of all(".threshold")) label.hidden = false;
reset.addEventListener("click", () => {
  for (const { slider, percent } of techniques) slider.value = percent;
  decide();
  techniques[0].slider.focus();
});
for (const table of all("table")) sortable(table);
decide();
