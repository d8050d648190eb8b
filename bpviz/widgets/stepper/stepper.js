// The stepper alone on its page.

import { shows } from "../shared/widget.js";
import { Page } from "./page.js";

export default shows(Page);
