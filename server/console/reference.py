"""The reference of the API as a page, made from the OpenAPI document: endpoints by tag, bodies, answers, an example."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, request

from server.console.pages import page

Schema = Mapping[str, Any]
Named = Mapping[str, Schema]
_JSON = "application/json"
_SCOPE = re.compile(r"\n*Scope: ([a-z_ ]+)\.\s*$")
_LIMITS = {
    "minLength": "at least {} characters",
    "maxLength": "at most {} characters",
    "minimum": "at least {}",
    "maximum": "at most {}",
    "minItems": "at least {} entries",
    "maxItems": "at most {} entries",
    "maxProperties": "at most {} fields",
    "pattern": "matches {}",
}
"""In English like the document's own descriptions."""
_DEEP = 6
"""How far bodies are unfolded; a schema that holds itself would not end."""


@dataclass(frozen=True, slots=True)
class FieldRow:
    """A field of a schema. links: the name of a schema described elsewhere; parts: its own fields, unfolded."""

    name: str
    kind: str
    required: bool
    meaning: str
    values: tuple[str, ...] = ()
    limits: tuple[str, ...] = ()
    default: str = ""
    links: str = ""
    parts: tuple["FieldRow", ...] = ()


@dataclass(frozen=True, slots=True)
class Parameter:
    """What stands in the path, the query or a header."""

    where: str
    row: FieldRow


@dataclass(frozen=True, slots=True)
class Answer:
    """What comes back. schema: its name; empty: no JSON."""

    status: str
    media: str
    schema: str


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of an address."""

    name: str
    method: str
    path: str
    summary: str
    paragraphs: tuple[str, ...]
    scopes: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    medias: tuple[str, ...]
    body: tuple[FieldRow, ...]
    answers: tuple[Answer, ...]
    problems: tuple[tuple[str, str], ...]
    """Status and what it means."""
    example: str


@dataclass(frozen=True, slots=True)
class Reference:
    """The whole page. schemas: name, description, fields, or values of an enumeration."""

    version: str
    about: str
    tags: tuple[tuple[str, tuple[Operation, ...]], ...]
    schemas: tuple[tuple[str, FieldRow], ...]


def blueprint(described: Mapping[str, Any]) -> Blueprint:
    """The page.

    Args:
        described: the OpenAPI document.
    """
    made = Blueprint("reference", __name__)

    @made.get("/reference")
    def reference() -> Response:
        return page("reference.html", told=read(described, request.host_url.rstrip("/")))

    return made


def read(document: Mapping[str, Any], base: str) -> Reference:
    """The document as the page shows it.

    Args:
        document: OpenAPI 3.1.
        base: where the server is reached, for the examples.
    """
    named: Named = document["components"]["schemas"]
    tags: dict[str, list[Operation]] = {}
    for path, methods in document["paths"].items():
        for method, told in methods.items():
            made = _operation(method.upper(), path, told, named, base)
            tags.setdefault((told.get("tags") or ["-"])[0], []).append(made)
    return Reference(
        version=document["info"]["version"],
        about=document["info"].get("description", ""),
        tags=tuple((tag, tuple(some)) for tag, some in tags.items()),
        schemas=tuple((name, _row(name, named[name], named, deep=0)) for name in sorted(named)),
    )


def _operation(method: str, path: str, told: Schema, named: Named, base: str) -> Operation:
    description = told.get("description", "")
    scope = _SCOPE.search(description)
    content = told.get("requestBody", {}).get("content", {})
    body = content.get(_JSON, {}).get("schema", {})
    responses = told["responses"]
    return Operation(
        name=told["operationId"],
        method=method,
        path=path,
        summary=told["summary"],
        paragraphs=tuple(_paragraphs(_SCOPE.sub("", description))),
        scopes=tuple(scope.group(1).split(" or ")) if scope else (),
        parameters=tuple(
            Parameter(p["in"], _row(p["name"], p["schema"], named, required=p.get("required")))
            for p in told.get("parameters", ())
        ),
        medias=tuple(content),
        body=_row("", body, named, deep=_DEEP).parts if body else (),
        answers=tuple(_answer(s, r) for s, r in sorted(responses.items()) if s < "400"),
        problems=tuple((s, r["description"]) for s, r in sorted(responses.items()) if s >= "400"),
        example=_example(method, base + path, body, named, binary=_binary(responses)),
    )


def _paragraphs(text: str) -> Iterator[str]:
    for block in re.split(r"\n\s*\n", text.strip()):
        if joined := " ".join(block.split()):
            yield joined


def _answer(status: str, response: Schema) -> Answer:
    for media, told in response.get("content", {}).items():
        return Answer(status, media, _target(told["schema"]))
    return Answer(status, "", "")


def _binary(responses: Schema) -> bool:
    medias = responses.get("200", {}).get("content", {})
    return bool(medias) and _JSON not in medias


def _target(schema: Schema) -> str:
    """The name of the schema that a reference leads to."""
    return str(schema.get("$ref", "")).rpartition("/")[2]


def _row(
    name: str, schema: Schema, named: Named, *, required: bool | None = False, deep: int = 0
) -> FieldRow:
    """A field. deep: how many levels below it are unfolded; the schema's own fields always are."""
    plain, null = _without_null(schema)
    links = _target(plain) or _target(plain.get("items", {}))
    inner = named.get(links, {}) if links else plain.get("items", plain)
    whole = named[links] if links and not _target(plain.get("items", {})) else plain
    own = whole.get("properties", {}) or (inner.get("properties", {}) if deep else {})
    needed = (whole if whole.get("properties") else inner).get("required", ())
    unfold = not links or deep > 0
    return FieldRow(
        name=name,
        kind=_kind(plain, named) + (" | null" if null else ""),
        required=bool(required),
        meaning=schema.get("description") or whole.get("description", ""),
        values=tuple(map(str, (inner if links else plain.get("items", plain)).get("enum", ()))),
        limits=tuple(
            said.format(plain[key])
            for key, said in _LIMITS.items()
            if key in plain and (key, plain[key]) != ("minLength", 1)
        )
        + (("not empty",) if plain.get("minLength") == 1 else ()),
        default=json.dumps(schema["default"], ensure_ascii=False) if "default" in schema else "",
        links=links,
        parts=tuple(
            _row(n, s, named, required=n in needed, deep=max(0, deep - 1)) for n, s in own.items()
        )
        if unfold
        else (),
    )


