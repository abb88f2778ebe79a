/* The map: points and ties drawn by sigma; what is chosen is told beside it in words. */
const sky = document.getElementById("sky");
const near = document.getElementById("near");
const COLOURS = { light: ["#0068a8", "#b85c00", "#00795a", "#9c4682", "#7d6400", "#b3261e"],
  dark: ["#6cb8ee", "#f0a35e", "#4fc3a1", "#e29ac6", "#e0c65a", "#f28b82"] };
const dark = matchMedia("(prefers-color-scheme: dark)");
const style = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
/* Farther off than this the names of regions are shown, nearer those of artifacts. */
const FAR = 0.42;
const WORDS = { likeness: "alike", choice: "chosen alike" };

const points = globalThis.POINTS ? Promise.resolve(globalThis.POINTS) : fetch(sky.dataset.points).then((answer) => answer.json());
points.then(draw).catch((error) => {
  near.replaceChildren(text("p", "The map could not be drawn: this browser has no WebGL, or its points did not come."));
  throw error;
});

function draw(data) {
  const graph = new graphology.UndirectedGraph();
  const hidden = new Set();
  const colour = (family) => COLOURS[dark.matches ? "dark" : "light"][family];
  const many = data.x.length;
  data.x.forEach((x, at) => graph.addNode(at, {
    x: x / data.scale, y: data.y[at] / data.scale, label: data.name[at], type: "circle", kind: data.family[data.type[at]],
    size: (many > 2000 ? 1.2 : 3) + Math.max(0, data.rank[at] - 40) / (many > 2000 ? 25 : 12), color: colour(data.family[data.type[at]]),
  }));
  const ties = new Map();
  for (let at = 0; at < data.kind.length; at++) {
    const [one, other] = [data.edges[2 * at], data.edges[2 * at + 1]];
    if (one === other) continue;
    for (const [from, to] of [[one, other], [other, one]]) ties.set(from, (ties.get(from) || []).concat([[to, data.kinds[data.kind[at]]]]));
    if (many <= 2000 && data.kinds[data.kind[at]] === "likeness" && !graph.hasEdge(one, other)) graph.addEdge(one, other, { size: 0.4 });
  }
  const bySlug = new Map(data.slug.map((slug, at) => [slug, String(at)]));
  let chosen = null, around = new Set(), added = [];
  let taken = null; // by names, in this picture
  const sigma = new Sigma(graph, sky, {
    labelFont: style("--sans"), labelSize: 12, labelColor: { color: style("--ink") }, labelDensity: 0.6, labelGridCellSize: 130,
    labelRenderedSizeThreshold: many > 2000 ? 3 : 4, minCameraRatio: 0.004, maxCameraRatio: 1.6, zIndex: true, hideEdgesOnMove: many > 2000,
    defaultEdgeColor: style("--line"), stagePadding: 36, itemSizesReference: "screen", allowInvalidContainer: true,
    zoomToSizeRatioFunction: (ratio) => Math.sqrt(ratio) ** 0.8, defaultDrawNodeLabel: label,
    nodeReducer: (node, seen) => {
      if (hidden.has(seen.kind)) return { ...seen, hidden: true };
      if (chosen === null) return seen;
      if (node === chosen) return { ...seen, size: seen.size + 4, highlighted: true, forceLabel: true, zIndex: 2 };
      if (around.has(node)) return { ...seen, size: seen.size + 2, forceLabel: around.size < 25, zIndex: 1 };
      return { ...seen, color: style("--room"), label: null, zIndex: 0 };
    },
    edgeReducer: (edge, seen) => chosen === null ? seen : graph.extremities(edge).includes(chosen) ? { ...seen, color: style("--accent"), size: 1.4, zIndex: 1 } : { ...seen, hidden: true },
    defaultDrawNodeHover: hover,
  });
  sky.sigma = sigma;

  /* A name stands right of its point, or around what is chosen left, under or above; where it meets another, nowhere. */
  sigma.on("beforeRender", () => { taken = null; });
  function ofChosen() {
    if (chosen === null) return [];
    const { x, y, size, label } = sigma.getNodeDisplayData(chosen);
    const at = sigma.framedGraphToViewport({ x, y });
    const [reach, wide] = [sigma.scaleSize(size), label.length * 7.5];
    const left = plate(at.x, reach, wide);
    return [[Math.min(left, at.x - reach), at.y - 14, Math.max(left + wide + 14, at.x + reach), at.y + 14]];
  }
  /* Where the plate with a name begins: right of its point, or left where there is no room. */
  function plate(x, reach, wide) {
    return x + reach + wide + 20 > sky.clientWidth ? x - reach - 17 - wide : x + reach + 3;
  }
  function label(context, seen, settings) {
    if (!seen.label || seen.key === chosen) return;
    taken ??= ofChosen();
    context.font = `${settings.labelSize}px ${settings.labelFont}`;
    context.fillStyle = settings.labelColor.color;
    const wide = context.measureText(seen.label).width;
    const off = seen.size + 4;
    const aside = [[off, 4], [-off - wide, 4], [-wide / 2, off + 11], [-wide / 2, -off - 1]];
    for (const [x, y] of chosen === null ? aside.slice(0, 1) : aside) {
      const box = [seen.x + x - 2, seen.y + y - 12, seen.x + x + wide + 2, seen.y + y + 4];
      if (chosen !== null && (box[0] < 0 || box[2] > sky.clientWidth)) continue;
      if (!taken.every((other) => apart(box, other))) continue;
      taken.push(box);
      context.fillText(seen.label, seen.x + x, seen.y + y);
      return;
    }
  }
  function hover(context, seen, settings) {
    if (!seen.label) return;
    context.font = `${settings.labelSize + 1}px ${settings.labelFont}`;
    const wide = context.measureText(seen.label).width;
    context.fillStyle = style("--paper");
    context.strokeStyle = style("--accent");
    context.beginPath();
    const left = plate(seen.x, seen.size, wide);
    context.roundRect(left, seen.y - 12, wide + 14, 24, 6);
    context.fill();
    context.stroke();
    context.fillStyle = style("--ink");
    context.fillText(seen.label, left + 7, seen.y + 4.5);
  }
  function choose(node, move) {
    for (const edge of added) graph.dropEdge(edge);
    added = [];
    chosen = node;
    around = new Set((node === null ? [] : ties.get(Number(node)) || []).map(([other]) => String(other)));
    if (node !== null) for (const other of around) if (!graph.hasEdge(node, other)) added.push(graph.addEdge(node, other, { size: 1.2 }));
    sigma.setSetting("renderLabels", chosen !== null || sigma.getCamera().getState().ratio < FAR || !data.regions.length);
    sigma.refresh();
    tell();
    if (node !== null && move) look(node);
    history.replaceState(null, "", node === null ? location.pathname : "#" + data.slug[node]);
  }
  function look(node) {
    const here = sigma.getNodeDisplayData(node);
    const far = (place) => Math.hypot(place.x - here.x, place.y - here.y);
    const known = [...around].map((each) => sigma.getNodeDisplayData(each)).filter(Boolean).sort((a, b) => far(a) - far(b));
    /* One that lies far off is no reason to look at everything between. */
    const places = [here, ...known.slice(0, Math.ceil(known.length * 0.75))];
    const [xs, ys] = [places.map((each) => each.x), places.map((each) => each.y)];
    const wide = Math.max(Math.max(...xs) - Math.min(...xs), Math.max(...ys) - Math.min(...ys), 0.03);
    sigma.getCamera().animate({ x: (Math.max(...xs) + Math.min(...xs)) / 2, y: (Math.max(...ys) + Math.min(...ys)) / 2, ratio: Math.min(1, wide * 1.8) }, { duration: 500 });
  }
  function tell() {
    if (chosen === null) { near.replaceChildren(text("p", "Artifacts that can do similar things lie near each other. Choose a point to see what it is joined to.")); return; }
    const head = document.createElement("h2");
    head.append(link(Number(chosen)));
    const list = document.createElement("ul");
    for (const [other, kind] of ties.get(Number(chosen)) || []) {
      const item = document.createElement("li");
      item.append(link(other), text("span", ` ${WORDS[kind] || kind.replaceAll("_", " ")}`));
      list.append(item);
    }
    near.replaceChildren(head, text("p", `${data.types[data.type[chosen]]}, joined to ${around.size}`), list);
  }
  function link(at) {
    const made = document.createElement("a");
    made.href = sky.dataset.artifact + encodeURIComponent(data.slug[at]).replaceAll("%7E", "~") + sky.dataset.ending;
    made.textContent = data.name[at];
    return made;
  }

  sigma.on("clickNode", ({ node }) => choose(node, false));
  sigma.on("doubleClickNode", (event) => { event.preventSigmaDefault(); location.href = link(Number(event.node)).href; });
  sigma.on("clickStage", () => choose(null));
  sigma.on("enterNode", () => { sky.classList.add("pointing"); });
  sigma.on("leaveNode", () => { sky.classList.remove("pointing"); });

  const camera = sigma.getCamera();
  document.getElementById("in").onclick = () => camera.animatedZoom({ duration: 250 });
  document.getElementById("out").onclick = () => camera.animatedUnzoom({ duration: 250 });
  document.getElementById("all").onclick = () => { choose(null); camera.animatedReset({ duration: 400 }); };
  sky.addEventListener("keydown", (event) => {
    const step = 0.08 * camera.getState().ratio;
    const moves = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, step], ArrowDown: [0, -step] };
    if (moves[event.key]) {
      const { x, y } = camera.getState();
      camera.setState({ x: x + moves[event.key][0], y: y + moves[event.key][1] });
    } else if (event.key === "+" || event.key === "=") camera.animatedZoom({ duration: 200 });
    else if (event.key === "-") camera.animatedUnzoom({ duration: 200 });
    else if (event.key === "Escape") { choose(null); camera.animatedReset({ duration: 300 }); }
    else return;
    event.preventDefault();
  });

  /* The words of regions, on top of the points; as many as have room. */
  const signs = data.regions.map(([words, x, y]) => {
    const sign = document.createElement("div");
    sign.className = "region";
    sign.setAttribute("aria-hidden", "true");
    sign.textContent = words;
    sky.append(sign);
    return { sign, x, y, wide: sign.offsetWidth };
  });
  function place() {
    const taken = [];
    const ratio = camera.getState().ratio;
    for (const { sign, x, y, wide } of signs) {
      const at = sigma.graphToViewport({ x, y });
      const seen = at.x > 0 && at.y > 0 && at.x < sky.clientWidth && at.y < sky.clientHeight;
      const half = Math.min(wide / 2 + 8, sky.clientWidth / 2);
      at.x = Math.min(Math.max(at.x, half), sky.clientWidth - half);
      const box = [at.x - half, at.y - 15, at.x + half, at.y + 15];
      const free = taken.every((other) => apart(box, other));
      sign.hidden = !free || !seen || chosen !== null || ratio < FAR;
      if (sign.hidden) continue;
      taken.push(box);
      sign.style.left = `${at.x}px`;
      sign.style.top = `${at.y}px`;
    }
  }
  sigma.on("afterRender", place);
  function signsOrNames() {
    const wanted = chosen !== null || camera.getState().ratio < FAR || !signs.length;
    if (sigma.getSetting("renderLabels") !== wanted) sigma.setSetting("renderLabels", wanted);
  }
  camera.on("updated", signsOrNames);
  signsOrNames();

  const legend = document.getElementById("legend");
  data.families.forEach((family, at) => {
    const types = data.types.filter((_, each) => data.family[each] === at);
    if (!types.length) return;
    const label = document.createElement("label");
    const tick = Object.assign(document.createElement("input"), { type: "checkbox", checked: true });
    const spot = document.createElement("i");
    spot.style.background = colour(at);
    tick.onchange = () => { tick.checked ? hidden.delete(at) : hidden.add(at); sigma.refresh(); };
    label.append(tick, spot, `${family} `, text("span", types.join(", ")));
    legend.append(label);
  });

  const where = document.getElementById("where");
  const names = document.getElementById("names");
  where.addEventListener("input", () => {
    const wanted = where.value.trim().toLowerCase();
    const exact = data.name.findIndex((name) => name.toLowerCase() === wanted);
    if (exact >= 0) choose(String(exact), true);
    names.replaceChildren(...(wanted.length < 2 ? [] : data.name.filter((name) => name.toLowerCase().includes(wanted)).slice(0, 12)).map((name) => {
      const option = document.createElement("option");
      option.value = name;
      return option;
    }));
  });
  document.getElementById("find").addEventListener("submit", (event) => {
    event.preventDefault();
    const wanted = where.value.trim().toLowerCase();
    const found = wanted ? data.name.findIndex((name) => name.toLowerCase().includes(wanted)) : -1;
    if (found >= 0) choose(String(found), true);
  });
  function follow() {
    const node = bySlug.get(decodeURIComponent(location.hash.slice(1)));
    if (node !== undefined && node !== chosen) choose(node, true);
  }
  addEventListener("hashchange", follow);
  follow();
  dark.addEventListener("change", () => location.reload());
}

function apart(one, other) {
  return one[2] < other[0] || other[2] < one[0] || one[3] < other[1] || other[3] < one[1];
}
function text(kind, words) {
  const made = document.createElement(kind);
  made.className = "quiet";
  made.textContent = words;
  return made;
}
