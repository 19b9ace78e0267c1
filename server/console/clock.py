"""Times as people read them: how long ago, how long still, and the moment itself for machines."""

from dataclasses import dataclass
from datetime import UTC, datetime

from markupsafe import Markup, escape

from server.words import Words

_MINUTE, _HOUR, _DAY = 60_000, 3_600_000, 86_400_000


@dataclass(frozen=True, slots=True)
class Clock:
    """Tells times in the reader's language. now: milliseconds since 1970."""

    say: Words
    now: int

    def ago(self, at: int) -> Markup:
        """How long ago a moment was."""
        return self._time(at, self._length("ago", self.now - at))

    def left(self, until: int) -> Markup:
        """How long it is until a moment."""
        return self._time(until, self._length("left", until - self.now))

    def countdown(self, until: int) -> Markup:
        """The same, counted down by the page's script."""
        seconds = max(0, until - self.now) // 1000
        said = f"{seconds // 60}:{seconds % 60:02}"
        iso = escape(_iso(until))
        return Markup('<time datetime="{}" data-left="{}">{}</time>').format(iso, seconds, said)

    def exact(self, at: int) -> Markup:
        """A moment to the second, UTC."""
        return self._time(at, _moment(at).strftime("%Y-%m-%d %H:%M:%S"))

    def _length(self, key: str, length: int) -> str:
        if length < _MINUTE:
            return self.say(f"console.{key}_now")
        for unit, size, most in (("minutes", _MINUTE, 90), ("hours", _HOUR, 36)):
            if length < most * size:
                return self.say(f"console.{key}_{unit}", n=max(1, length // size))
        return self.say(f"console.{key}_days", n=round(length / _DAY))

    def _time(self, at: int, said: str) -> Markup:
        title = _moment(at).strftime("%Y-%m-%d %H:%M UTC")
        return Markup('<time datetime="{}" title="{}">{}</time>').format(_iso(at), title, said)


def _moment(at: int) -> datetime:
    return datetime.fromtimestamp(at / 1000, UTC)


def _iso(at: int) -> str:
    return _moment(at).isoformat(timespec="seconds")
