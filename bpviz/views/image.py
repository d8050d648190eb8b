"""Drawings as images: notebooks that are not trusted show no bare SVG, and the style of an image stays inside it."""

from base64 import b64encode
from html import escape

from .palette import DARK_PLACES

#: The page's style sheets do not reach into an image, but it can be told whether its place is dark.
_TOLD = f"<style>{', '.join(f'{place} .bpv-image' for place in DARK_PLACES)} {{ color-scheme: dark; }}</style>"


def as_image(svg: str, alt: str, width: float = 640) -> str:
    """An SVG drawing as an HTML image, `width` pixels wide where there is so much room."""
    picture = b64encode(svg.encode()).decode()
    look = f'class="bpv-image" alt="{escape(alt)}" width="{width:g}" style="max-width: 100%; height: auto"'
    return f'{_TOLD}<img {look} src="data:image/svg+xml;base64,{picture}">'
