// A link to a stepper by layer: besides what every link holds its parameter.

import { Link } from "../shared/link.js";

export class LayerLink extends Link {
  own() { return { wrt: this.page.get("wrt") }; }

  // What was changed by hand is not in it.
  get lost() { return this.page.course.changes.length ? this.page.say("layers.not_in_link") : ""; }

  readOwn(said, state, number, refuse) {
    const { course, entries } = this.page;
    const wrt = said.get("wrt") ?? this.page.get("wrt");
    const place = entries.placeOf(wrt) ?? refuse("wrt");
    try {
      course.at(state.iteration, []);
    } catch {
      refuse("at");
    }
    return { ...state, wrt: entries.nameAt(place), _changes: [], learning_rate: course.given.rate.data[0] };
  }

  opened() { this.page.course.follow(); }
}
