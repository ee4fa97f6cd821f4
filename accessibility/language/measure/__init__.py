"""How well utterances are understood: a corpus in plain text, recognisers' errors, a baseline, and the report."""
