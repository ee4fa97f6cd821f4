"""Every word that the driver's app says, by name: the scripts hold none (static/web/js/driver/texts.js).

Placeholders are `%(name)s`. Where a number decides, two names end in `_one` and `_many`.
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from backend.driving.messages import READ


def driver_texts() -> dict[str, str]:
    """All texts of the app."""
    return {**_frame(), **_stop(), **_changed(), **_lists(), **_more(), **_aloud(), **_kinds(), **_to_do()}


def _frame() -> dict[str, str]:
    return {
        "oclock": _("%(time)s Uhr"),
        "minutes": _("%(n)s Minuten"),
        "online": _("Verbunden"),
        "offline": _("Ohne Netz"),
        "queued_one": _("%(n)s wartet"),
        "queued_many": _("%(n)s warten"),
        "net_gone": _("Kein Netz. Arbeiten Sie weiter: Alles wird hier gespeichert und später gesendet."),
        "net_back": _("Das Netz ist wieder da."),
        "noted": _("Notiert: %(what)s."),
        "taken_back": _("Gilt nicht mehr: %(what)s."),
        "not_taken_back": _("Das ließ sich nicht zurücknehmen. Die Leitstelle sieht es und kümmert sich."),
        "back": _("Zurück"),
        "close": _("Schließen"),
        "look_at": _("Ansehen"),
        "answer": _("Antworten"),
        "understood": _("Verstanden"),
        "understood_name": _("Verstanden: %(name)s"),
        "nothing_heading": _("Ihre Schicht"),
        "nothing_loading": _("Die Schicht wird geladen."),
        "nothing_offline": _(
            "Auf diesem Gerät ist keine Schicht gespeichert, und es gibt kein Netz. Die App versucht es weiter."
        ),
        "locked_heading": _("Dieses Gerät ist gesperrt"),
        "locked_text": _("Alle Daten der Schicht sind von diesem Gerät gelöscht. Rufen Sie die Leitstelle an."),
        "disk_full": _("Der Speicher dieses Geräts ist voll."),
        "disk_full_waits": _(
            "Schließen Sie die App nicht, bevor „Verbunden“ dasteht: Sonst geht verloren, was noch wartet."
        ),
        "disk_full_do": _("Löschen Sie Fotos oder andere Dateien, wenn Sie stehen."),
        "broken_heading": _("Dieser Browser kann nichts speichern"),
        "broken_text": _(
            "Schließen Sie private Fenster. Öffnen Sie die Fahrer-App in Chrome, Edge, Firefox oder Safari."
        ),
    }


def _stop() -> dict[str, str]:
    return {
        "next_stop": _("Nächster Halt"),
        "you_stand": _("Sie stehen hier seit %(time)s Uhr"),
        "first_stop": _("Erster Halt: %(time)s Uhr, %(stop)s."),
        "begin_heading": _("Dienstbeginn"),
        "begin_check": _("Prüfen Sie das Fahrzeug: Licht, Reifen, Rampe, Gurte, Verbandkasten."),
        "begin": _("Dienst beginnen"),
        "arrived": _("Angekommen"),
        "left": _("Abgefahren"),
        "navigate": _("Weg zeigen"),
        "navigate_map": _("Weg im Internet"),
        "speak": _("Vorlesen"),
        "leaving_one": _("%(n)s steigt aus."),
        "leaving_many": _("%(n)s steigen aus."),
        "leaves_heading": _("Es steigen aus"),
        "boards_heading": _("Es steigen ein"),
        "boarded": _("Eingestiegen"),
        "boarded_paid": _("Eingestiegen, %(amount)s kassiert"),
        "boarded_unpaid": _("Eingestiegen, nicht bezahlt"),
        "otherwise": _("Anderes"),
        "boarded_all": _("Alle %(n)s eingestiegen und bezahlt"),
        "alighted": _("Ausgestiegen"),
        "alighted_name": _("Ausgestiegen: %(name)s"),
        "alighted_all": _("Alle %(n)s ausgestiegen"),
        "is_in": _("✓ Eingestiegen"),
        "is_out": _("✓ Ausgestiegen"),
        "was_missing": _("Nicht da"),
        "not_aboard": _("Ist nicht eingestiegen."),
        "cash_take": _("%(amount)s kassieren."),
        "cash_none": _("Nichts kassieren."),
        "code": _("Code %(code)s"),
        "rides_to": _("Nach %(stop)s, spätestens %(time)s Uhr"),
        "promised": _("Versprochen zwischen %(from)s und %(until)s Uhr"),
        "is_late": _("Kommt %(n)s Minuten später, um %(time)s Uhr."),
        "call_rider": _("%(name)s anrufen"),
        "wait_until": _("Warten bis %(time)s Uhr."),
        "wait_left": _("Noch %(left)s."),
        "missing": _("Nicht da"),
        "missing_name": _("Nicht da: %(name)s"),
        "missing_heading": _("%(name)s ist nicht da?"),
        "missing_look": _("Schauen Sie sich um und rufen Sie den Namen. Wer nicht hört, sieht Ihr Schild."),
        "missing_yes": _("Nicht da, festhalten"),
        "missing_not": _("Doch da, zurück"),
        "evidence_heading": _("Das wird festgehalten"),
        "evidence_arrived": _("Angekommen"),
        "evidence_waited": _("Gewartet"),
        "evidence_place": _("Ort"),
        "evidence_here": _("An der Haltestelle, %(n)s m genau"),
        "evidence_far": _("%(n)s m von der Haltestelle entfernt"),
        "evidence_no_place": _("Unbekannt, das Gerät hat keinen Ort"),
        "did_arrive": _("Angekommen: %(stop)s"),
        "did_leave": _("Abgefahren: %(stop)s"),
        "did_board": _("Eingestiegen: %(name)s"),
        "did_alight": _("Ausgestiegen: %(name)s"),
        "did_miss": _("Nicht da: %(name)s"),
        "did_tell_later": _("„5 Minuten später“ an %(name)s"),
        "tell_later": _("„5 Minuten später“ senden"),
        "tell_later_name": _("„5 Minuten später“ an %(name)s senden"),
        "show_sign": _("Schild zeigen"),
        "show_sign_for": _("Schild zeigen für %(name)s"),
        "sign_bus": _("RUFBUS"),
        "sign_text": _("Ihr Bus ist da."),
        "leave_heading": _("Noch nicht alles erledigt"),
        "open_boards": _("%(name)s ist nicht eingestiegen."),
        "open_leaves": _("%(name)s ist nicht ausgestiegen."),
        "leave_means": _("Wenn Sie abfahren, sieht die Leitstelle das sofort und meldet sich."),
        "leave_not": _("Hierbleiben"),
        "leave_yes": _("Trotzdem abfahren"),
        "pause_heading": _("Pause"),
        "pause_until": _("bis %(time)s Uhr"),
        "pause_since": _("Sie haben Pause seit %(time)s Uhr."),
        "pause_begin": _("Pause beginnen"),
        "pause_end": _("Pause beenden"),
        "pause_skip": _("Pause nicht möglich, weiter"),
        "pause_aboard": _("Eine Pause zählt erst, wenn niemand mehr im Bus sitzt."),
        "pause_yes": _("Trotzdem Pause"),
        "last_heading": _("Dienstende"),
        "finish": _("Dienst beenden"),
        "empty_heading": _("Noch keine Fahrt gebucht"),
        "empty_text": _(
            "Für %(vehicle)s ist heute nichts gebucht. Stimmt das Fahrzeug? Kommt eine Fahrt dazu, erscheint sie hier."
        ),
        "empty_other": _("Anderes Fahrzeug"),
        "over_heading": _("Alles gefahren"),
        "look_behind": _("Gehen Sie einmal durch den Bus: Ist niemand und nichts mehr da?"),
        "still_aboard_one": _("Nach Ihren Meldungen sitzt noch %(n)s im Bus:"),
        "still_aboard_many": _("Nach Ihren Meldungen sitzen noch %(n)s im Bus:"),
        "still_aboard_do": _("Melden Sie „Ausgestiegen“, oder rufen Sie die Leitstelle an."),
        "finish_heading": _("Der Bus ist nicht leer"),
        "finish_open_heading": _("Es sind noch Fahrten offen"),
        "finish_rides_one": _("%(n)s Fahrt haben Sie noch nicht gefahren."),
        "finish_rides_many": _("%(n)s Fahrten haben Sie noch nicht gefahren."),
        "finish_means": _("Rufen Sie die Leitstelle an, bevor Sie aufhören. Sie sieht sofort, dass etwas offen ist."),
        "finish_not": _("Weiterfahren"),
        "finish_yes": _("Trotzdem beenden"),
        "cash_sum": _("Heute kassiert: %(amount)s"),
    }  # fmt: skip


def _changed() -> dict[str, str]:
    return {
        "news_gone": _("Nicht mehr bei Ihnen: %(names)s."),
        "news_plan": _("Der Plan hat sich geändert."),
        "news_message": _("Nachricht der Leitstelle"),
        "gone_heading": _("Nicht mehr bei Ihnen"),
        "gone_label": _("abgesagt oder in einem anderen Bus"),
        "gone_where": _("Sollte um %(time)s Uhr einsteigen: %(stop)s."),
        "gone_wait_not": _("Nicht warten. Ist die Person doch da, nehmen Sie sie mit."),
        "after_all": _("Doch da"),
        "missed_heading": _("Waren nicht da"),
        "missed_means": _(
            "Kommt jemand doch noch oder steht an einem anderen Halt: mitnehmen und hier melden. Die Fahrt zählt."
        ),
        "gone_aboard": _("Sitzt schon bei Ihnen. Fahren Sie die Person ans Ziel: %(stop)s. Die Leitstelle sieht es."),
    }


def _lists() -> dict[str, str]:
    return {
        "shift_heading": _("Ganze Schicht"),
        "shift_vehicle": _("%(vehicle)s, %(kind)s"),
        "aboard_heading": _("Jetzt im Bus"),
        "aboard_to": _("%(name)s bis %(stop)s"),
        "coming_heading": _("Das kommt noch"),
        "earlier_one": _("Schon vorbei (%(n)s Halt)"),
        "earlier_many": _("Schon vorbei (%(n)s Halte)"),
        "kind_start": _("Dienstbeginn:"),
        "kind_break": _("Pause bis %(time)s Uhr:"),
        "kind_end": _("Dienstende:"),
        "list_leaves": _("Aussteigen: %(names)s"),
        "list_boards": _("Einsteigen: %(name)s, %(party)s. %(cash)s"),
        "state_in": _("eingestiegen"),
        "state_out": _("ausgestiegen"),
        "state_missing": _("nicht da"),
        "reports_heading": _("Meldungen"),
        "conflicts_one": _("%(n)s Meldung passt nicht zum Plan."),
        "conflicts_many": _("%(n)s Meldungen passen nicht zum Plan."),
        "waiting_none": _("Alles ist gesendet."),
        "waiting_one": _("%(n)s Meldung ist noch nicht gesendet."),
        "waiting_many": _("%(n)s Meldungen sind noch nicht gesendet."),
        "waiting_sends": _("Die App sendet gleich."),
        "waiting_offline": _("Die App sendet von selbst, sobald es wieder Netz gibt."),
        "reported_heading": _("Gemeldet"),
        "was_conflict": _("Gespeichert, aber:"),
        "was_refused": _("Nicht angenommen:"),
        "no_reason": _("ohne Angabe von Gründen."),
        "was_wrong": _("Stimmt nicht"),
        "was_wrong_name": _("Stimmt nicht: %(name)s"),
        "did_correct": _("Falsch gemeldet: %(what)s"),
        "is_corrected": _("die Leitstelle berichtigt es"),
        "messages_heading": _("Nachrichten der Leitstelle"),
        "messages_none": _("Keine Nachricht."),
        "message_read": READ,
        "answered": _("Ihre Antwort: %(choice)s"),
        "did_answer": _("Antwort: %(choice)s"),
    }


def _more() -> dict[str, str]:
    return {
        "more_heading": _("Mehr"),
        "delay": _("Verspätung melden"),
        "fuel": _("Tanken"),
        "walkup": _("Fahrgast ohne Buchung"),
        "look_heading": _("Farben"),
        "look_auto": _("Nach Tageszeit"),
        "look_day": _("Tag"),
        "look_night": _("Nacht"),
        "aloud_heading": _("Vorlesen"),
        "aloud_auto": _("Halte von selbst vorlesen"),
        "aloud_note": _("Sitzt jemand im Bus, werden keine Namen und keine Hilfen vorgelesen."),
        "device_heading": _("Dieses Gerät"),
        "device_driver": _("%(name)s fährt %(vehicle)s."),
        "clock_right": _("Die Uhr geht richtig."),
        "clock_ahead_one": _("Die Uhr dieses Geräts geht %(n)s Minute vor."),
        "clock_ahead_many": _("Die Uhr dieses Geräts geht %(n)s Minuten vor."),
        "clock_behind_one": _("Die Uhr dieses Geräts geht %(n)s Minute nach."),
        "clock_behind_many": _("Die Uhr dieses Geräts geht %(n)s Minuten nach."),
        "clock_harmless": _("Das schadet nicht: Alle Zeiten hier und in Ihren Meldungen sind berichtigt."),
        "place_known": _("Der Ort ist bekannt. Während der Fahrt sind die Knöpfe gesperrt."),
        "place_unknown": _("Der Ort ist nicht bekannt. Die Sperre während der Fahrt wirkt dann nicht: Tippen Sie nur im Stand."),
        "place_denied": _("Diese App darf den Ort nicht sehen."),
        "place_denied_do": _(
            "Erlauben Sie den Standort in den Einstellungen des Browsers. Sonst sehen Fahrgäste nicht, wo der Bus ist. "
            "Die Sperre während der Fahrt wirkt nicht: Tippen Sie nur im Stand."
        ),
        "delay_heading": _("Wie viel Verspätung haben Sie?"),
        "delay_means": _("Die Leitstelle sieht es sofort. Wer deshalb länger warten muss, bekommt Bescheid."),
        "delay_by": _("%(n)s Minuten"),
        "did_delay": _("%(n)s Minuten Verspätung"),
        "help_heading": _("Hilfe"),
        "help_tap": _("Ein Tipp ruft die Leitstelle. Sie weiß dann, wo Sie sind und was los ist."),
        "help_medical": _("Jemand braucht einen Arzt"),
        "help_accident": _("Unfall"),
        "help_breakdown": _("Panne"),
        "help_road": _("Straße gesperrt"),
        "help_call_me": _("Bitte rufen Sie mich an"),
        "call_112": _("Notruf 112"),
        "call_control": _("Leitstelle anrufen"),
        "help_sent_heading": _("Hilfe gerufen"),
        "help_arrived": _("Ihre Meldung ist in der Leitstelle."),
        "help_on_its_way": _("Ihre Meldung wird gesendet."),
        "help_offline": _("Es gibt kein Netz. Die Meldung geht ab, sobald es wieder da ist. Rufen Sie an!"),
        "walkup_heading": _("Fahrgast ohne Buchung"),
        "walkup_online": _("Wählen Sie, wer mitfährt und wohin. Die Antwort kommt sofort."),
        "walkup_offline": _("Es gibt kein Netz: Platz und Fahrpreis sind nicht sicher. Die Antwort kommt später."),
        "walkup_where": _("Wohin?"),
        "walkup_other": _("Andere Haltestelle"),
        "walkup_nobody": _("Wählen Sie mindestens eine Person."),
        "walkup_asking": _("Die Leitstelle prüft den Platz."),
        "walkup_waits": _("Ohne Netz gibt es noch keine Antwort. Die Meldung ist gespeichert."),
        "walkup_waits_do": _("Rufen Sie die Leitstelle an, bevor die Person mitfährt."),
        "walkup_yes": _("Sie können die Person mitnehmen."),
        "walkup_paid": _("%(amount)s kassiert"),
        "walkup_unpaid": _("Nicht bezahlt"),
        "walkup_booked": _("Ohne Buchung: darf mitfahren, %(amount)s kassieren."),
        "did_pay": _("%(amount)s kassiert: Fahrgast ohne Buchung"),
        "walkup_no": _("Das geht nicht."),
        "walkup_no_do": _("Rufen Sie die Leitstelle an, wenn die Person nicht wegkommt."),
        "did_walkup": _("Ohne Buchung nach %(stop)s"),
        "adults": _("Erwachsene"),
        "children": _("Kinder"),
        "wheelchairs": _("Im Rollstuhl"),
        "less": _("Weniger: %(what)s"),
        "more": _("Mehr: %(what)s"),
        "sign_out": _("Abmelden"),
        "sign_out_heading": _("Abmelden?"),
        "sign_out_means": _("Alles ist gesendet. Beim Abmelden werden die Daten der Schicht von diesem Gerät gelöscht."),
        "sign_out_waiting_one": _("%(n)s Meldung ist noch nicht gesendet."),
        "sign_out_waiting_many": _("%(n)s Meldungen sind noch nicht gesendet."),
        "sign_out_waiting_do": _("Bleiben Sie angemeldet, bis es Netz gibt. Dann sendet die App von selbst."),
        "sign_out_offline": _("Abmelden geht nur mit Netz."),
        "sign_out_failed": _("Das Abmelden hat nicht geklappt. Versuchen Sie es noch einmal."),
        "sign_out_yes": _("Jetzt abmelden"),
    }  # fmt: skip


def _aloud() -> dict[str, str]:
    return {
        "aloud_stop": _("%(stop)s."),
        "aloud_leaves_one": _("Eine Buchung steigt aus."),
        "aloud_leaves_many": _("%(n)s Buchungen steigen aus."),
        "aloud_boards_one": _("Eine Buchung steigt ein."),
        "aloud_boards_many": _("%(n)s Buchungen steigen ein."),
        "aloud_cash": _("%(amount)s kassieren."),
        "aloud_more": _("Bitte auf den Bildschirm schauen."),
    }


def _kinds() -> dict[str, str]:
    """What was reported, where the words of the tap are no longer kept; and what became of it."""
    return {
        "kind_shift_begin": _("Dienst begonnen"),
        "kind_arrived": _("Angekommen"),
        "kind_boarded": _("Eingestiegen"),
        "kind_no_show": _("Nicht da"),
        "kind_alighted": _("Ausgestiegen"),
        "kind_left": _("Abgefahren"),
        "kind_break_begin": _("Pause begonnen"),
        "kind_break_end": _("Pause beendet"),
        "kind_fuel": _("Tanken"),
        "kind_delay": _("Verspätung"),
        "kind_help": _("Hilfe"),
        "kind_walk_up": _("Fahrgast ohne Buchung"),
        "kind_answer": _("Antwort"),
        "kind_shift_end": _("Dienst beendet"),
        "kind_take_back": _("Zurückgenommen"),
        "outcome_taken": _("✓ gesendet"),
        "outcome_conflict": _("passt nicht zum Plan"),
        "outcome_refused": _("nicht angenommen"),
        "outcome_taken_back": _("zurückgenommen"),
    }


def _to_do() -> dict[str, str]:
    """What a driver does about a report that was not simply taken, by its reason (backend/driving/rules.py)."""
    carry_on = _("Fahren Sie weiter wie geplant. Die Leitstelle kümmert sich.")
    look = _("Schauen Sie nach, wer im Bus sitzt. Stimmt etwas nicht, rufen Sie die Leitstelle an.")
    wrong = _("Die Meldung gilt noch. Die Leitstelle sieht, dass sie falsch war, und berichtigt sie.")
    again = _("Melden Sie „Nicht da“ noch einmal, wenn die Wartezeit vorbei ist.")
    return {
        "do_was_cancelled": _("Fahren Sie die Person ans Ziel. Kassieren Sie wie angezeigt."),
        "do_was_no_show": _("Fahren Sie die Person ans Ziel."),
        "do_moved_to_another": _("Sitzt die Person bei Ihnen, fahren Sie sie ans Ziel. Die Leitstelle sagt es dem anderen Bus."),
        "do_not_there_elsewhere": carry_on,
        "do_never_boarded": carry_on,
        "do_aboard_another": look,
        "do_other_stop": carry_on,
        "do_too_early": again,
        "do_not_arrived": _("Melden Sie erst „Angekommen“. Dann läuft die Wartezeit."),
        "do_is_aboard": look,
        "do_left_before_arrived": carry_on,
        "do_riders_waiting": _("Die Leitstelle meldet sich. Halten Sie an, sobald es sicher ist, und lesen Sie die Nachrichten."),
        "do_duty_over": _("Melden Sie sich an, wenn Sie noch fahren. Sonst müssen Sie nichts tun."),
        "do_rides_left": _("Rufen Sie die Leitstelle an, bevor Sie den Bus abstellen."),
        "do_something_followed": wrong,
        "do_too_late_to_take_back": wrong,
        "do_cannot_take_back": wrong,
        "do_riders_aboard": _(
            "Sitzt noch jemand im Bus, fahren Sie die Person ans Ziel. "
            "Ist der Bus leer, melden Sie „Ausgestiegen“ und danach dies noch einmal."
        ),
        "do_device_locked": _("Rufen Sie die Leitstelle an. Sie trägt es ein, wenn es stimmt."),
        "do_already_aboard": _("Sie müssen nichts tun."),
        "do_already_left": _("Sie müssen nichts tun."),
        "do_taken_back": _("Sie müssen nichts tun."),
        "do_already_completed": _("Sie müssen nichts tun."),
        "do_conflict": _("Die Leitstelle sieht die Meldung. Fahren Sie weiter wie geplant."),
        "do_refused": _("Prüfen Sie den Halt. Melden Sie neu, oder rufen Sie die Leitstelle an."),
    }  # fmt: skip
