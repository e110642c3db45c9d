"""schemathesis asks the real server over real rows whatever the OpenAPI document lists: no 5xx, no other answer.

Checked are statuses, content types, headers and bodies against the document. Not asked for is that a wrong parameter is
always refused: FastAPI reads `limit=1.0` and passes over parameters it does not know, as most of the web does.
"""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from deploy.local.database import Database
from services.portal.application.account_ports import Edit
from services.portal.domain.accounts import SCOPES
from services.portal.signing_in import make_accounts
from shared.store.engine import make_engine
from tests.integration.portal_web_rig import EXCERPT, LINKED, RUMOUR, SCRIPT, Site, filled

pytestmark = pytest.mark.integration

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
EACH = 14
"""Requests of one operation and mode."""
LONGEST = 50.0
"""Seconds of all; what is left of the operations then is asked less."""
REAL: dict[str, list[Any]] = {
    "document_id": [RUMOUR, LINKED, EXCERPT, SCRIPT],
    "thread_id": ["tstory"],
    "q": ["", "医鹿", "label:partnership", "医鹿 OR '; drop table documents; --", '"', "entity:nobody", "<script>"],
}
"""What is there, by the name of a parameter: most of what is made up finds nothing."""


@pytest.fixture(scope="module")
def served(local_database: Database, project_root: Path) -> Iterator[tuple[str, str]]:
    engine = make_engine(local_database.create("portal_schema", template="template"))
    filled(engine)
    accounts = make_accounts(engine)
    user = accounts.local("test")
    assert user is not None
    key = accounts.new_key(user, "schema", SCOPES, None, Edit("test"))
    with Site(engine, project_root / "config").served() as address:
        yield address, key
    engine.dispose()
    local_database.drop("portal_schema")


@pytest.fixture(scope="module")
def described(served: tuple[str, str]) -> dict[str, Any]:
    address, key = served
    answer = httpx.get(f"{address}/api/v1/openapi.json", headers={"Authorization": f"Bearer {key}"}, timeout=30)
    return dict(answer.json())


def test_no_answer_outside_the_document(served: tuple[str, str], described: dict[str, Any]) -> None:
    address, key = served
    headers = {"Authorization": f"Bearer {key}"}
    began = time.monotonic()
    asked: dict[str, int] = {}
    read = list(schemathesis.openapi.from_dict(described).get_all_operations())
    assert not [each for each in read if not isinstance(each, Ok)]
    operations = [each.ok() for each in read if isinstance(each, Ok)]
    for operation in operations:
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            examples = EACH if time.monotonic() - began < LONGEST else 2
            asked[operation.label] = asked.get(operation.label, 0) + _asked(operation, mode, examples, address, headers)
    assert len(asked) == len(operations) >= 6
    assert time.monotonic() - began < 60 + LONGEST  # a slow machine is no fault of the answers


def _asked(operation: Any, mode: GenerationMode, examples: int, address: str, headers: dict[str, str]) -> int:
    """Ask one operation; how often."""
    count = 0

    @settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        database=None,
        phases=(Phase.explicit, Phase.generate),
        suppress_health_check=list(HealthCheck),
    )
    @given(data=st.data())
    def ask(data: st.DataObject) -> None:
        nonlocal count
        case = data.draw(operation.as_strategy(generation_mode=mode))
        if mode is GenerationMode.POSITIVE:
            _with_real(case, data)
        answer = case.call(base_url=address, headers=headers)
        count += 1
        case.validate_response(answer, checks=CHECKS)

    ask()
    return count


def _with_real(case: Any, data: st.DataObject) -> None:
    """Put what is there into half of the requests."""
    for held in (case.path_parameters, case.query):
        for name in list(held or ()):
            if name in REAL and data.draw(st.booleans()):
                held[name] = data.draw(st.sampled_from(REAL[name]))


def test_an_answer_outside_the_document_is_seen(served: tuple[str, str], described: dict[str, Any]) -> None:
    wrong = json.loads(json.dumps(described))
    wrong["components"]["schemas"]["TotalAnswer"]["properties"]["value"] = {"type": "string"}
    operation = schemathesis.openapi.from_dict(wrong)["/api/v1/search"]["GET"]
    with pytest.raises(FailureGroup):
        _asked(operation, GenerationMode.POSITIVE, EACH, served[0], {"Authorization": f"Bearer {served[1]}"})


def test_every_operation_says_what_it_answers(described: dict[str, Any]) -> None:
    assert described["security"]
    for path, operations in described["paths"].items():
        for method, operation in operations.items():
            where = f"{method} {path}"
            assert operation.get("operationId"), where
            assert operation.get("description"), where
            answers = operation["responses"]
            assert {"401", "403", "429", "503"} <= set(answers), where
            for status, answer in answers.items():
                if status >= "400":
                    assert list(answer["content"]) == ["application/problem+json"], where
    assert "HTTPValidationError" not in json.dumps(described)


def test_the_document_names_the_scheme_by_which_its_operations_are_asked(
    served: tuple[str, str], described: dict[str, Any]
) -> None:
    scheme = described["components"]["securitySchemes"]["bearer"]
    assert (scheme["type"], scheme["scheme"]) == ("http", "bearer")
    assert "Authorization: Bearer" in described["info"]["description"]
    address, key = served
    for path, operations in described["paths"].items():
        for operation in operations.values():
            needed = operation.get("security", described["security"])
            scopes = ["read", "export"] if path.startswith("/export.") else ["read"]
            assert {"bearer": scopes} in needed, path
        there = address + path.replace("{document_id}", RUMOUR).replace("{thread_id}", "tstory")
        stranger = httpx.get(there, timeout=30)
        assert stranger.status_code == 401, path
        assert stranger.headers["www-authenticate"].startswith(scheme["scheme"].capitalize())
        known = {"Authorization": f"{scheme['scheme'].capitalize()} {key}"}
        assert httpx.get(there, headers=known, timeout=60).status_code not in (401, 403), path


def test_methods_that_are_not_there(served: tuple[str, str], described: dict[str, Any]) -> None:
    address, key = served
    with httpx.Client(base_url=address, headers={"Authorization": f"Bearer {key}"}, timeout=30) as web:
        for path, operations in described["paths"].items():
            there = path.replace("{document_id}", RUMOUR).replace("{thread_id}", "tstory")
            for method in {"put", "post", "delete", "patch"} - set(operations):
                answer = web.request(method, there)
                assert answer.status_code == 405, (method, path)
                assert answer.headers["content-type"] == "application/problem+json"
                assert answer.headers["allow"]
