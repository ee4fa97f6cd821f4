"""A day of the district in events: wishes, drives and mishaps as they come, the engine answering as it would live.

Knows travel seconds and booking rules only as they are handed in: `dispatch.simulate` wires a district to it.
"""
