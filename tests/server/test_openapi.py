"""The API against its own document: odd requests never end in a 5xx, answers have the form that was promised."""

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
)

from server.api.openapi import document
from server.app import version_1

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    negative_data_rejection,
]


ENDPOINTS = [(e.method, e.path) for e in version_1().endpoints]


@pytest.mark.parametrize(("method", "path"), ENDPOINTS)
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_odd_requests(app, key, method, path, mode):
    schema = schemathesis.openapi.from_wsgi("/openapi.json", app)
    head = key()

    @settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
    @given(case=schema[path][method].as_strategy(generation_mode=mode))
    def ask(case):
        case.call_and_validate(headers=head, checks=CHECKS)

    try:
        ask()
    except Unsatisfiable:
        assert mode is GenerationMode.NEGATIVE  # nothing can be wrong about this request


def test_the_document_names_every_endpoint_once():
    made = document(version_1().endpoints)
    assert made["openapi"] == "3.1.0"
    ids = [op["operationId"] for path in made["paths"].values() for op in path.values()]
    assert len(ids) == len(set(ids)) == len(version_1().endpoints)
    for path in made["paths"].values():
        for operation in path.values():
            assert operation["summary"]
            assert "Scope:" in operation["description"]
