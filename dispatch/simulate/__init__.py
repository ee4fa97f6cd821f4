"""The simulation's command line: the one place in `dispatch` that may read a district and its roads."""
