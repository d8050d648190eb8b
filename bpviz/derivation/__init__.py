"""What one asks for: `derive` and its views, the witnesses, the theorems and their proofs."""
