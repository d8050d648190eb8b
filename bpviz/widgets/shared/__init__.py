"""What all widgets share: their module and style sheet, their state, the drawing, numbers, typed formulas."""
