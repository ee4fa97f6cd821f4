"""Wires the parts: settings, addresses, REST conventions, the web process and the queue."""

from __future__ import annotations

from backend.config.celery import app as celery_app

__all__ = ["celery_app"]
