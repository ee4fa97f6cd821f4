"""A district package as rows: zones, hours, stops, vehicles, shifts, tariff."""
