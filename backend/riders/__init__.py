"""Who rides: contact, and needs stored encrypted."""
