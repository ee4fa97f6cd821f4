"""The workshop's own tools: test services, checks of the tree, set-up steps. Nothing here runs in production."""
