"""Lines of a proof, and the rules that check them; a line that its rule does not yield fails."""
