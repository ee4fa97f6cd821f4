"""Where channels come in: telephone, SMS, websockets. Parse, call a dialogue or the desk, answer."""
