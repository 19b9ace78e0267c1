"""The HTTP server in front of the application: it bears many slow senders, and none of them for ever."""

import errno
import os
import select
import socket
import time
from collections.abc import Callable
from typing import Any

import waitress
from flask import Flask
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.utilities import Error, RequestEntityTooLarge

from server.problem import Problem
from server.web import problem_response

_THREADS = 8
_CONNECTIONS = 1_000
_WITHOUT_POLL = 400
"""Connections where the system has `select` only, which takes 512."""
_LARGE = 300_000
"""Bytes of a body: no text is longer, files are."""
_LARGE_AT_ONCE = 50
"""At most so many large bodies lie in memory."""
_PATIENCE_S = 60.0
_SLOWEST = 20_000
"""Bytes a second of a body that takes longer than `_PATIENCE_S`: less is not a bad line but somebody who holds places."""


def listen(
    app: Flask,
    max_body: int,
    host: str,
    port: int,
    *,
    threads: int = _THREADS,
    patience: float = _PATIENCE_S,
) -> Any:  # noqa: ANN401 # waitress has no types
    """A server that is bound and ready to `run`.

    Args:
        app: the application.
        max_body: bytes of a request.
        host: name or address to listen at.
        port: 0: any that is free.
        threads: requests worked on at once.
        patience: seconds that a sender may be silent, or take for a request that comes more slowly than `_SLOWEST`.

    Raises:
        OSError: there is no such host, or the port is taken; it names them as its file.
    """
    server = waitress.create_server(
        app, sockets=[_bound(host, port)], threads=threads, **_settings(max_body, patience)
    )
    server.channel_class = _Channel
    return server


def _bound(host: str, port: int) -> socket.socket:
    """At one address of a host; at that of IPv4 where there are several."""
    try:
        found = socket.getaddrinfo(
            None if host == "*" else host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )
    except (OSError, UnicodeError):
        raise OSError(errno.EADDRNOTAVAIL, "There is no such host", host) from None
    family, *_, address = min(found, key=lambda one: one[0] != socket.AF_INET)
    try:
        return socket.create_server(address, family=family)
    except OSError as fault:
        why = os.strerror(fault.errno or errno.EADDRNOTAVAIL)
        raise OSError(fault.errno, why, f"{host}, port {port}") from None


def _settings(max_body: int, patience: float) -> dict[str, Any]:
    return {
        "ident": None,
        "max_request_body_size": max_body + 1_000_000,  # ours answers first, in kind words
        "inbuf_overflow": max_body + 2_000_000,  # bodies stay in memory
        "outbuf_overflow": max_body + 2_000_000,
        "channel_timeout": patience,
        "cleanup_interval": patience / 6,
        "connection_limit": _connections(),
        "asyncore_use_poll": True,
        "expose_tracebacks": False,
    }


def _connections() -> int:
    """How many connections the system lets this process have, and some files beside them."""
    if not hasattr(select, "poll"):
        return _WITHOUT_POLL
    import resource  # noqa: PLC0415 # not on Windows

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 2 * _CONNECTIONS
    if soft != resource.RLIM_INFINITY and soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return _CONNECTIONS if soft == resource.RLIM_INFINITY else min(_CONNECTIONS, soft // 2)


class _Full(Error):  # type: ignore[misc] # noqa: N818 # waitress has no types; it is an answer, not raised
    """Too many large bodies are coming in."""

    def to_response(self, _: str | None = None) -> tuple[str, list[tuple[str, str]], bytes]:
        """Status, headers and body."""
        told = problem_response(Problem("unavailable", self.body))
        return told.status, list(told.headers.items()), told.get_data()


class _Request(HTTPRequestParser):  # type: ignore[misc] # waitress has no types
    """A request as it comes in.

    Args:
        adj: waitress's settings.
        room: whether one more large body may come in.
    """

    completed: bool
    error: Error | None

    def __init__(self, adj: object, room: Callable[[], bool]) -> None:
        super().__init__(adj)
        self.began = time.time()
        self._room = room

    @property
    def large(self) -> bool:
        """Whether it may take much memory; one that does not tell its length may."""
        return bool(self.chunked or self.content_length > _LARGE)

    def received(self, data: bytes) -> int:
        """Take what came; how many bytes of it belong to this request."""
        inside = self.headers_finished
        taken: int = super().received(data)
        begins = self.headers_finished and not (inside or self.completed)
        if begins and self.large and not self._room():
            self.error = _Full("Many large requests are coming in; try again in a moment.")
            self.completed, self.expect_continue = True, False
        elif isinstance(self.error, RequestEntityTooLarge):
            self._leave_to_application()
        return taken

    def _leave_to_application(self) -> None:
        """Go on without the body: the application sees how long it is, and has the words to refuse it."""
        self.close()
        self.error, self.body_rcv, self.expect_continue = None, None, False
        self.headers["CONTENT_LENGTH"] = str(max(self.content_length, self.body_bytes_received))
        self.headers["CONNECTION"] = "close"


class _Channel(HTTPChannel):  # type: ignore[misc] # waitress has no types
    """A connection whose drips do not count as activity."""

    last_activity: float

    def parser_class(self, adj: object) -> _Request:
        """The next request."""
        return _Request(adj, self._room)

    def received(self, data: bytes) -> bool:
        """Take what came. Waitress closes what was not active for long."""
        done: bool = super().received(data)
        coming = self.request
        if coming is not None:
            earned = coming.began + coming.body_bytes_received / _SLOWEST
            self.last_activity = min(self.last_activity, earned)
        return done

    def _room(self) -> bool:
        requests = (
            one
            for channel in self.server.active_channels.values()
            for one in (*channel.requests, channel.request)
        )
        return sum(1 for one in requests if one is not None and one.large) <= _LARGE_AT_ONCE
