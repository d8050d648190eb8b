// A link to a stepper by unit: besides what every link holds its parameter, its step and the numbers that were changed.

import { Link } from "../shared/link.js";

export class StepperLink extends Link {
  own() { return { wrt: this.page.get("wrt"), step: this.page.at, given: this.changed().join() }; }

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
    const { page } = this;
    const { live } = page;
    const wrt = said.get("wrt") ?? page.get("wrt");
    if (!page.get("_parameters").includes(wrt)) refuse("wrt");
    const step = number("step", 0, page.get("_scripts")[wrt].steps.length - 1, 0);
    live.restart([live.start]);
    const form = new RegExp(this.rules.change);
    const list = (said.get("given") ?? "").split(",").filter(Boolean);
    const changes = list.map((one) => form.exec(one)?.slice(1).map(Number) ?? refuse("given"));
    for (const at of [...new Set(changes.map(([when]) => when))].sort((a, b) => a - b)) {
      if (at > page.get("_bounds").iteration[1]) refuse("given");
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
      return { ...state, wrt, step, learning_rate: live.at(state.iteration)[live.rate], _anchors: live.anchors };
    } catch {
      return refuse("at");
    }
  }
}
