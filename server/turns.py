"""Whose turn it is where one can work at a time: nobody waits without end, and visitors keep no program waiting."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Condition

from server.problem import Problem

_WAIT_S = 10.0
_VISITOR_WAIT_S = 5.0
_VISITORS = 4
"""Visitors at once, working or waiting: each takes a thread of the server, and half of them stay free."""


class Turns:
    """One works; the others wait, visitors behind everybody else.

    Args:
        wait: seconds before one who waits is sent away.
        visitor_wait: the same for visitors.
        visitors: how many of them may be here; one more is sent away at once.
    """

    def __init__(
        self,
        wait: float = _WAIT_S,
        visitor_wait: float = _VISITOR_WAIT_S,
        visitors: int = _VISITORS,
    ) -> None:
        self._wait, self._visitor_wait, self._most = wait, visitor_wait, visitors
        self._changed = Condition()
        self._taken = False
        self._before = 0
        """Those waiting who go before visitors."""
        self._visitors = 0

    @contextmanager
    def turn(self, *, visitor: bool = False) -> Iterator[None]:
        """Wait for one's turn and hold it.

        Raises:
            Problem: it would take too long.
        """
        with self._changed:
            if visitor:
                self._let_in()
            else:
                self._queue()
            self._taken = True
        try:
            yield
        finally:
            with self._changed:
                self._taken = False
                self._visitors -= visitor
                self._changed.notify_all()

    def _queue(self) -> None:
        self._before += 1
        try:
            if not self._changed.wait_for(lambda: not self._taken, self._wait):
                raise _busy()
        finally:
            self._before -= 1

    def _let_in(self) -> None:
        if self._visitors >= self._most:
            raise _busy()
        self._visitors += 1
        if not self._changed.wait_for(
            lambda: not (self._taken or self._before), self._visitor_wait
        ):
            self._visitors -= 1
            raise _busy()


def _busy() -> Problem:
    return Problem("unavailable", "Many texts are being checked; try again in a moment.")
