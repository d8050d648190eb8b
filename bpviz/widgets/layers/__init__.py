"""The stepper for networks that are too large to be drawn unit by unit: whole layers as pictures, any entry beside."""
