/* Finds words in names and capabilities, on a copy of the site that no server answers for. */
const form = document.getElementById("words");
const field = document.getElementById("q");
const results = document.getElementById("results");
const starts = document.getElementById("starts");
let index = null;
form.addEventListener("submit", (event) => { event.preventDefault(); find(); });
field.addEventListener("input", find);
async function find() {
  const wanted = field.value.toLowerCase().match(/[\p{L}\p{N}]+/gu) || [];
  if (starts) starts.hidden = wanted.length > 0;
  if (!wanted.length) { results.replaceChildren(); return; }
  if (!index) {
    try { index = await told(); }
    catch { results.replaceChildren(line("p", "The list of words is not there: it stands beside this page as words-index.js.")); return; }
  }
  const scored = [];
  for (const [name, type, page, words] of index) {
    const said = name.toLowerCase() + " " + words;
    const score = wanted.reduce((sum, word) => sum + (name.toLowerCase().includes(word) ? 2 : said.includes(word) ? 1 : 0), 0);
    if (score) scored.push([score, name, type, page]);
  }
  scored.sort((a, b) => b[0] - a[0]);
  const list = document.createElement("ol");
  list.className = "results";
  for (const [, name, type, page] of scored.slice(0, 20)) {
    const link = document.createElement("a");
    link.href = page;
    link.textContent = name;
    const item = document.createElement("li");
    item.append(link, " ", line("span", type));
    list.append(item);
  }
  results.replaceChildren(scored.length ? list : line("p", "None of these words stands here."));
}
/* A script, not JSON: a page that was opened from a folder may not read the files beside it. */
function told() {
  return new Promise((come, missing) => {
    const script = document.createElement("script");
    script.onload = () => come(globalThis.INDEX);
    script.onerror = missing;
    script.src = form.dataset.index;
    document.head.append(script);
  });
}
function line(kind, text) {
  const made = document.createElement(kind);
  made.className = "quiet";
  made.textContent = text;
  return made;
}
