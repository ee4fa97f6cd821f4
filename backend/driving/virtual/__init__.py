"""Drivers who are programs: they pair, sign in, drive, tap and lose their network as people do, over the real interface."""
