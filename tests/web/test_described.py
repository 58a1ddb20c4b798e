"""The description of the interface holds: whatever is sent, the answer is one that it names."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import httpx
import jsonschema
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


def test_what_is_found_is_as_described(server: Served) -> None:
    """What random names never find: real answers against the description's own schemas."""
    document = description(ENDPOINTS, "0")
    line = httpx.Client(base_url=server.base, headers=server.bearer, timeout=60)
    job = line.post("/api/solve", json={"crisis": "signal", "variants": 8}).json()["id"]
    while line.get(f"/api/jobs/{job}").json()["state"] in ("waiting", "running"):
        time.sleep(0.05)
    text = line.get("/api/scenario/signal").json()["files"][1]
    files = {text["name"]: text["text"]}
    chart = line.get(f"/api/charts/{job}").json()["charts"][0]["id"]
    known = {"crisis": "signal", "job": job, "node": "1", "chart": chart, "format": "md"}
    bodies: dict[str, Any] = {
        "/api/library/duplicate": {"crisis": "signal", "as": "mine"},
        "/api/library/import": {"files": files, "as": "imported"},
        "/api/check": {"files": files, "whole": True},
        "/api/completions": {"files": files, "file": text["name"], "line": 3, "column": 1},
        "/api/parameters": {"files": files},
        "/api/solve": {"crisis": "signal", "variants": 8},
        "/api/quick": {"crisis": "signal", "variants": 8},
        "/api/scenario/{crisis}/draft/{file}": {"text": "x"},
    }
    asked = 0
    for one in ENDPOINTS:
        if "/play" in one.path:
            continue  # games have their own tests
        if "{file}" in one.path and one.method == "PUT" and "draft" not in one.path:
            continue  # a shipped crisis is only read; the shelf's own tests write
        path = one.path
        for name, value in {**known, "file": text["name"]}.items():
            path = path.replace(f"{{{name}}}", value)
        if one.method == "DELETE" and one.path == "/api/library/{crisis}":
            path = "/api/library/imported"
        body = bodies.get(one.path)
        more = {"params": {"q": "x"}} if path.endswith("search") else {}
        found = line.request(one.method, path, json=body, **more)
        if found.status_code in (404, 422):  # no documents in this workspace
            assert "sources" in path or "links" in path, found.text
            continue
        answers = document["paths"][one.path][one.method.lower()]["responses"]
        assert str(found.status_code) in answers, (path, found.text)
        content = answers[str(found.status_code)]["content"]
        kind = found.headers["content-type"].partition(";")[0]
        assert kind in content, (path, kind)
        if "schema" in content[kind]:
            schema = {**content[kind]["schema"], "components": document["components"]}
            jsonschema.validate(found.json(), schema)
        asked += 1
    assert asked > 20
