"""What explains: the ordered list of steps, written by earlier quantities, and how quantities are written."""
