"""What is understood of an utterance: python -m accessibility.language "morgen halb neun nach Salzwedel" --json"""

from __future__ import annotations

import argparse
import json
import sys
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from accessibility.language.district import read_names
from accessibility.language.gazetteer import Gazetteer
from accessibility.language.report import as_document, as_lines
from accessibility.language.understand import understand


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m accessibility.language", description=__doc__)
    parser.add_argument("text", help="what was said or typed")
    parser.add_argument("--district", type=Path, default=Path("fixtures/altmark"), help="folder of a district package")
    parser.add_argument("--now", help="the moment at which it was said, ISO; without offset on the district's clock")
    parser.add_argument("--speech", action="store_true", help="it was heard: names that sound alike are asked")
    parser.add_argument("--expects", default="", choices=["", "from", "to", "when", "party", "answer"])
    parser.add_argument("--json", action="store_true", help="as one JSON document")
    options = parser.parse_args(arguments)
    try:
        names, zone_name = read_names(options.district)
        zone = ZoneInfo(zone_name)
        now = datetime.fromisoformat(options.now) if options.now else datetime.now(zone)
    except (OSError, ValueError, KeyError) as error:
        print(f"cannot start: {error}", file=sys.stderr)
        return 2
    if now.tzinfo is None:
        now = now.replace(tzinfo=zone)
    understood = understand(
        options.text, now=now, zone=zone, find=Gazetteer(names).find, expects=options.expects, is_speech=options.speech
    )
    if options.json:
        print(json.dumps(as_document(understood), ensure_ascii=False, indent=1))
    else:
        print("\n".join(as_lines(understood)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
