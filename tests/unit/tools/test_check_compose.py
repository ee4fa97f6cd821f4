"""What docker-compose.yml names and nobody has is found without a docker engine."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.check_compose import command_problems, problems

GOOD = """
services:
  web:
    build: .
    command: python manage.py check --tag models
    environment: {RUFBUS_SECRET_KEY: "${RUFBUS_SECRET_KEY:?}"}
    depends_on: {database: {condition: service_healthy}}
    volumes: ["data:/data"]
  database:
    image: postgres
    healthcheck: {test: [CMD, pg_isready]}
volumes: {data: }
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "docker-compose.yml").write_text(GOOD)
    (tmp_path / ".env.example").write_text("RUFBUS_SECRET_KEY=\n")
    (tmp_path / "Dockerfile").write_text("FROM python\nCOPY requirements.txt .\n")
    (tmp_path / "requirements.txt").write_text("")
    (tmp_path / ".dockerignore").write_text("*\n!backend\n!requirements.txt\n")
    config = tmp_path / "backend" / "config"
    config.mkdir(parents=True)
    (config / "settings.py").write_text('env("RUFBUS_SECRET_KEY")')
    return tmp_path


def test_a_file_that_names_only_what_exists_passes(folder: Path) -> None:
    assert list(problems(folder)) == []


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("build: .", "restart: always", "web: neither an image nor a build"),
        ("{database: {", "{databse: {", "web: depends on databse, which does not exist"),
        ("healthcheck: {test: [CMD, pg_isready]}", "restart: always", "which has no healthcheck"),
        ('["data:/data"]', '["date:/data"]', "web: volume date is not declared"),
        ("manage.py check", "manage.py chekc", "web: there is no command manage.py chekc"),
        ("--tag models", "--tagg models", "manage.py check does not"),
        ("RUFBUS_SECRET_KEY: ", "RUFBUS_SECRETKEY: ", "no setting reads RUFBUS_SECRETKEY"),
        ("${RUFBUS_SECRET_KEY:?}", "${RUFBUS_KEY:?}", "RUFBUS_KEY is not in .env.example"),
    ],
)
def test_what_does_not_exist_is_named(folder: Path, old: str, new: str, problem: str) -> None:
    (folder / "docker-compose.yml").write_text(GOOD.replace(old, new, 1))
    assert any(problem in line for line in problems(folder)), list(problems(folder))


def test_a_file_that_the_image_lacks_is_named(folder: Path) -> None:
    (folder / "requirements.txt").unlink()
    assert list(problems(folder)) == [
        "Dockerfile copies requirements.txt: missing",
        ".dockerignore lets in requirements.txt, which does not exist",
    ]


def test_a_folder_that_the_image_would_lack_is_named(folder: Path) -> None:
    (folder / "locale").mkdir()
    (folder / "tests").mkdir()
    assert list(problems(folder)) == [".dockerignore keeps out locale, which is not known to be needless"]


def test_commands_of_other_images_are_their_own_affair() -> None:
    assert list(command_problems(["redis-server", "--whatever"])) == []
