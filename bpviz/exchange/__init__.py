"""Networks and derivations in other places: as programs of other libraries, and networks that come from there."""
