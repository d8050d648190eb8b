// A link that opens on what is shown now: parameter, step, iteration, digits, changed numbers and what a teacher hides.

const VERSION = "1";

export class Link {
  constructor(page) {
    this.page = page;
    this.hidden = [];
    // On a page with several widgets an address could mean any of them, and a builder's network is not in it.
    this.isOffered = page.model.alone && !page.parts.length && document.querySelectorAll("[data-widget]").length === 1;
  }

  // Opens what the address says, now and when another link to the page is opened.
  follow() {
    if (!this.isOffered) return;
    const open = () => {
      const refusal = this.open();
      for (const name of this.page.get("_bounds").hide) this.page.root.classList.toggle(`bpv-no-${name}`, this.hidden.includes(name));
      this.page.live.follow();
      if (refusal) setTimeout(() => this.page.report(refusal)); // after what a change reports
    };
    open();
    addEventListener("hashchange", open);
    this.page.forget.push(() => removeEventListener("hashchange", open));
  }

  // The address of what is shown now; numbers that nobody changed are not in it.
  get address() {
    const { page } = this;
    const said = { v: VERSION, wrt: page.get("wrt"), step: page.at, at: page.get("iteration"), digits: page.get("digits"), given: this.changed().join(), hide: this.hidden.join() };
    const parts = Object.entries(said).filter(([, value]) => value !== "").map(([key, value]) => `${key}=${encodeURIComponent(value)}`);
    return `${location.href.split("#")[0]}#${parts.join("&")}`;
  }

  // What was changed, as iteration:place:number.
  changed() {
    const { live } = this.page;
    return live.anchors.flatMap(([at, numbers]) => {
      const before = at ? live.next(live.at(at - 1)) : live.start[1];
      return [...numbers].flatMap((value, n) => (value === before[n] ? [] : [`${at}:${n}:${value}`]));
    });
  }

  // Opens what the address says, all of it or nothing; returns the sentence why not.
  open() {
    const { page } = this;
    const fragment = location.hash.slice(1);
    if (!/(^|&)v=/.test(fragment)) return "";
    const { anchors } = page.live;
    try {
      const { hide, ...state } = this.read(new URLSearchParams(fragment));
      this.hidden = hide;
      page.model.set(state);
      return "";
    } catch (error) {
      page.live.restart(anchors);
      return page.say("away.broken", { part: error.message });
    }
  }

  read(said) {
    const { page } = this;
    const { live } = page;
    const bounds = page.get("_bounds");
    const refuse = (part) => { throw new Error(`${part}=${said.get(part)}`); };
    const whole = (part, [least, most], usual) => {
      const value = said.has(part) ? Number(said.get(part)) : usual;
      return /^\d{1,9}$/.test(said.get(part) ?? "0") && value >= least && value <= most ? value : refuse(part);
    };
    if (said.get("v") !== VERSION) refuse("v");
    const wrt = said.get("wrt") ?? page.get("wrt");
    if (!page.get("_parameters").includes(wrt)) refuse("wrt");
    const step = whole("step", [0, page.get("_scripts")[wrt].steps.length - 1], 0);
    const digits = whole("digits", bounds.digits, page.get("digits"));
    const iteration = whole("at", bounds.iteration, 0);
    const hide = (said.get("hide") ?? "").split(",").filter(Boolean);
    if (!hide.every((name) => bounds.hide.includes(name))) refuse("hide");
    live.restart([live.start]);
    const list = (said.get("given") ?? "").split(",").filter(Boolean);
    const changes = list.map((one) => /^(\d{1,9}):(\d{1,9}):([-+.\de]{1,30})$/.exec(one)?.slice(1).map(Number) ?? refuse("given"));
    for (const at of [...new Set(changes.map(([when]) => when))].sort((a, b) => a - b)) {
      if (at > bounds.iteration[1]) refuse("given");
      try {
        const given = live.at(at).slice();
        for (const [, n, value] of changes.filter(([when]) => when === at)) {
          if (!(n < given.length) || live.refusal(n, value)) refuse("given");
          given[n] = value;
        }
        live.run(given);
        live.restart([...live.anchors.filter(([when]) => when < at), [at, [...given]]]);
      } catch {
        refuse("given");
      }
    }
    try {
      const learning_rate = live.at(iteration)[live.rate];
      return { wrt, step, digits, iteration, hide, learning_rate, _anchors: live.anchors };
    } catch {
      return refuse("at");
    }
  }
}
