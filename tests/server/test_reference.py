"""The reference of the API as a page."""

import re

from server.api.openapi import document
from server.app import version_1
from server.console.reference import read


def test_every_endpoint_and_schema_is_on_the_page(app):
    page = app.test_client().get("/reference").text
    told = document(version_1().endpoints)
    for methods in told["paths"].values():
        for operation in methods.values():
            assert f'id="{operation["operationId"]}"' in page
    for schema in told["components"]["schemas"]:
        assert f'id="schema-{schema}"' in page
    assert "<script" not in page


def test_every_link_within_the_page_leads_somewhere(app):
    page = app.test_client().get("/reference").text
    ids = re.findall(r'id="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'href="#([^"]+)"', page)) <= set(ids)


def test_scopes_bodies_and_examples_are_read_from_the_document():
    told = read(document(version_1().endpoints), "http://forum.example")
    found = {o.name: o for _, some in told.tags for o in some}
    assert found["check"].scopes == ("check",)
    assert found["read_post"].scopes == ("moderate", "submit")
    assert not any("Scope" in p for o in found.values() for p in o.paragraphs)
    body = {row.name: row for row in found["submit"].body}
    assert body["text"].required
    assert [row.name for row in body["author"].parts] == ["place", "id"]
    assert "http://forum.example/v1/posts/POST/decisions" in found["decide_post"].example
    assert '"action": "approve"' in found["decide_post"].example
    assert found["export_post"].answers[0].media == "application/zip"
