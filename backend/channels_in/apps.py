from django.apps import AppConfig


class ChannelsInConfig(AppConfig):
    name = "backend.channels_in"
    label = "channels_in"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from backend.channels_in.watching import tell_of_delay, tell_watchers
        from backend.notifications.relay import receive

        receive("plan.changed", tell_watchers)
        receive("rider.late", tell_of_delay)
