"""The README's moving picture: a stepper walking through one weight, as an animated image (``make picture``)."""

from __future__ import annotations

import io
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

import bpviz as bp

from .conftest import FLAGS, find_chromium

SIZE = {"width": 900, "height": 560}
#: How long a frame is shown, in milliseconds, and the last one.
FRAME, LAST = 1100, 3500


def frames(page_file: Path) -> list[Image.Image]:
    """What the page shows: some steps of w7, and then its update."""
    with sync_playwright() as started:
        browser = started.chromium.launch(executable_path=find_chromium(), args=FLAGS)
        page = browser.new_page(viewport=SIZE)
        page.emulate_media(reduced_motion="reduce")
        page.goto(page_file.as_uri())
        page.wait_for_selector(".bpv-sentence")
        page.evaluate("() => document.fonts.ready")
        shown = []
        for count in range(30):
            if count in (0, 1) or count >= 6:
                shown.append(Image.open(io.BytesIO(page.screenshot())).convert("RGB"))
            if not page.locator(".bpv-next").is_visible():
                break
            page.locator(".bpv-next").click()
        browser.close()
    return shown


def main(target: str) -> None:
    """Write the picture."""
    ex = bp.articles.example("2-3-2")
    stepper = bp.Stepper(ex.network, ex.x, ex.target, ex.learning_rate, wrt="w7")
    made = frames(bp.export_html(stepper, Path(tempfile.mkdtemp()) / "page.html"))
    palette = made[-1].quantize(48, dither=Image.Dither.NONE)
    first, *others = [frame.quantize(palette=palette, dither=Image.Dither.NONE) for frame in made]
    times = [FRAME] * (len(made) - 1) + [LAST]
    first.save(target, save_all=True, append_images=others, duration=times, loop=0, optimize=True)
    print(f"{target}: {len(made)} frames, {Path(target).stat().st_size:,} bytes")


if __name__ == "__main__":
    main(sys.argv[1])
