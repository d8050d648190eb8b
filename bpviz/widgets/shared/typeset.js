// Sentences in which the names of quantities are set in type, as in formulas.

import { make } from "./elements.js";

const ROUND_A_NAME = /^(\(*)(.*?)((?:'s)?[.,:;?!)]*)$/s;

// The parts of a sentence; `labels` says by their names how quantities are written, as Python made it.
export function typeset(text, labels) {
  const known = (name) => Object.hasOwn(labels, name);
  return text.split(/(\s+)/).flatMap((word) => {
    const [, before, name, after] = known(word) ? [word, "", word, ""] : ROUND_A_NAME.exec(word);
    if (!known(name)) return [word];
    const written = make("span", { class: "bpv-written" });
    written.innerHTML = labels[name];
    return [before, written, after];
  });
}

export const write = (element, text, labels) => element.replaceChildren(...typeset(text, labels));
