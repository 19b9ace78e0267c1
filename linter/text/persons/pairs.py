"""Two words together: first name and surname, surname and first name, name and initial."""

from collections.abc import Iterator

from linter.text.lexicon import NOT_A_PERSON, Word
from linter.text.names import (
    FACILITY_AFTER,
    begins_name,
    continues_name,
    is_initial,
    joined,
    name_end,
    never_name,
)
from linter.text.persons.common import (
    PLACEHOLDERS,
    Found,
    begins_sentence,
    numbered,
    sure_first,
)
from linter.text.reading import Reading
from linter.text.tokens import Token

_SHORT = 3
"""Letters of the shortest surname in lower case, which then must be nothing else."""


def full_name(reading: Reading) -> Iterator[Found]:
    """First name, then surname: "Lucie Palanque", "Jean-Marc LE GOFF"."""
    tokens = reading.tokens
    for i in range(len(tokens) - 1):
        first = tokens[i]
        if not first.flags & Word.FIRST or not first.capital or not begins_name(first):
            continue
        end = name_end(reading, i)
        if end - i < 2 or tokens[end - 1].shape == "I":
            continue
        if end < len(tokens) and tokens[end].key in FACILITY_AFTER and tokens[end].capital:
            continue
        rest = tokens[i + 1 : end]
        known = any(t.flags & Word.LAST or (t.flags & Word.FIRST and t.capital) for t in rest)
        shouted = first.shape == "U" and tokens[end - 1].shape == "U"
        plain = not first.flags & Word.ORDINARY
        if shouted and any(t.flags & Word.ORDINARY for t in rest):
            continue
        capitals = first.shape == "T" and tokens[end - 1].shape == "U"
        closes = reading.gap(end - 1)[:1] in {"\n", ""} and not first.flags & Word.RARE_FIRST
        sure = plain or capitals or closes or not begins_sentence(reading, i)
        if first.shape == "U" and not shouted and any(t.flags & Word.ORDINARY for t in rest):
            continue
        if known and sure:
            yield i, end, 0.0
        elif sure_first(first) and all(not t.flags for t in rest):
            yield i, end, -0.1


def middle_initial(reading: Reading) -> Iterator[Found]:
    """First name, initial, surname, known or not: "Jaxon T. Merriweather"."""
    tokens = reading.tokens
    for i in range(len(tokens) - 2):
        first, initial, last = tokens[i : i + 3]
        if initial.shape != "I" or first.shape not in "TU" or last.shape not in "TU":
            continue
        if reading.gap(i) != " " or reading.gap(i + 1) not in {". ", " "}:
            continue
        odd = Word.WORD | Word.ORDINARY | NOT_A_PERSON
        plain = not first.flags & odd and not last.flags & Word.WORD
        long = min(len(first.key), len(last.key)) > 2
        if plain and long and not never_name(last.key) and not never_name(first.key):
            yield i, i + 3, 0.0


def mixed_case(reading: Reading) -> Iterator[Found]:
    """An unknown first name, then a surname in capitals, as signatures have it: "Norodom PIMA"."""
    tokens = reading.tokens
    for i in range(len(tokens) - 1):
        first, last = tokens[i], tokens[i + 1]
        if first.shape != "T" or last.shape != "U" or reading.gap(i) != " " or first.flags:
            continue
        known = not last.flags or last.flags & Word.LAST
        odd = NOT_A_PERSON | Word.WORD
        if known and not last.flags & odd and len(last.key) > 3 and len(first.key) > 3:
            yield i, i + 2, 0.0


def surname_initial_first(reading: Reading) -> Iterator[Found]:
    """Surname, initial, first name, as lists of staff have it: "CAVALIER S MARION"."""
    tokens = reading.tokens
    for i in range(len(tokens) - 2):
        last, middle, first = tokens[i : i + 3]
        if middle.shape != "I" or last.shape != "U" or not first.flags & Word.FIRST:
            continue
        if (
            reading.gap(i) == " "
            and reading.gap(i + 1) in {" ", ". "}
            and (last.flags & Word.LAST or not last.flags)
        ):
            yield i, i + 3, 0.0


def surname_first(reading: Reading) -> Iterator[Found]:
    """Surname in capitals, then first name: "DURAND Marie-Thérèse"; or both as the lists know them."""
    tokens = reading.tokens
    for i in range(len(tokens) - 1):
        last, first = tokens[i], tokens[i + 1]
        indexed = _indexed(reading, i)
        if not indexed and not (first.flags & Word.FIRST and first.capital):
            continue
        stacked = _stacked(reading, i)
        if reading.gap(i) not in {" ", "-", "_", "^", "  "} and not indexed and not stacked:
            continue
        if never_name(first.key) or first.shape == "I" or not begins_name(last):
            continue
        if indexed or stacked or _surname_then_first(last, first) or _headed(reading, i):
            end = i + 2
            while end < len(tokens) and _second_first_name(reading, end, last):
                end += 1
            yield i, end, 0.0


def _surname_then_first(last: Token, first: Token) -> bool:
    shouted = last.shape == "U" and len(last.key) > 2 and not last.flags & Word.ACRONYM
    listed = last.flags & Word.LAST and not last.flags & (Word.ORDINARY | NOT_A_PERSON)
    if shouted:
        return first.shape != "U" or bool(listed)
    rare = first.flags & (Word.ORDINARY | NOT_A_PERSON | Word.DICTIONARY) == 0
    return bool(listed) and (sure_first(first) or (rare and not last.flags & Word.FIRST))


