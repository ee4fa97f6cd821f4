"""Server-rendered pages of the four roles."""
