"""The web process: pages and REST over HTTP, plan changes over websockets, and in the embedded default the relay."""

from __future__ import annotations

import os

from channels.auth import AuthMiddlewareStack
from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import AllowedHostsOriginValidator
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.config.settings")
http = get_asgi_application()

# Only now: what follows reads models.
from backend.channels_in.device_socket import websocket_urlpatterns as of_devices  # noqa: E402
from backend.channels_in.sockets import websocket_urlpatterns  # noqa: E402
from backend.config.lifespan import Lifespan  # noqa: E402

application = ProtocolTypeRouter(
    {
        "http": http,
        "websocket": AllowedHostsOriginValidator(AuthMiddlewareStack(URLRouter([*websocket_urlpatterns, *of_devices]))),
        "lifespan": Lifespan(),
    }
)
