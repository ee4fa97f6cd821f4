from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "backend.notifications"
    label = "notifications"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from backend.bookings import forgotten
        from backend.bookings.erasure import finish_erasures, forget_ended_sessions, forget_old_rides
        from backend.bookings.pruning import prune_keys, prune_plans
        from backend.driving.forgetting import forget_ways_and_words
        from backend.notifications import chores, hearing, receiving
        from backend.notifications.beating import beat_relay
        from backend.notifications.coming import look_at_buses
        from backend.notifications.forgetting import forget_riders
        from backend.notifications.from_driver import tell_for_driver
        from backend.notifications.improvements import Improvements
        from backend.notifications.reminders import remind
        from backend.notifications.services import escalate_silent, forget

        forgotten.along(forget_riders)
        chores.every(2.0, Improvements().queue)
        forgets = (finish_erasures, forget_ended_sessions, forget_old_rides, forget, forget_ways_and_words)
        for work in (*forgets, prune_plans, prune_keys):
            chores.every(600.0, work)  # a kept ride's name may stay some minutes longer
        chores.every(5.0, escalate_silent)
        chores.every(10.0, beat_relay)
        chores.every(15.0, look_at_buses)
        chores.every(20.0, remind)
        for topic, receiver in hearing.TOPICS.items():
            receiving.receive(topic, receiver)
        receiving.receive("driver.event", tell_for_driver)
