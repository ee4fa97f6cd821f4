from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "backend.notifications"
    label = "notifications"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from backend.bookings.erasure import finish_erasures, forget_ended_sessions, forget_old_rides
        from backend.notifications import chores
        from backend.notifications.improvements import Improvements

        chores.every(2.0, Improvements().queue)
        for forget in (finish_erasures, forget_ended_sessions, forget_old_rides):
            chores.every(600.0, forget)  # a kept ride's name may stay some minutes longer