def _without_null(schema: Schema) -> tuple[Schema, bool]:
    """A schema that may be null, without that; the first of several others."""
    some = [s for s in schema.get("anyOf", ()) if s.get("type") != "null"]
    if not some:
        return schema, False
    return some[0], len(some) < len(schema["anyOf"])


def _kind(schema: Schema, named: Named) -> str:
    if target := _target(schema):
        return target if "enum" not in named[target] else str(named[target].get("type", target))
    kind = str(schema.get("type", "any"))
    if kind == "array":
        return f"{_kind(schema.get('items', {}), named)}[]"
    form = schema.get("format")
    return f"{kind} ({form})" if form else kind


def _example(method: str, address: str, body: Schema, named: Named, *, binary: bool) -> str:
    """A call with curl; the key is in a variable, so that it is in no history of commands."""
    lines = [f"curl -X {method}" if method != "GET" else "curl", '-H "Authorization: Bearer $KEY"']
    if body:
        sample = json.dumps(_sample("", body, named), ensure_ascii=False).replace("'", "'\\''")
        lines += ["-H 'Content-Type: application/json'", f"-d '{sample}'"]
    if binary:
        lines.append("-o FILE")
    lines.append("'" + re.sub(r"\{(\w+)\}", lambda m: m.group(1).upper(), address) + "'")
    return " \\\n  ".join(lines)


def _sample(name: str, schema: Schema, named: Named) -> object:
    """A value that a schema takes: only what is required."""
    plain, _ = _without_null(schema)
    if target := _target(plain):
        return _sample(name, named[target], named)
    if "enum" in plain:
        return plain["enum"][0]
    kind = plain.get("type")
    if kind == "object":
        needed = plain.get("required", ())
        return {
            n: _sample(n, s, named) for n, s in plain.get("properties", {}).items() if n in needed
        }
    if kind == "array":
        return [_sample(name, plain.get("items", {}), named)]
    if kind in ("integer", "number"):
        return plain.get("minimum", 0)
    return {"boolean": True, "string": name}.get(str(kind))
