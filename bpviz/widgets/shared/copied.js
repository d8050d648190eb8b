// What puts a text into the clipboard and says so; where that is refused it stands selected, to be copied by hand.

import { make } from "./elements.js";

export class Copied {
  constructor(say, area) {
    Object.assign(this, { say, area });
    this.element = make("span", { role: "status", class: "bpv-copied" });
  }

  clear() { this.element.textContent = ""; }

  async put(text) {
    const done = await navigator.clipboard?.writeText(text).then(() => true, () => false);
    if (!done) {
      this.area.hidden = false;
      this.area.value = text;
      this.area.select();
    }
    this.element.textContent = this.say(done ? "page.copied" : "page.selected");
  }
}
