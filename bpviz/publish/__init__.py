"""Pages that need no Jupyter: one file each, worksheets to print, the whole site."""
