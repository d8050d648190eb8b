"""Mathematics that knows no network: trees that keep teaching order, their values, and formulas that people type."""
