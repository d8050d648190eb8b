// A link to a stepper by layer: besides what every link holds its parameter.

import { Link } from "../shared/link.js";

export class LayerLink extends Link {
  constructor(page) {
    super(page);
    this.start = { wrt: page.get("wrt"), changes: page.get("_changes") };
  }

  own() { return { wrt: this.page.get("wrt") }; }

  // What was changed by hand is not in it.
  get lost() { return JSON.stringify(this.page.course.changes) === JSON.stringify(this.start.changes) ? "" : this.page.say("layers.not_in_link"); }

  readOwn(said, state, number, refuse) {
    const { course, entries } = this.page;
    const wrt = said.get("wrt") ?? this.start.wrt;
    const place = entries.placeOf(wrt) ?? refuse("wrt");
    const changes = this.lost ? this.start.changes : course.changes; // what the course has computed of these it keeps
    try {
      const [learning_rate] = course.at(state.iteration, changes).rate.data;
      return { ...state, wrt: entries.nameAt(place), _changes: changes, learning_rate };
    } catch {
      return refuse("at");
    }
  }

  opened() { this.page.course.follow(); }
}
