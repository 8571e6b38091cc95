"use strict";
// Hides the mistakes that the selected technique, kind and corpus leave out.
const items = [...document.querySelectorAll("#mistakes li")];
const filters = [...document.querySelectorAll("#filters select")];
const shown = document.getElementById("shown");
document.getElementById("filters").hidden = false; // they do nothing without this script

function apply() {
  for (const item of items) {
    item.hidden = filters.some(({ name, value }) => value && item.dataset[name] !== value);
  }
  const left = items.filter((item) => !item.hidden).length;
  shown.textContent = `${left} of ${items.length} shown`;
}

for (const filter of filters) filter.addEventListener("change", apply);
apply(); // a browser keeps selections when it loads a page again
