"""The description of the interface holds: whatever is sent, the answer is one that it names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import load_all_checks
from schemathesis.specs.openapi.checks import ignored_auth, positive_data_acceptance

from standoff.web.app import ENDPOINTS
from standoff.web.openapi import description
from strategies.workbenches import Served, served

load_all_checks()


api = schemathesis.openapi.from_dict(description(ENDPOINTS, "0"))


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("workbench")) as found:
        yield found


@api.parametrize()
@settings(
    max_examples=5, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)  # fmt: skip
def test_every_answer_is_described(case: Any, server: Served) -> None:
    response = case.call(base_url=server.base, headers=server.bearer)
    assert "default-src 'none'" in response.headers["content-security-policy"][0]
    # A body of the right form may still ask for what isn't there, or for a scenario with errors.
    # Our token takes the place of those that are made up: they are left to the tests of the door.
    case.validate_response(response, excluded_checks=[positive_data_acceptance, ignored_auth])
