"""What a person sees of a widget without scrolling: everything is measured in the page, nothing is taken on trust."""

from typing import Any

#: Returns sentences about what is cut, covered, too small or out of sight, and where the fixed parts of the stage are.
LOOK = r"""(root) => {
  const found = [];
  const name = (e) => e.className?.baseVal ?? (e.className || e.localName);
  const seen = (e) => e.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  // Some engines count the stroke round letters and shapes, and some do not; here nobody's counts.
  const box = (e) => {
    if (!e.getBBox || e.localName === "svg") return e.getBoundingClientRect();
    const { x, y, width, height } = e.getBBox();
    const [a, b] = [[x, y], [x + width, y + height]].map((at) => new DOMPoint(...at).matrixTransform(e.getScreenCTM()));
    return { left: a.x, top: a.y, right: b.x, bottom: b.y, width: b.x - a.x, height: b.y - a.y };
  };
  const inside = (a, b, by = 1) => a.left >= b.left - by && a.top >= b.top - by && a.right <= b.right + by && a.bottom <= b.bottom + by;
  const covers = (a, b, by = 1) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > by && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > by;
  const told = (e) => `${name(e)} '${e.textContent.trim().slice(0, 30)}'`;

  // In sight: within the window and all that scrolls round the widget.
  let sight = { left: 0, top: 0, right: innerWidth, bottom: innerHeight };
  for (let e = root.parentElement; e && e !== document.body; e = e.parentElement) {
    if (getComputedStyle(e).overflowY === "visible") continue;
    const b = box(e);
    sight = { left: Math.max(sight.left, b.left), top: Math.max(sight.top, b.top), right: Math.min(sight.right, b.right), bottom: Math.min(sight.bottom, b.bottom) };
  }
  const needed = [...root.querySelectorAll(".bpv-drawing svg, .bpv-sentence, .bpv-equation math, .bpv-next, .bpv-apply, .bpv-needed")].filter(seen);
  for (const e of needed) if (!inside(box(e), sight)) found.push(`${told(e)} is out of sight`);
  if (!inside(box(root), sight)) found.push(`the widget reaches from ${Math.round(box(root).top)} to ${Math.round(box(root).bottom)}, in sight are ${Math.round(sight.top)} to ${Math.round(sight.bottom)}`);

  // Nothing is cut: only what folds, and lists that say that they scroll, may be longer than their place.
  for (const e of [root, ...root.querySelectorAll("*")]) {
    if (e.closest("svg, math, legend, .bpv-surface-widget .bpv-controls label, .bpv-fold, .bpv-travels, .bpv-live, .bpv-skip, .bpv-blank, select, [data-scrolls]") || !seen(e) || !e.clientWidth || getComputedStyle(e).display === "inline") continue;
    if (e.scrollWidth > e.clientWidth + 1 && !e.matches("input")) found.push(`${told(e)} is ${e.scrollWidth} wide in ${e.clientWidth}`);
    if (e.scrollHeight > e.clientHeight + 1 && !e.matches("input")) found.push(`${told(e)} is ${e.scrollHeight} high in ${e.clientHeight}`);
    if (!inside(box(e), box(root))) found.push(`${told(e)} sticks out of the widget`);
  }

  // Nothing covers anything: neighbours, and the words of the drawing.
  for (const parent of [root, ...root.querySelectorAll("div, section, p, form")]) {
    if (parent.closest("svg, math, .bpv-live, .bpv-said-now") || !seen(parent)) continue;
    const parts = [...parent.children].filter((e) => seen(e) && !e.matches(".bpv-live, .bpv-skip, .bpv-blank, [data-over]") && box(e).width);
    parts.forEach((a, n) => { for (const b of parts.slice(n + 1)) if (covers(box(a), box(b))) found.push(`${told(a)} covers ${told(b)}`); });
  }
  for (const svg of root.querySelectorAll(".bpv-drawing svg")) {
    if (!seen(svg)) continue;
    const words = [...svg.querySelectorAll("text")].filter((e) => seen(e) && e.textContent.trim() && !e.closest(".bpv-pending, .bpv-travels, .bpv-behind"));
    for (const e of words) if (!inside(box(e), box(svg), 2)) found.push(`${told(e)} sticks out of the drawing`);
    // the box of a line of type is higher than its letters
    const letters = words.map((e) => { const b = box(e); const by = 0.18 * b.height; return { left: b.left, right: b.right, top: b.top + by, bottom: b.bottom - by }; });
    words.forEach((a, n) => { for (let k = n + 1; k < words.length; k += 1) if (covers(letters[n], letters[k])) found.push(`${told(a)} covers ${told(words[k])} in the drawing`); });
    const shapes = [...svg.querySelectorAll(".bpv-node-shape")];
    shapes.forEach((shape) => words.forEach((e, k) => {
      if (!shape.parentNode.contains(e) && covers(letters[k], box(shape), 3)) found.push(`${told(e)} covers the shape of ${shape.parentNode.dataset.node}`);
    }));
  }

  // Type that can be read, and targets that can be hit.
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const e = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !seen(e) || e.closest(".bpv-live, .bpv-skip, option")) continue;
    const svg = e.closest("svg");
    const scale = svg ? svg.getScreenCTM().a : 1;
    const size = parseFloat(getComputedStyle(e).fontSize) * scale;
    if (size < 10.95) found.push(`type of ${size.toFixed(1)} px: ${told(e)}`);
  }
  if (matchMedia("(pointer: coarse)").matches) {
    for (const e of root.querySelectorAll("button, select, input:not([type=checkbox]), summary, label:has(input)")) {
      const b = box(e);
      if (seen(e) && !e.closest(".bpv-skip") && (b.width < 43.5 || b.height < 43.5)) found.push(`${told(e) || e.type} is a target of ${Math.round(b.width)} x ${Math.round(b.height)}`);
    }
  }

  const at = {};
  for (const selector of [".bpv-bar", ".bpv-drawing svg", ".bpv-sentence", ".bpv-equation", ".bpv-controls", ".bpv-back", ".bpv-counter"]) {
    const e = root.querySelector(selector);
    if (e && seen(e)) at[selector] = [box(e).left, box(e).top];
  }
  return { found: [...new Set(found)], at };
}"""

