"""Regular expressions that are tried only where a match can begin: most of a text is passed over at one comparison.

Python's own engine does so for plain beginnings, and not behind a look at what stands before, where rules begin.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from re import _constants as op  # type: ignore[attr-defined] # no public way to read an expression
from typing import Any

_MANY = 10
"""Small letters with which a match may begin, from which looking for them is not worth it."""
_TWINS = {"i": "ıİ", "k": "\u212a", "s": "ſ", "å": "\u212b", "µ": "μΜ", "ß": "ẞ"}
"""Letters that count as others where case does not."""
_DIGITS = r"\d"
_REPEATS = {op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT}
_BEHIND = re.compile(r"\(\?<!(\[(?:[^\]\\]|\\.)+\]|\\[wd])\)")
"""A look at one character before, at the beginning of an expression."""
_NOTHING = {op.AT, op.ASSERT, op.ASSERT_NOT}
"""What takes no character."""


@dataclass(frozen=True, slots=True)
class Scanner:
    """An expression, and what it needs.

    begins: finds every place where a match can begin; None for anywhere; digits: least figures of a match.
    """

    regex: "re.Pattern[str]"
    begins: "re.Pattern[str] | None"
    digits: int

    def finditer(self, text: str) -> "Iterator[re.Match[str]]":
        """What `finditer` of the expression finds."""
        return self.regex.finditer(text) if self.begins is None else self._matches(text)

    def _matches(self, text: str) -> "Iterator[re.Match[str]]":
        past, match = 0, self.regex.match
        for place in self.begins.finditer(text):  # type: ignore[union-attr] # asked before
            start = place.start()
            if start >= past and (found := match(text, start)):
                past = found.end()
                yield found


def scanner(regex: str, flags: int = 0) -> Scanner:
    """Compile an expression that matches one character at least."""
    tree = re._parser.parse(regex, flags)  # type: ignore[attr-defined] # noqa: SLF001
    begins = _begins(regex, tree, tree.state.flags)
    return Scanner(re.compile(regex, flags), begins, _digits(tree))


def _begins(regex: str, tree: Any, flags: int) -> "re.Pattern[str] | None":  # noqa: ANN401 # parsed expressions have no types
    firsts, empty = _firsts(tree, flags)
    if firsts is None or empty or not firsts:
        return None
    small = sum(f.islower() for f in firsts)
    words = all(f == _DIGITS or f.isalnum() or f == "_" for f in firsts)
    guard = _guard(regex, words=words)
    if small > _MANY or (small and not guard):
        return None
    inside = "".join(sorted(f if f == _DIGITS else re.escape(f) for f in firsts))
    return re.compile(f"[{inside}]{guard}", re.DOTALL)


def _guard(regex: str, *, words: bool) -> str:
    """What must not stand before a match, looked for from behind its first character."""
    behind = _BEHIND.match(regex)
    if behind:
        return f"(?<!{behind[1]}.)"
    return r"(?<!\w.)" if words and regex.startswith(r"\b") else ""


def _firsts(tree: Any, flags: int) -> tuple[set[str] | None, bool]:  # noqa: ANN401
    """Characters with which a match can begin, None for too many to tell, and whether it can be empty."""
    found: set[str] = set()
    for code, argument in tree:
        if code in _NOTHING:
            continue
        some, empty = _first(code, argument, flags)
        if some is None:
            return None, False
        found |= some
        if not empty:
            return found, False
    return found, True


def _first(code: Any, argument: Any, flags: int) -> tuple[set[str] | None, bool]:  # noqa: ANN401
    if code is op.LITERAL:
        return _cased(chr(argument), flags), False
    if code is op.IN:
        return _members(argument, flags), False
    if code is op.SUBPATTERN:
        _, more, less, inside = argument
        return _firsts(inside, (flags | more) & ~less)
    if code in _REPEATS:
        least, _, inside = argument
        some, empty = _firsts(inside, flags)
        return some, empty or least == 0
    if code is op.BRANCH:
        ways = [_firsts(branch, flags) for branch in argument[1]]
        if any(some is None for some, _ in ways):
            return None, False
        return set().union(*(some or () for some, _ in ways)), any(empty for _, empty in ways)
    return None, False


def _members(items: Sequence[Any], flags: int) -> set[str] | None:
    found: set[str] = set()
    for code, argument in items:
        if code is op.LITERAL:
            found |= _cased(chr(argument), flags)
        elif code is op.RANGE and argument[1] - argument[0] < 256:
            for number in range(argument[0], argument[1] + 1):
                found |= _cased(chr(number), flags)
        elif code is op.CATEGORY and argument is op.CATEGORY_DIGIT:
            found.add(_DIGITS)
        else:
            return None
    return found


def _cased(letter: str, flags: int) -> set[str]:
    if not flags & re.IGNORECASE:
        return {letter}
    forms = {letter, letter.lower(), letter.upper(), *_TWINS.get(letter.lower(), "")}
    return {form for form in forms if len(form) == 1}


def _digits(tree: Any) -> int:  # noqa: ANN401
    """Figures that every match has at least."""
    return sum(_of(code, argument) for code, argument in tree)


def _of(code: Any, argument: Any) -> int:  # noqa: ANN401
    if code is op.LITERAL:
        return int(chr(argument).isdecimal())
    if code is op.IN:
        return int(all(_is_digit(*item) for item in argument))
    if code is op.SUBPATTERN:
        return _digits(argument[3])
    if code in _REPEATS:
        return int(argument[0]) * _digits(argument[2])
    if code is op.BRANCH:
        return min(_digits(branch) for branch in argument[1])
    return 0


def _is_digit(code: Any, argument: Any) -> bool:  # noqa: ANN401
    if code is op.CATEGORY:
        return argument is op.CATEGORY_DIGIT
    if code is op.RANGE:
        return chr(argument[0]).isdecimal() and chr(argument[1]).isdecimal()
    return code is op.LITERAL and chr(argument).isdecimal()
