"""The OpenAPI 3.1 document, made from the endpoints themselves."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from linter import __version__
from server.api.endpoint import JSON, MULTIPART, Endpoint
from server.problem import KINDS, MEDIA_TYPE

_REF = "#/components/schemas/{model}"
_ALWAYS = ("unauthorized", "forbidden", "too-many-requests", "fault", "unavailable")
_PART = re.compile(r"\{(\w+)\}")
_PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["at", "message"],
                "properties": {"at": {"type": "string"}, "message": {"type": "string"}},
            },
        },
    },
}


def document(endpoints: Iterable[Endpoint]) -> dict[str, Any]:
    """The whole document."""
    endpoints = list(endpoints)
    models = {m for e in endpoints for m in (e.body, e.query, *e.answers.values()) if m}
    refs, defined = models_json_schema(
        [(m, "validation") for m in sorted(models, key=lambda m: m.__name__)], ref_template=_REF
    )
    schemas = {model: refs[(model, "validation")] for model in models}
    definitions = defined.get("$defs", {})
    paths: dict[str, dict[str, Any]] = {}
    for endpoint in endpoints:
        made = _operation(endpoint, schemas, definitions)
        paths.setdefault(endpoint.path, {})[endpoint.method.lower()] = made
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "hippolint",
            "version": __version__,
            "description": "Checks posts for what would identify or degrade patients, and moderates them. "
            "Everything runs on your own machine.",
        },
        "paths": paths,
        "components": {
            "schemas": {**definitions, "Problem": _PROBLEM},
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{"key": []}],
    }


def _operation(
    endpoint: Endpoint,
    schemas: Mapping[type[BaseModel], Any],
    definitions: Mapping[str, Any],
) -> dict[str, Any]:
    made: dict[str, Any] = {
        "operationId": endpoint.name,
        "summary": endpoint.summary,
        "description": f"{endpoint.description}\n\nScope: {' or '.join(endpoint.scopes)}.".strip(),
        "tags": [endpoint.tag],
        "responses": _responses(endpoint, schemas),
    }
    if parameters := _parameters(endpoint, schemas, definitions):
        made["parameters"] = parameters
    if endpoint.body:
        content: dict[str, Any] = {JSON: {"schema": schemas[endpoint.body]}}
        if endpoint.files:
            content[MULTIPART] = _form(schemas[endpoint.body])
        made["requestBody"] = {"required": True, "content": content}
    return made


def _form(schema: object) -> dict[str, Any]:
    """JSON in one part, files in the others."""
    return {
        "schema": {
            "type": "object",
            "required": ["post"],
            "additionalProperties": False,
            "properties": {
                "post": schema,
                "attachments": {"type": "array", "items": {"type": "string", "format": "binary"}},
            },
        },
        "encoding": {"post": {"contentType": JSON}},
    }


def _parameters(
    endpoint: Endpoint, schemas: Mapping[type[BaseModel], Any], definitions: Mapping[str, Any]
) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}
        for name in _PART.findall(endpoint.path)
    ]
    if endpoint.query:
        model = definitions[schemas[endpoint.query]["$ref"].rpartition("/")[2]]
        for name, schema in model.get("properties", {}).items():
            required = name in model.get("required", ())
            found.append({"name": name, "in": "query", "required": required, "schema": schema})
    if endpoint.idempotent:
        schema = {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]+$"}
        found.append({"name": "Idempotency-Key", "in": "header", "schema": schema})
    return found


def _responses(endpoint: Endpoint, schemas: Mapping[type[BaseModel], Any]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for status, model in endpoint.answers.items():
        answer: dict[str, Any] = {"description": "Done"}
        if model:
            answer["content"] = {JSON: {"schema": schemas[model]}}
        elif status != 204:
            answer["content"] = {endpoint.media: {"schema": {"type": "string"}}}
        made[str(status)] = answer
    kinds = [*endpoint.problems, *_ALWAYS]
    if endpoint.body:
        kinds += ["bad-request", "unsupported-media-type", "too-large", "invalid"]
    if "{" in endpoint.path:
        kinds += ["not-found"]
    kinds += ["invalid"]
    for status in sorted({KINDS[k][0] for k in kinds}):
        titles = sorted({KINDS[k][1] for k in kinds if KINDS[k][0] == status})
        made[str(status)] = {
            "description": "; ".join(titles),
            "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
    return made
