"""Would docker compose find what docker-compose.yml and the Dockerfile name? There is no docker engine in most tests.

Services, volumes, variables and files that are named exist; every `manage.py` command exists and takes its options.

    python -m tools.check_compose
"""

from __future__ import annotations

import os
import re
import shlex
import sys
from argparse import ArgumentError
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[1]
NOT_IN_THE_IMAGE = {"docs", "tests", "tools"}
CONDITIONS = {"service_started", "service_healthy", "service_completed_successfully"}


def problems(root: Path) -> Iterator[str]:
    """One line for each thing that is named and does not exist."""
    text = (root / "docker-compose.yml").read_text(encoding="utf-8")
    compose = yaml.safe_load(text)
    services: dict[str, dict[str, Any]] = compose["services"]
    for name, service in services.items():
        yield from (f"{name}: {problem}" for problem in _service_problems(service, services, compose))
    example = (root / ".env.example").read_text(encoding="utf-8")
    for variable in sorted(set(re.findall(r"\$\{(\w+)", text))):
        if not re.search(rf"^{variable}=", example, re.MULTILINE):
            yield f"{variable} is not in .env.example"
    yield from _setting_problems(root, services)
    yield from _dockerfile_problems(root)


def _service_problems(service: dict[str, Any], services: dict[str, Any], compose: dict[str, Any]) -> Iterator[str]:
    if not ({"image", "build"} & set(service)):
        yield "neither an image nor a build"
    for other, how in service.get("depends_on", {}).items():
        if other not in services:
            yield f"depends on {other}, which does not exist"
        elif how["condition"] not in CONDITIONS:
            yield f"unknown condition {how['condition']}"
        elif how["condition"] == "service_healthy" and "healthcheck" not in services[other]:
            yield f"waits for the health of {other}, which has no healthcheck"
    for volume in service.get("volumes", []):
        source = volume.split(":")[0]
        if not source.startswith((".", "/")) and source not in compose.get("volumes", {}):
            yield f"volume {source} is not declared"
    command = service.get("command", [])
    yield from command_problems(shlex.split(command) if isinstance(command, str) else command)


def command_problems(command: list[str]) -> Iterator[str]:
    """What is wrong with a `python manage.py ...` command; other commands belong to their image."""
    if command[:2] != ["python", "manage.py"]:
        return
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.config.settings")
    import django
    from django.core.management import get_commands, load_command_class

    django.setup()
    name, *arguments = command[2:]
    app = get_commands().get(name)
    if not isinstance(app, str):
        yield f"there is no command manage.py {name}"
        return
    parser = load_command_class(app, name).create_parser("manage.py", name)
    parser.exit_on_error = False
    try:
        _, unknown = parser.parse_known_args(arguments)
    except (ArgumentError, SystemExit) as error:
        yield f"manage.py {name} does not take {' '.join(arguments)}: {error}"
    else:
        if unknown:
            yield f"manage.py {name} does not know {' '.join(unknown)}"


def _setting_problems(root: Path, services: dict[str, dict[str, Any]]) -> Iterator[str]:
    settings = "".join(path.read_text(encoding="utf-8") for path in (root / "backend" / "config").glob("*.py"))
    names = {name for service in services.values() for name in service.get("environment", {})}
    for name in sorted(names):
        if name.startswith("RUFBUS_") and f'"{name}"' not in settings:
            yield f"no setting reads {name}"


def _dockerfile_problems(root: Path) -> Iterator[str]:
    dockerfile = (root / "Dockerfile").read_text(encoding="utf-8")
    for sources in re.findall(r"^COPY (?:--\S+ )*(.+) \S+$", dockerfile, re.MULTILINE):
        yield from (
            f"Dockerfile copies {source}: missing" for source in sources.split() if not (root / source).exists()
        )
    let_in = re.findall(r"^!(\S+)$", (root / ".dockerignore").read_text(encoding="utf-8"), re.MULTILINE)
    for included in let_in:
        if not (root / included).exists():
            yield f".dockerignore lets in {included}, which does not exist"
    for folder in sorted(path.name for path in root.iterdir() if path.is_dir() and not path.name.startswith(".")):
        if folder not in {*let_in, *NOT_IN_THE_IMAGE}:
            yield f".dockerignore keeps out {folder}, which is not known to be needless"
    for arguments in re.findall(r"^CMD (\[.*\])$", dockerfile, re.MULTILINE):
        yield from (f"Dockerfile: {problem}" for problem in command_problems(yaml.safe_load(arguments)))


def main() -> int:
    found = list(problems(ROOT))
    for line in found:
        print(line)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