def _stacked(reading: Reading, index: int) -> bool:
    """A surname in capitals and a first name, each on a line of its own, as labels print them."""
    last, first = reading.tokens[index], reading.tokens[index + 1]
    if reading.gap(index).strip(" ") != "\n" or last.shape != "U" or len(last.key) < 4:
        return False
    if last.flags & (Word.WORD | Word.ORDINARY | NOT_A_PERSON) or not sure_first(first):
        return False
    before = reading.gap(index - 1) if index else "\n"
    after = reading.gap(index + 1)
    return "\n" in before and (not after or "\n" in after.partition(".")[0])


def _headed(reading: Reading, index: int) -> bool:
    """A line of two words in capitals, as scanners and labels print them, whose first is a word as well."""
    last, first = reading.tokens[index], reading.tokens[index + 1]
    if {last.shape, first.shape} != {"U"} or not sure_first(first):
        return False
    if not last.flags & Word.COMMON_LAST:
        return False
    if index and "\n" not in reading.gap(index - 1):
        return False
    rest = reading.text[first.end :].partition("\n")[0]
    return not any(c.isalpha() for c in rest)


def _second_first_name(reading: Reading, index: int, last: Token) -> bool:
    token = reading.tokens[index]
    named = bool(token.flags & Word.FIRST) and token.capital
    return named and joined(reading.gap(index - 1)) and continues_name(token, last)


def _indexed(reading: Reading, index: int) -> bool:
    """Surname, comma, first name, as in a register: "Fairweather, Joy.", "ADEYEMI, Folasade (…"."""
    if reading.gap(index) != ", ":
        return False
    last, first, after = reading.tokens[index], reading.tokens[index + 1], reading.gap(index + 1)
    closed = after[:1] in {".", "\n", "(", ";", ""} or after[:2] in {" (", " -", " –", "  "}
    headed = (
        first.shape == "U" and sure_first(first) and (not index or "\n" in reading.gap(index - 1))
    )
    if not closed or not (first.shape == "T" or headed) or not last.capital:
        return False
    if last.shape == "U" and len(last.key) > 3 and not last.flags & Word.ACRONYM:
        return bool(first.flags & Word.FIRST) or not first.flags
    plain = last.flags & Word.LAST and not last.flags & (Word.FIRST | Word.ORDINARY | NOT_A_PERSON)
    return bool(plain and first.flags & Word.FIRST)


def first_initial(reading: Reading) -> Iterator[Found]:
    """First name and initial: "Julie M.", "Jean-Marc B"."""
    tokens = reading.tokens
    for i in range(len(tokens) - 1):
        initial = tokens[i + 1]
        if initial.shape != "I" or reading.gap(i) != " " or not tokens[i].capital:
            continue
        if numbered(reading, i) and not reading.gap(i + 1).startswith("."):
            continue
        if sure_first(tokens[i]):
            if initial.key in PLACEHOLDERS | {"a"} and not reading.gap(i + 1).startswith("."):
                continue
            yield i, i + 2, 0.0


def initial_last(reading: Reading) -> Iterator[Found]:
    """Initial and surname: "J. Dupont", "J.-M. Le Goff"."""
    tokens = reading.tokens
    for i in range(len(tokens) - 1):
        if not is_initial(tokens[i]) or reading.gap(i) not in {". ", ".", ".\n"}:
            continue
        last = tokens[i + 1]
        listed = i and reading.gap(i - 1).strip(" ") in {",", ":", ":\n", "\n", "-", "et", ",\n"}
        closed = reading.gap(i + 1)[:2] in {" –", " -", " (", "\n", ", "}
        unknown = not last.flags and (listed or closed or last.shape == "U") and len(last.key) > 3
        odd = NOT_A_PERSON if listed else NOT_A_PERSON | Word.ORDINARY
        odd &= ~Word.PLACE if last.shape == "U" or listed else ~0
        surname = (last.flags & Word.LAST or unknown) and not last.flags & odd
        if surname and last.shape in "TUX" and len(last.key) > 2 and not never_name(last.key):
            yield i, i + 2, 0.0


def surname_initial(reading: Reading) -> Iterator[Found]:
    """Surname in capitals and an initial: "WOJCIECHOWSKA J."."""
    tokens = reading.tokens
    for i in range(len(tokens) - 1):
        last, initial = tokens[i], tokens[i + 1]
        if initial.shape != "I" or reading.gap(i) != " " or last.shape not in "UT":
            continue
        stop = reading.gap(i + 1).startswith(".")
        if stop and last.shape == "U" and last.flags & Word.LAST and len(last.key) > 3:
            yield i, i + 2, 0.0
            continue
        known = last.flags & Word.LAST and not last.flags & (Word.ORDINARY | NOT_A_PERSON)
        unknown = last.shape == "U" and not last.flags and len(last.key) > 4
        if stop and (unknown or (known and len(last.key) > 3)) and not never_name(last.key):
            yield i, i + 2, 0.0


def lower_full(reading: Reading) -> Iterator[Found]:
    """First name and surname in lower case, neither of them an everyday word: "kevin marchetti"."""
    tokens = reading.tokens
    for i in range(len(tokens) - 1):
        first, last = tokens[i], tokens[i + 1]
        if first.shape != "l" or last.shape != "l" or reading.gap(i) != " ":
            continue
        if not sure_first(first) and not (sure_first(last) and last.shape == "l"):
            continue
        other = last if sure_first(first) else first
        plain = other.flags & Word.LAST and not other.flags & (Word.ORDINARY | NOT_A_PERSON)
        unknown = other is last and not other.flags
        short = len(other.key) == _SHORT and not other.flags & (Word.WORD | Word.DICTIONARY)
        if (plain or unknown) and (len(other.key) > _SHORT or (plain and short)):
            yield i, i + 2, 0.0
