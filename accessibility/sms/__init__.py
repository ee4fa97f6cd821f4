"""Text messages: what they cost, how they are kept short, and the dialogue by which people book with them."""
