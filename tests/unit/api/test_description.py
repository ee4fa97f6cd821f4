"""The interface keeps what its description says, whatever is sent (schemathesis, in process, bounded)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, settings
from knox.models import get_token_model
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from backend.districts.models import District
from tests.builders.rest import a_user

DESCRIPTION = Path(__file__).resolve().parents[3] / "docs" / "openapi.yaml"
schema = schemathesis.openapi.from_path(DESCRIPTION)
schema.app = WSGIHandler()


@pytest.fixture
def token(district: District, settings) -> str:
    """A dispatcher's, who may ask as often as she likes."""
    settings.ALLOWED_HOSTS = ["*"]
    return str(get_token_model().objects.create(user=a_user("dispatcher", "driver", "operator"))[1])


@pytest.fixture(autouse=True)
def keep_connection() -> Iterator[None]:
    """A served request closes stale connections; here it shares the test's, whose transaction is still open."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@schema.parametrize()
@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck), database=None, derandomize=True)
def test_answers_are_as_described(case, token: str) -> None:
    # In process nobody unpacks what is sent compressed.
    answer = case.call(headers={"Authorization": f"Token {token}", "Accept-Encoding": "identity"})
    case.validate_response(
        answer,
        checks=[not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance],
    )
