"""How things look: text, LaTeX, MathML, SVG, matplotlib, JavaScript.  Views decide nothing."""
