"""Hostile texts for a regular expression, made from its own parts."""

import random
import re
from re import _constants as op  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]

RUNS = ("1", "1 ", "12 ", "A", "a", "Aa ", "A ", " ", "-", "a@", "@", ".", "a.", "12/", "A1", "\n")
_CATEGORY = {op.CATEGORY_DIGIT: "7", op.CATEGORY_WORD: "a", op.CATEGORY_SPACE: " "}
_REPEATS = {op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT}


def hostile_pieces(regex, seed=0):
    """Pieces which, repeated, make an expression try much and match little."""
    rng = random.Random(seed)  # noqa: S311 # nothing secret
    tree = _parser.parse(regex)
    witnesses = [_witness(tree, rng, mode) for mode in ("most", "least", *["any"] * 4)]
    pieces = set(RUNS)
    for text in witnesses:
        pieces |= {text, text + " ", text[:-1], text[:-1] + " ", text[: len(text) // 2]}
    pieces |= {_witness(body, rng, "any") for body in _bodies(tree)}
    pieces |= {_witness(body, rng, "most") + " " for body in _bodies(tree)}
    return sorted(p for p in pieces if p)


def _bodies(tree):
    for code, argument in tree:
        if code in _REPEATS:
            if argument[1] > 3:
                yield argument[2]
            yield from _bodies(argument[2])
        elif code is op.BRANCH:
            for branch in argument[1]:
                yield from _bodies(branch)
        elif code is op.SUBPATTERN:
            yield from _bodies(argument[3])
        elif code is op.ATOMIC_GROUP:
            yield from _bodies(argument)


def _witness(tree, rng, mode):
    return "".join(_one(code, argument, rng, mode) for code, argument in tree)


def _one(code, argument, rng, mode):
    if code is op.LITERAL:
        return chr(argument)
    if code is op.NOT_LITERAL:
        return "x" if argument != ord("x") else "y"
    if code is op.ANY:
        return "x"
    if code is op.IN:
        return _member(argument, rng)
    if code is op.BRANCH:
        return _witness(rng.choice(argument[1]), rng, mode)
    if code is op.SUBPATTERN:
        return _witness(argument[3], rng, mode)
    if code is op.ATOMIC_GROUP:
        return _witness(argument, rng, mode)
    if code in _REPEATS:
        low, high, body = argument
        high = min(high, low + 12)
        times = {"most": high, "least": low, "any": rng.randint(low, high)}[mode]
        return "".join(_witness(body, rng, mode) for _ in range(times))
    return ""


def _member(items, rng):
    choices = []
    for code, argument in items:
        if code is op.NEGATE:
            return "x"
        if code is op.LITERAL:
            choices.append(chr(argument))
        elif code is op.RANGE:
            choices.append(chr(rng.randint(*argument)))
        elif code is op.CATEGORY:
            choices.append(_CATEGORY.get(argument, "x"))
    return rng.choice(choices)


def run_of(piece, size):
    return (piece * (size // len(piece) + 1))[:size]


def scan(regex, flags, text):
    return sum(1 for _ in re.compile(regex, flags).finditer(text))
