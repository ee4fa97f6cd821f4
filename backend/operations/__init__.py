"""The service day as dispatchers and drivers see it: board, manifests."""
