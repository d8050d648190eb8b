// The stepper alone on its page.

import { Page } from "./page.js";

async function render({ model, el }) {
  const page = new Page(model, el);
  await page.start();
  return () => page.stop();
}

export default { render };
