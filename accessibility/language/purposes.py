"""What somebody is going for: "zum Arzt", "einkaufen", "nach Hause". Which place it is, only the rider may know."""

from __future__ import annotations

import re

_DOCTORS = (
    "arzt|aerztin|aerzten|doktor|hausarzt|hausaerztin|zahnarzt|zahnaerztin|augenarzt|frauenarzt|facharzt|praxis|arztpraxis"
    "|arzttermin|sprechstunde|doctor|orthopaeden|kardiologen|hno|untersuchung|blutabnahme"
)
_THERAPIES = "physiotherapie|physio|krankengymnastik|massage|reha|ergotherapie|logopaedie|therapie"
_PURPOSES = {
    "home": "nach hause|nach haus|heim|zuhause|zu hause|heimwaerts|home",
    "dialysis": "(?:zur |von der )?dialyse",
    "doctor": rf"(?:zu[mr]? (?:\w+ )?|beim |bei der |vom |ins )?(?:{_DOCTORS})",
    "therapy": f"(?:zu[rm] )?(?:{_THERAPIES})",
    "shopping": "(?:zum |zu )?(?:einkaufen|einkauf|shopping|besorgungen)",
    "hairdresser": "(?:zum |zur )?(?:friseur|frisoer|friseurin)",
    "work": "(?:zur|auf|auf der|von der) (?:arbeit|schicht|fruehschicht|spaetschicht)",
    "visit": "(?:auf|zu|zum) (?:besuch|meine[rnm]? (?:schwester|bruder|eltern|enkeln?|enkelin))",
}
PATTERNS = tuple((name, re.compile(rf"(?<![\w#])(?:{pattern})(?!\w)")) for name, pattern in _PURPOSES.items())
