from django.apps import AppConfig


class ChannelsInConfig(AppConfig):
    name = "backend.channels_in"
    label = "channels_in"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from backend.bookings import forgotten
        from backend.channels_in.calling import serve_calls
        from backend.channels_in.forgetting import forget_riders
        from backend.channels_in.watching import watch_everything
        from backend.channels_in.written import serve_written

        forgotten.along(forget_riders)
        watch_everything()
        serve_written()
        serve_calls()
