// The stepper's page: it shows rows that Python made, lights up what belongs together, and formats numbers.

const NS = "http://www.w3.org/1998/Math/MathML";
const PHASES = ["Forward pass", "Error", "Chain rule", "Update", "Proof"];
const PLAY_EVERY = 1500; // milliseconds
const ICONS = {
  first: "M6 5v14M18 5l-9 7 9 7z",
  back: "M16 5l-9 7 9 7z",
  play: "M8 5l11 7-11 7z",
  pause: "M8 5v14M16 5v14",
  next: "M8 5l9 7-9 7z",
  last: "M18 5v14M6 5l9 7-9 7z",
};

// Makes an element; text and attributes are set as such, never as markup.
function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (value !== false && value !== null) element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children);
  return element;
}

function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

function mathElement(markup) {
  const math = document.createElementNS(NS, "math");
  math.innerHTML = markup;
  return math;
}

function aligned(row) {
  const lines = row.sides.map(
    (side, n) => `<mtr><mtd>${n === 0 ? row.label : ""}</mtd><mtd><mrow><mo>=</mo>${side}</mrow></mtd></mtr>`,
  );
  return `<mtable class="bpv-eq" displaystyle="true">${lines.join("")}</mtable>`;
}

// For the list of earlier steps: the name, its formula and its value on one line.
function inline(row) {
  const shown = row.sides.length > 1 ? [row.sides[0], row.sides[row.sides.length - 1]] : row.sides;
  return `<mrow>${[row.label, ...shown].join("<mo>=</mo>")}</mrow>`;
}

