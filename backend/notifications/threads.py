"""Database work of asynchronous loops, in a thread, on connections that still answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from asgiref.sync import sync_to_async
from django.db import close_old_connections, connections


async def in_thread(work: Callable[..., Any], *arguments: Any) -> Any:
    """Do it in the thread of the loop that asks (its `ThreadSensitiveContext`)."""
    return await sync_to_async(_with_fresh_connections, thread_sensitive=True)(work, *arguments)


def _with_fresh_connections(work: Callable[..., Any], *arguments: Any) -> Any:
    if not any(connection.in_atomic_block for connection in connections.all(initialized_only=True)):
        close_old_connections()
    return work(*arguments)