#: Goes through all steps and looks at each.
WALK = f"""async (root, most) => {{
  const look = {LOOK};
  const frame = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  const key = (key) => root.dispatchEvent(new KeyboardEvent("keydown", {{ key, bubbles: true }}));
  const found = [];
  let first = null;
  key("Home");
  for (let n = 0; n < most; n += 1) {{
    await frame();
    const seen = look(root);
    found.push(...seen.found.map((sentence) => `step ${{n + 1}}: ${{sentence}}`));
    for (const [part, place] of Object.entries(first ?? seen.at)) {{
      const now = seen.at[part];
      if (now && Math.hypot(now[0] - place[0], now[1] - place[1]) > 1) found.push(`step ${{n + 1}}: ${{part}} moved from ${{place}} to ${{now}}`);
    }}
    first ??= seen.at;
    if (root.querySelector(".bpv-next")?.getAttribute("aria-disabled") === "true") break;
    key("ArrowRight");
  }}
  return found;
}}"""


def walked(root: Any, most: int = 400) -> list[str]:
    """What is wrong with a stage at any of its steps, once it is brought into sight."""
    root.evaluate("e => e.scrollIntoView({ block: 'center' })")
    return list(root.evaluate(WALK, most))


def looked(root: Any) -> list[str]:
    """What is wrong with a widget as it stands, once it is brought into sight."""
    root.evaluate("e => e.scrollIntoView({ block: 'center' })")
    return list(root.evaluate(f"e => ({LOOK})(e).found"))
