"""Ride requests, offers, bookings, plans, and the desk that every channel calls."""
