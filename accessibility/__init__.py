"""Dialogues by voice and text, and the one door to the booking system that they and every other channel use."""
