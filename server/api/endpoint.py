"""One endpoint: what it takes, what it gives, who may call it. Its declaration is both the check and the document."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, Response, current_app, request
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from server.actor import Actor, Scope
from server.checker import Upload
from server.core import Core
from server.problem import Field, Problem
from server.web import Limiter, file_name

JSON = "application/json"
MULTIPART = "multipart/form-data"
_MOST_FIELDS = 10


@dataclass(frozen=True, slots=True)
class Call:
    """One request, checked."""

    core: Core
    actor: Actor
    path: Mapping[str, str]
    body: Any = field(repr=False)
    """An instance of the endpoint's body model."""
    query: Any = field(repr=False)
    files: tuple[Upload, ...] = field(repr=False)
    idempotency_key: str | None = field(repr=False)
    limiter: Limiter = field(repr=False)
    """Counted this request as one."""


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer. body: a model, or bytes of the endpoint's media type."""

    body: BaseModel | Mapping[str, Any] | bytes | None = field(default=None, repr=False)
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A method of an address."""

    method: str
    path: str
    """With `{names}` of its parts."""
    name: str
    summary: str
    description: str
    tag: str
    scopes: tuple[Scope, ...]
    """Of which a key needs one."""
    body: type[BaseModel] | None
    query: type[BaseModel] | None
    answers: Mapping[int, type[BaseModel] | None]
    media: str
    """Of an answer that is no JSON."""
    files: bool
    """Whether attachments may come along, as multipart/form-data."""
    idempotent: bool
    """Whether the header Idempotency-Key is understood."""
    problems: tuple[str, ...]
    view: Callable[[Call], Reply] = field(repr=False)


class Api:
    """The endpoints of a version."""

    def __init__(self) -> None:
        self.endpoints: list[Endpoint] = []

    def route(
        self,
        method: str,
        path: str,
        summary: str,
        *,
        tag: str,
        scopes: Sequence[Scope],
        answers: Mapping[int, type[BaseModel] | None],
        body: type[BaseModel] | None = None,
        query: type[BaseModel] | None = None,
        media: str = JSON,
        files: bool = False,
        idempotent: bool = False,
        problems: Sequence[str] = (),
    ) -> Callable[[Callable[[Call], Reply]], Callable[[Call], Reply]]:
        """Declare an endpoint; the docstring of its function is its description."""

        def declared(view: Callable[[Call], Reply]) -> Callable[[Call], Reply]:
            self.endpoints.append(
                Endpoint(
                    method,
                    path,
                    view.__name__,
                    summary,
                    (view.__doc__ or "").strip(),
                    tag,
                    tuple(scopes),
                    body,
                    query,
                    answers,
                    media,
                    files,
                    idempotent,
                    tuple(problems),
                    view,
                )
            )
            return view

        return declared

    def bind(
        self, app: Flask, core: Core, authenticate: Callable[[], Actor], limiter: Limiter
    ) -> None:
        """Put the endpoints into an application."""
        for endpoint in self.endpoints:
            rule = endpoint.path.replace("{", "<").replace("}", ">")
            app.add_url_rule(
                rule,
                f"v1.{endpoint.name}",
                _handler(endpoint, core, authenticate, limiter),
                methods=[endpoint.method],
                provide_automatic_options=False,
            )


def _handler(
    endpoint: Endpoint, core: Core, authenticate: Callable[[], Actor], limiter: Limiter
) -> Callable[..., Response]:
    def handle(**path: str) -> Response:
        actor = authenticate()
        actor.need(*endpoint.scopes)
        if not all(part.isprintable() for part in path.values()):
            raise Problem("not-found")
        query = _query(endpoint)
        key = _idempotency_key() if endpoint.idempotent else None
        body, files = _body(endpoint, core)
        call = Call(core, actor, path, body, query, files, key, limiter)
        return _answer(endpoint, endpoint.view(call))

    return handle


def _body(endpoint: Endpoint, core: Core) -> tuple[BaseModel | None, tuple[Upload, ...]]:
    if endpoint.body is None:
        return None, ()
    if request.mimetype == JSON:
        return _checked(endpoint.body, _parsed(request.get_data(cache=False))), ()
    if endpoint.files and request.mimetype == MULTIPART:
        if set(request.form) != {"post"}:
            raise Problem(
                "invalid", "The form has a field `post` with JSON, and files `attachments`."
            )
        body = _checked(endpoint.body, _parsed(request.form["post"].encode("utf-8", "replace")))
        return body, _files(core)
    taken = f"{JSON} or {MULTIPART}" if endpoint.files else JSON
    raise Problem("unsupported-media-type", f"Send {taken}.")


def _parsed(raw: bytes) -> object:
    def refuse(_: str) -> object:
        raise ValueError

    try:
        return json.loads(raw.decode("utf-8"), parse_constant=refuse)
    except (ValueError, RecursionError):
        raise Problem("bad-request", "The body is not JSON in UTF-8.") from None


def _files(core: Core) -> tuple[Upload, ...]:
    if set(request.files) - {"attachments"}:
        raise Problem("invalid", "Files come as `attachments`.")
    found = request.files.getlist("attachments")
    if len(found) > core.config.max_files:
        raise Problem("too-large", f"At most {core.config.max_files} attachments.")
    files = []
    for storage in found:
        data = storage.stream.read(core.config.max_file + 1)
        if len(data) > core.config.max_file:
            raise Problem("too-large", f"An attachment has at most {core.config.max_file:,} bytes.")
        files.append((file_name(storage.filename), data))
    return tuple(files)


def _checked(model: type[BaseModel], told: object) -> BaseModel:
    try:
        return model.model_validate(told)
    except ValidationError as error:
        raise invalid(error) from None


def invalid(error: ValidationError) -> Problem:
    """A problem that says what is wrong where, and quotes nothing."""
    fields = tuple(
        Field(_at(e), _why(e["type"], e.get("ctx") or {}))
        for e in error.errors(include_input=False, include_url=False)[:_MOST_FIELDS]
    )
    return Problem("invalid", fields=fields)


def _at(error: ErrorDetails) -> str:
    """A place in the body; a name that the caller made up is not repeated."""
    known = error["loc"][:-1] if error["type"] == "extra_forbidden" else error["loc"]
    return "/".join(map(str, known)) or "the whole"


_WHYS = {
    "missing": "is missing",
    "model_type": "is not an object with names",
    "model_attributes_type": "is not an object with names",
    "extra_forbidden": "is not known here",
    "string_too_long": "is longer than {max_length} characters",
    "string_too_short": "is shorter than {min_length} characters",
    "too_long": "has more than {max_length} entries",
    "greater_than_equal": "is less than {ge}",
    "less_than_equal": "is more than {le}",
    "literal_error": "is not one of {expected}",
    "enum": "is not one of {expected}",
    "string_pattern_mismatch": "does not have the right form",
}


def _why(kind: str, context: Mapping[str, Any]) -> str:
    """Our own words for pydantic's kinds: its messages may quote."""
    try:
        return _WHYS.get(kind, f"is not right ({kind})").format(**context)
    except (KeyError, IndexError):
        return "is not right"