function render({ model, el }) {
  const get = (name) => model.get(name);
  const uid = `bpv${Math.random().toString(36).slice(2)}`;

  // --- the parts of the page ---

  const button = (name, label, action) =>
    make("button", { type: "button", "aria-label": label, title: label, "data-do": name, onclick: action }, icon(name));
  const goTo = (index) => {
    const last = script().steps.length - 1;
    const wanted = Math.max(0, Math.min(last, index));
    if (wanted === get("step")) return;
    model.set("step", wanted);
    model.save_changes();
  };
  const ask = (name, value) => model.send({ set: name, value });

  const wrt = make("select", { id: `${uid}w`, onchange: () => choose(wrt.value) });
  const iteration = make("select", { id: `${uid}i`, onchange: () => ask("iteration", Number(iteration.value)) });
  const rate = make("input", {
    id: `${uid}r`, type: "number", min: "0", step: "any", onchange: () => ask("learning_rate", Number(rate.value)),
  });
  const digits = make("input", {
    id: `${uid}d`, type: "number", min: "1", max: "15", onchange: () => ask("digits", Number(digits.value)),
  });
  const field = (label, input) => make("span", { class: "bpv-field" }, make("label", { for: input.id }, label), input);
  const bar = make(
    "div", { class: "bpv-bar" },
    field("Derive", wrt), field("Iteration", iteration), field("Learning rate", rate), field("Digits", digits),
  );

  const shown = make("span", { class: "bpv-shown" });
  bar.append(shown);
  const drawing = make("div", { class: "bpv-drawing", tabindex: "0", role: "group", "aria-label": "The network" });
  const chain = make("div", { class: "bpv-chain", tabindex: "0", role: "group", "aria-label": "Chain rule" });
  const phases = make("div", { class: "bpv-phases", role: "group", "aria-label": "Phases" });
  const chips = PHASES.map((phase) =>
    make("button", { type: "button", onclick: () => goTo(script().steps.findIndex((s) => rows()[s].phase === phase)) }, phase),
  );
  phases.append(...chips);
  const sentence = make("p", { class: "bpv-sentence" });
  const note = make("p", { class: "bpv-note", hidden: true });
  const equation = make("div", { class: "bpv-equation", tabindex: "0", role: "group", "aria-label": "This step" });
  const now = make("div", { class: "bpv-now" }, sentence, note, equation);
  const log = make("ol", { class: "bpv-log", tabindex: "0", "aria-label": "Steps so far" });
  const panel = make("div", { class: "bpv-panel" }, phases, chain, now, log);

  const play = button("play", "Play", () => setPlaying(!timer));
  const slider = make("input", { type: "range", min: "0", "aria-label": "Step", oninput: () => goTo(Number(slider.value)) });
  const counter = make("span", { class: "bpv-counter" });
  const apply = make(
    "button", { type: "button", class: "bpv-apply", onclick: () => applyUpdate() }, "Apply update",
  );
  const first = button("first", "First step", () => goTo(0));
  const back = button("back", "Previous step", () => goTo(get("step") - 1));
  const next = button("next", "Next step", () => goTo(get("step") + 1));
  const last = button("last", "Last step", () => goTo(Infinity));
  const controls = make("div", { class: "bpv-controls" }, first, back, play, next, last, slider, counter, apply);
  const message = make("p", { class: "bpv-message", role: "alert", hidden: true });
  const live = make("div", { class: "bpv-live", "aria-live": "polite" });
  const root = make(
    "div",
    { class: "bpv bpv-stepper", tabindex: "-1", role: "group", "aria-label": get("_title"), "data-lm-suppress-shortcuts": "true" },
    bar, make("div", { class: "bpv-main" }, drawing, panel), controls, message, live,
  );
  el.append(root);

  // --- what is known ---

  const rows = () => get("_rows");
  const script = () => get("_scripts")[get("wrt")] ?? { steps: [], chain: "" };
  const index = () => Math.min(get("step"), script().steps.length - 1);

  // --- showing ---

  const fill = (element) => {
    const numbers = get("_numbers");
    for (const place of element.querySelectorAll(".bpv-v")) {
      const value = numbers[place.dataset.v];
      if (value === undefined) continue;
      place.innerHTML = numberMathML(value, get("digits"), place.hasAttribute("data-guard"));
    }
    return element;
  };

  let drawn = null; // the parameter whose list of steps stands in the page
  function showLog(count) {
    if (drawn !== get("wrt")) {
      drawn = get("wrt");
      log.replaceChildren();
    }
    while (log.children.length > count) log.lastChild.remove();
    while (log.children.length < count) {
      const n = log.children.length;
      const row = rows()[script().steps[n]];
      const item = make("li", { onclick: () => goTo(n), title: row.sentence });
      item.append(fill(mathElement(inline(row))));
      log.append(item);
    }
    log.scrollTop = log.scrollHeight;
  }

  function showDrawing(row, done) {
    const styles = get("_edges");
    for (const shape of drawing.querySelectorAll("[data-edge]")) {
      const name = shape.dataset.edge;
      shape.classList.toggle("bpv-on", row.edges.includes(name));
      shape.classList.toggle("bpv-wrt", shape.dataset.parameter === get("wrt"));
      const line = shape.querySelector(".bpv-line");
      if (line && styles[name]) {
        line.setAttribute("stroke-width", styles[name][0]);
        shape.classList.toggle("bpv-minus", styles[name][1] === "bpv-minus");
        shape.classList.toggle("bpv-plus", styles[name][1] === "bpv-plus");
      }
    }
    for (const shape of drawing.querySelectorAll("[data-node]")) {
      shape.classList.toggle("bpv-on", row.nodes.includes(shape.dataset.node));
      shape.classList.toggle("bpv-wrt", shape.dataset.parameter === get("wrt"));
    }
    bringIntoView();
    const numbers = get("_numbers");
    for (const place of drawing.querySelectorAll("[data-n]")) {
      const name = place.dataset.n + ("perSample" in place.dataset && row.suffix ? row.suffix : "");
      const known = name in numbers && (!(name in rows()) || done.has(name));
      const text = known ? numberText(numbers[name], get("digits")) : "";
      place.textContent = text;
      if (place.dataset.room && text.length > 8) {
        place.setAttribute("textLength", place.dataset.room);
        place.setAttribute("lengthAdjust", "spacingAndGlyphs");
      } else place.removeAttribute("textLength");
      if (place.tagName === "tspan" && "perSample" in place.dataset) place.parentNode.classList.toggle("bpv-pending", !known);
    }
  }

  // On a narrow screen the drawing scrolls sideways; what is lit must be in sight.
  function bringIntoView() {
    if (drawing.scrollWidth <= drawing.clientWidth) return;
    const frame = drawing.getBoundingClientRect();
    const lit = [...drawing.querySelectorAll(".bpv-node.bpv-on")].map((shape) => shape.getBoundingClientRect());
    if (!lit.length) return;
    const left = Math.min(...lit.map((box) => box.left));
    const right = Math.max(...lit.map((box) => box.right));
    drawing.scrollLeft += (left + right) / 2 - (frame.left + frame.right) / 2;
  }

  function showChain(done, current) {
    for (const place of chain.querySelectorAll(".bpv-q")) {
      place.classList.toggle("bpv-done", done.has(place.dataset.q));
      place.classList.toggle("bpv-current", place.dataset.q === current);
    }
    for (const place of chain.querySelectorAll(".bpv-under")) {
      place.classList.toggle("bpv-hidden", !done.has(place.dataset.v));
    }
  }

  // In a batch: the sample of this step, or of the last step before it that belongs to one.
  function sampleAt(steps, at) {
    for (let n = at; n >= 0; n -= 1) {
      const { sample } = rows()[steps[n]];
      if (sample !== null) return sample + 1;
    }
    return 0;
  }

  // What is computed now must be in sight where the chain rule is longer than its box.
  function scrollChain() {
    const place = chain.querySelector(".bpv-current");
    if (!place) return;
    const [frame, box] = [chain.getBoundingClientRect(), place.getBoundingClientRect()];
    if (box.top < frame.top || box.bottom > frame.bottom) chain.scrollTop += box.top - frame.top - 30;
    if (box.left < frame.left || box.right > frame.right) chain.scrollLeft += box.left - frame.left - 60;
  }

  function show() {
    const { steps } = script();
    if (!steps.length) return; // its derivation is still on its way from the kernel
    const at = index();
    const sample = sampleAt(steps, at);
    const row = { ...rows()[steps[at]], suffix: sample ? `(${sample})` : "" };
    const done = new Set(steps.slice(0, at + 1));
    sentence.textContent = row.sentence;
    note.textContent = get("_notes")[row.name] ?? "";
    note.hidden = !note.textContent;
    equation.replaceChildren(fill(mathElement(aligned(row))));
    equation.dataset.kind = row.kind;
    showChain(done, row.name);
    scrollChain();
    showLog(at);
    showDrawing(row, done);
    chips.forEach((chip, n) => {
      const here = PHASES[n] === row.phase;
      chip.classList.toggle("bpv-here", here);
      if (here) chip.setAttribute("aria-current", "step");
      else chip.removeAttribute("aria-current");
      chip.hidden = !steps.some((s) => rows()[s].phase === PHASES[n]);
    });
    slider.max = String(steps.length - 1);
    slider.value = String(at);
    const said = row.said ?? `${row.text} = ${numberText(get("_numbers")[row.name], get("digits"))}`;
    slider.setAttribute("aria-valuetext", `Step ${at + 1} of ${steps.length}: ${row.text}`);
    counter.textContent = `${at + 1} / ${steps.length}`;
    shown.textContent = sample ? `Shown: sample ${sample}` : "";
    live.textContent = `Step ${at + 1} of ${steps.length}, ${row.phase}. ${row.sentence} ${note.textContent} ${said}`;
    // aria-disabled instead of disabled: a button that turns disabled under the focus loses it
    for (const [control, off] of [[first, at === 0], [back, at === 0], [next, at === steps.length - 1], [last, at === steps.length - 1]]) {
      control.setAttribute("aria-disabled", String(off));
    }
    if (timer && at === steps.length - 1) setPlaying(false);
  }

  function showSettings() {
    const losses = get("_losses");
    iteration.replaceChildren(
      ...losses.map((loss, n) => make("option", { value: n, selected: n === get("iteration") }, `${n}: E = ${numberText(loss, get("digits"))}`)),
    );
    if (wrt.options.length !== get("_parameters").length) {
      wrt.replaceChildren(...get("_parameters").map((name) => make("option", { value: name }, name)));
    }
    wrt.value = get("wrt");
    rate.value = String(get("learning_rate"));
    digits.value = String(get("digits"));
    apply.title = `Move every parameter and go on with iteration ${get("iteration") + 1}`;
    message.textContent = get("_message");
    message.hidden = !message.textContent;
  }

  function showParameter() {
    const { chain: markup } = script();
    if (!markup) return;
    chain.replaceChildren();
    chain.innerHTML = markup;
    fill(chain);
    showSettings();
    show();
  }

  function showNumbers() {
    fill(chain);
    fill(log);
    showSettings();
    show();
  }

  // --- doing ---

  function choose(name) {
    if (!name || name === get("wrt") || !get("_parameters").includes(name)) return;
    const there = get("_scripts")[name];
    if (!there) return ask("wrt", name);
    const at = get("step");
    model.set({ wrt: name, step: there.steps[at] === script().steps[at] ? at : there.start });
    model.save_changes();
  }

  function applyUpdate() {
    setPlaying(false);
    model.send({ do: "update" });
  }

  let timer = 0;
  function setPlaying(on) {
    clearInterval(timer);
    timer = 0;
    if (on) {
      if (index() === script().steps.length - 1) goTo(0);
      timer = setInterval(() => goTo(get("step") + 1), PLAY_EVERY);
    }
    play.replaceChildren(icon(on ? "pause" : "play"));
    const label = on ? "Pause" : "Play";
    play.setAttribute("aria-label", label);
    play.title = label;
  }

  // --- one thing pointed at lights up everywhere ---

  function light(name) {
    for (const place of root.querySelectorAll(".bpv-lit")) place.classList.remove("bpv-lit");
    if (name === null) return;
    const touched = get("_touches")[name] ?? { nodes: [], edges: [] };
    for (const shape of drawing.querySelectorAll("[data-edge], [data-node]")) {
      const lit = shape.dataset.edge ? touched.edges.includes(shape.dataset.edge) : touched.nodes.includes(shape.dataset.node);
      shape.classList.toggle("bpv-lit", lit);
    }
    for (const place of panel.querySelectorAll(".bpv-q, .bpv-v")) {
      place.classList.toggle("bpv-lit", (place.dataset.q ?? place.dataset.v) === name);
    }
  }

  function lightShape(shape) {
    light(null);
    const belongs = shape.dataset.parameter
      ? (name) => name === shape.dataset.parameter
      : (name) => (get("_touches")[name]?.nodes ?? []).join() === shape.dataset.node;
    for (const place of panel.querySelectorAll(".bpv-q, .bpv-v")) {
      place.classList.toggle("bpv-lit", belongs(place.dataset.q ?? place.dataset.v));
    }
    for (const twin of drawing.querySelectorAll("[data-edge], [data-node]")) {
      const same = shape.dataset.parameter ? twin.dataset.parameter === shape.dataset.parameter : twin === shape;
      twin.classList.toggle("bpv-lit", same);
    }
  }

  root.addEventListener("pointerover", (event) => {
    const label = event.target.closest(".bpv-q, .bpv-v");
    if (label) return light(label.dataset.q ?? label.dataset.v);
    const shape = event.target.closest("[data-edge], [data-node]");
    if (shape) lightShape(shape);
    else light(null);
  });
  root.addEventListener("pointerleave", () => light(null));
  drawing.addEventListener("click", (event) => {
    const shape = event.target.closest("[data-parameter]");
    if (shape) choose(shape.dataset.parameter);
  });
  root.addEventListener("click", (event) => {
    if (!event.target.closest("button, select, input, [tabindex='0']")) root.focus({ preventScroll: true });
  });

  const KEYS = {
    ArrowRight: 1, PageDown: 1, ArrowLeft: -1, PageUp: -1, Home: -Infinity, End: Infinity,
  };
  root.addEventListener("keydown", (event) => {
    event.stopPropagation(); // the notebook has other uses for these keys
    if (!(event.key in KEYS) || event.altKey || event.ctrlKey || event.metaKey) return;
    const typing = event.target.matches("select, input[type=number]");
    if (typing && !event.key.startsWith("Page")) return;
    event.preventDefault();
    goTo(get("step") + KEYS[event.key]);
  });

  // --- following the model ---

  drawing.innerHTML = get("_svg");
  // A proof has neither a network nor numbers: what belongs to them is not shown.
  for (const part of get("_svg") ? [] : [drawing, bar.children[1], bar.children[2], bar.children[3], apply]) part.hidden = true;
  root.classList.toggle("bpv-alone", !get("_svg"));
  const on = (names, action) => model.on(names.split(" ").map((name) => `change:${name}`).join(" "), action);
  on("step _notes", show);
  on("wrt _scripts", showParameter);
  on("_numbers digits _edges", showNumbers);
  on("iteration learning_rate _losses _message", showSettings);
  showParameter();

  return () => clearInterval(timer);
}

export default { render };
