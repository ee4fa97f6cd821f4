"""The outbox: messages that leave after the transaction that caused them."""
