"""The dispatch engine: which vehicle fetches whom, in which order and when.

Knows travel seconds between numbered locations and nothing else of the world: no Django, no roads, no clock.
"""
