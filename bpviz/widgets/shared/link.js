// A link that opens on what is shown now, with what a teacher hides; what it may hold, Python says.

export class Link {
  constructor(page) {
    this.page = page;
    this.hidden = [];
    this.exported = Object.fromEntries((this.rules?.rows ?? []).map(([, trait]) => [trait, page.get(trait)])); // where a link says nothing
    // On a page with several widgets an address could mean any of them.
    this.isOffered = this.rules && page.model.alone && document.querySelectorAll("[data-widget]").length === 1;
  }

  get rules() { return this.page.get("_link"); }

  // Opens what the address says, now and when another link to the page is opened.
  follow() {
    if (!this.isOffered) return;
    const hear = () => this.hear();
    hear();
    addEventListener("hashchange", hear);
    this.page.forget.push(() => removeEventListener("hashchange", hear));
  }

  hear(hash = location.hash) {
    if (!this.isLink(hash)) return;
    const refusal = this.open(hash);
    setTimeout(() => this.page.report(refusal)); // after what a change reports
    if (refusal) return;
    this.withhold();
    this.opened();
  }

  isLink(hash) { return /(^|[#&])v=/.test(hash); }

  withhold() {
    const { hide } = this.rules;
    const { folds, root, stage } = this.page;
    for (const name of Object.keys(hide)) root.classList.toggle(`bpv-no-${name}`, this.hidden.includes(name));
    folds?.withhold(this.hidden.map((name) => hide[name]).filter(Boolean));
    if (stage.presenting && this.hidden.includes("present")) stage.present(false);
  }

  // The address of what is shown now.
  get address() {
    const { page } = this;
    const rows = Object.fromEntries(this.rules.rows.map(([key, trait]) => [key, page.get(trait)]));
    const said = { v: this.rules.version, ...rows, ...this.own(), hide: this.hidden.join() };
    const parts = Object.entries(said).filter(([, value]) => value !== "").map(([key, value]) => `${key}=${encodeURIComponent(value)}`);
    return `${location.href.split("#")[0]}#${parts.join("&")}`;
  }

  // Opens what the address says, all of it or nothing; returns the sentence why not.
  open(hash) {
    const { page } = this;
    const before = this.keep();
    try {
      const { hide, ...state } = this.read(this.parts(hash));
      this.hidden = hide;
      if (page.player?.playing) page.setPlaying(false);
      page.model.set(state);
      return "";
    } catch (error) {
      this.restore(before);
      return page.say("page.no_link", { part: error.message });
    }
  }

  parts(hash) { return new URLSearchParams(hash.slice(1).replaceAll("+", "%2B")); }

  read(said) {
    const { version, keys, whole, rows, hide, longest } = this.rules;
    const refuse = (part) => { throw new Error(`${part}=${said.get(part)}`.slice(0, longest)); };
    const number = (key, least, most, usual) => {
      if (!said.has(key)) return usual;
      const value = Number(said.get(key));
      return new RegExp(whole).test(said.get(key)) && value >= least && value <= most ? value : refuse(key);
    };
    if (said.get("v") !== version) refuse("v");
    for (const key of said.keys()) if (!keys.includes(key) || said.getAll(key).length > 1) refuse(key);
    const hidden = (said.get("hide") ?? "").split(",").filter(Boolean);
    if (!hidden.every((name) => Object.hasOwn(hide, name))) refuse("hide");
    const state = rows.map(([key, trait, least, most]) => [trait, number(key, least, most ?? this.page.last, this.exported[trait])]);
    return { hide: hidden, ...this.readOwn(said, Object.fromEntries(state), number, refuse) };
  }

  // What subclasses add: what else the address says, how it is read, and what brings the page back where it does not fit.
  own() { return {}; }
  readOwn(said, state) { return state; }
  keep() { return null; }
  restore() {}
  opened() {}

  // A sentence on what is shown and not in the address.
  get lost() { return ""; }
}