def _query(endpoint: Endpoint) -> BaseModel | None:
    if endpoint.query is None:
        if request.args:
            raise Problem("invalid", "This address takes no parameters.")
        return None
    if any(len(request.args.getlist(name)) > 1 for name in request.args):
        raise Problem("invalid", "A parameter stands here twice.")
    return _checked(endpoint.query, request.args.to_dict())


def _idempotency_key() -> str | None:
    key = request.headers.get("Idempotency-Key")
    if key is not None and not (1 <= len(key) <= 200 and key.isprintable()):
        raise Problem("bad-request", "An Idempotency-Key has 1 to 200 printable characters.")
    return key


def _answer(endpoint: Endpoint, reply: Reply) -> Response:
    if isinstance(reply.body, bytes):
        response = current_app.response_class(reply.body, reply.status, mimetype=endpoint.media)
    elif reply.body is None:
        response = current_app.response_class(status=reply.status)
        response.content_type = ""
        del response.headers["Content-Type"]
    else:
        told = (
            reply.body.model_dump_json(by_alias=True)
            if isinstance(reply.body, BaseModel)
            else json.dumps(reply.body, ensure_ascii=True)
        )
        response = current_app.response_class(told, reply.status, mimetype=JSON)
    response.headers["Cache-Control"] = "no-store"
    response.headers.update(reply.headers)
    return response
