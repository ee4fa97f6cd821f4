"""Where channels come in: websocket consumers now, telephony webhooks later. Parse, call the desk, answer."""
