"""What one touches: each widget a .py, a .js and a .css, and what they share."""
