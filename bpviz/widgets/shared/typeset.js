// Sentences in which the names of quantities are set in type, as in formulas.

import { mathElement } from "./elements.js";

const ROUND_A_NAME = /^(\(*)(.*?)((?:'s)?[.,:;?!)]*)$/s;

export class Typeset {
  // `labels` are the names' labels, one for each.  What could be a word of a sentence is left as it is.
  constructor(names, labels) {
    this.labels = new Map(names.flatMap((name, n) => (/^\p{L}+$/u.test(name) ? [] : [[name, labels[n]]])));
  }

  parts(text) {
    return text.split(/(\s+)/).flatMap((word) => {
      const [, before, name, after] = this.labels.has(word) ? [word, "", word, ""] : ROUND_A_NAME.exec(word);
      return this.labels.has(name) ? [before, mathElement(`<mrow>${this.labels.get(name)}</mrow>`), after] : [word];
    });
  }

  write(element, text) { element.replaceChildren(...this.parts(text)); }
}
