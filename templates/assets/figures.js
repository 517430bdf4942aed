// Narrows the table of figures to the rows that have every word typed, and keeps the words in the address (?q=).
"use strict";

const form = document.querySelector(".filter");
const input = form.querySelector("input");
const count = form.querySelector("[role=status]");
const language = document.documentElement.lang;

/** Small letters without accents, one blank between words: "Đống  Đa" → "dong da". */
function plain(text) {
  return text
    .toLocaleLowerCase(language)
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .replace(/đ/g, "d")
    .replace(/\s+/g, " ")
    .trim();
}

// A number can be typed as the page prints it or as bare digits: "9,928" and "9928".
const rows = [...document.querySelectorAll("#figures tbody tr")].map((row) => ({
  row,
  text: plain([row.textContent, ...[...row.querySelectorAll("data")].map((data) => data.value)].join(" ")),
}));

function narrow() {
  const words = plain(input.value).split(" ");
  let shown = 0;
  for (const { row, text } of rows) {
    row.hidden = !words.every((word) => text.includes(word));
    shown += row.hidden ? 0 : 1;
  }
  count.textContent = count.dataset.text
    .replace("{shown}", shown.toLocaleString(language))
    .replace("{total}", rows.length.toLocaleString(language));
}

function keep() {
  const address = new URL(location.href);
  address.searchParams.delete("q");
  if (input.value.trim()) address.searchParams.set("q", input.value.trim());
  history.replaceState(history.state, "", address);
}

input.addEventListener("input", () => {
  narrow();
  keep();
});
form.addEventListener("submit", (event) => event.preventDefault());
input.value = new URLSearchParams(location.search).get("q") ?? "";
form.hidden = false;
narrow();
