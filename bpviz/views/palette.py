"""The colours of everything that bpviz draws, on light and on dark paper: pages, drawings, charts and figures.

What can be told apart by colour only is not enough: sign and kind show in dashes and in thickness too.
"""

from functools import cache

from .details import SMALLEST_TYPE

#: Each colour by its name in the style sheets: on light paper and on dark.
COLOURS = {
    "ink": ("#1d2433", "#e8ebf2"),
    "muted": ("#5b6478", "#a9b2c5"),
    "paper": ("#ffffff", "#14181f"),
    "ground": ("#ffffff", "#0f1217"),
    "panel": ("#f4f6fb", "#1d232d"),
    "line": ("#c3cad8", "#48536a"),
    "accent": ("#b3261e", "#ff8a80"),
    "on-accent": ("#ffffff", "#2a0806"),
    "glow": ("#ffe3df", "#4a2326"),
    "plus": ("#1f6fb2", "#6fb4f0"),
    "minus": ("#aa5500", "#f0a860"),
    "delta": ("#7a3db8", "#c9a4f5"),
    "lit": ("#efe3fb", "#3a2b52"),
    "own-mark": ("#0b6e4f", "#5fd3a8"),
}

LIGHT, DARK = ({name: pair[n] for name, pair in COLOURS.items()} for n in (0, 1))

#: Where a screen is dark; paper is not.
ON_DARK_SCREENS = "@media screen and (prefers-color-scheme: dark)"

#: How Jupyter's applications and editors say on their page that they are dark.
DARK_PLACES = ('[data-jp-theme-light="false"]', ".vscode-dark")
KNOWN_PLACES = ("[data-jp-theme-light]", ".vscode-light", ".vscode-dark")


def _variables(selector: str, colours: dict[str, str]) -> str:
    return f"{selector} {{ {' '.join(f'--{name}: {colour};' for name, colour in colours.items())} }}"


def follow_place(selector: str) -> str:
    """Rules by which elements have the colours of the application on whose page they stand, or else of the screen."""
    dark = _variables(", ".join(f"{place} {selector}" for place in DARK_PLACES), DARK)
    elsewhere = _variables(f"body:not({', '.join(KNOWN_PLACES)}) {selector}", DARK)
    return f"{_variables(selector, LIGHT)}\n{dark}\n{ON_DARK_SCREENS} {{ {elsewhere} }}\n{_smallest(selector)}"


def follow_screen(selector: str) -> str:
    """Rules by which a page or a picture has the colours of the screen that it is shown on."""
    dark = _variables(selector, DARK)
    return f"{_variables(selector, LIGHT)}\n{ON_DARK_SCREENS} {{ {dark} }}\n{_smallest(selector)}"


def _smallest(selector: str) -> str:
    return f"{selector} {{ --smallest: {SMALLEST_TYPE:g}px; }}\n"


@cache
def recoloured() -> str:
    """Rules by which a drawing whose colours are written into its shapes has dark ones on a dark screen.

    What has no colour of its own is black; so the whole drawing gets the colour of ink.  Where several colours are the
    same on light paper, as paper itself and what stands on the accent, it is taken for the first of them.
    """
    ink = DARK["ink"]
    pairs = {"#000000": ink} | {LIGHT[name]: DARK[name] for name in reversed(COLOURS)}
    rules = [f"svg {{ fill: {ink}; }}"]
    for light, dark in pairs.items():
        rules += [f'[style*="{what}: {light}"] {{ {what}: {dark} !important; }}' for what in ("fill", "stroke")]
    return f"{ON_DARK_SCREENS} {{ {' '.join(rules)} }}"
