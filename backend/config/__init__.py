"""Settings, urls and the processes: web (ASGI), worker, relay."""
