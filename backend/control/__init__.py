"""The dispatcher's hand on the day: troubles before they happen, interventions with preview and undo, rosters, handover."""
