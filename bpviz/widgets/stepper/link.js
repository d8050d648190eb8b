// A link to a stepper by unit: besides what every link holds its parameter, its step and the numbers that were changed.

import { Link } from "../shared/link.js";

export class StepperLink extends Link {
  constructor(page) {
    super(page);
    this.start = { wrt: page.get("wrt"), step: page.get("step"), anchors: page.live.anchors };
  }

  own() {
    const isAsExported = JSON.stringify(this.page.live.anchors) === JSON.stringify(this.start.anchors);
    return { wrt: this.page.get("wrt"), step: this.page.at, given: isAsExported ? "" : this.changed().join() || this.rules.none };
  }

  // What was changed, as iteration:place:number; numbers that nobody changed are not in it.
  changed() {
    const { live } = this.page;
    return live.anchors.flatMap(([at, numbers]) => {
      const before = at ? live.next(live.at(at - 1)) : live.start[1];
      return [...numbers].flatMap((value, n) => (value === before[n] ? [] : [`${at}:${n}:${value}`]));
    });
  }

  keep() { return this.page.live.anchors; }
  restore(anchors) { this.page.live.restart(anchors); }
  opened() { this.page.live.follow(); }

  readOwn(said, state, number, refuse) {
    const { page, start } = this;
    const { live } = page;
    const wrt = said.get("wrt") ?? start.wrt;
    if (!page.get("_parameters").includes(wrt)) refuse("wrt");
    const step = number("step", 0, page.get("_scripts")[wrt].steps.length - 1, wrt === start.wrt ? start.step : 0);
    if (said.has("given")) this.change(said.get("given"), refuse);
    else live.restart(start.anchors);
    try {
      return { ...state, wrt, step, learning_rate: live.at(state.iteration)[live.rate], _anchors: live.anchors };
    } catch {
      return refuse("at");
    }
  }

  // The numbers of the start, and what was changed of them.
  change(given, refuse) {
    const { page, rules } = this;
    const { live } = page;
    const form = new RegExp(rules.change);
    const list = given === rules.none ? [] : given.split(",");
    const changes = list.map((one) => form.exec(one)?.slice(1).map(Number) ?? refuse("given"));
    if (new Set(changes.map(([at, n]) => `${at}:${n}`)).size < changes.length) refuse("given");
    live.restart([live.start]);
    for (const at of [...new Set(changes.map(([when]) => when))].sort((a, b) => a - b)) {
      if (at > page.get("_bounds").iteration[1]) refuse("given");
      try {
        const numbers = live.at(at).slice();
        for (const [, n, value] of changes.filter(([when]) => when === at)) {
          if (!(n < numbers.length) || live.refusal(n, value)) refuse("given");
          numbers[n] = value;
        }
        if (!live.areShared(numbers)) refuse("given");
        live.run(numbers);
        live.restart([...live.anchors.filter(([when]) => when < at), [at, [...numbers]]]);
      } catch {
        refuse("given");
      }
    }
  }
}
