from django.apps import AppConfig


class ChannelsInConfig(AppConfig):
    name = "backend.channels_in"
    label = "channels_in"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from backend.channels_in.watching import watch_everything

        watch_everything()
