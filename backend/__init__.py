"""The Django project: wires roads, engine and channels to a database and to people."""
