"""Driving the day: devices in vehicles, what drivers report, and what it makes of plan and bookings."""
