"""Step through a derivation or a proof."""
