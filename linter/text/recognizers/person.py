"""kind: person. Names that no word announces, each found by one named method."""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

from linter.text.lexicon import NAME, NOT_A_PERSON, Word
from linter.text.names import (
    FACILITY_AFTER,
    TITLES,
    begins_name,
    continues_name,
    joined,
    name_end,
    never_name,
)
from linter.text.reading import Reading
from linter.text.tokens import Token

Found = tuple[int, int, float]
"""First word, last word (exclusive), and by how much the rule's score changes."""
Method = Callable[[Reading], Iterator[Found]]

_PLACEHOLDERS = frozenset("x y z n".split())
_FILE = re.compile(
    r"[^\s/\\:*?\"<>|]{3,120}\.(?:pdf|jpe?g|png|docx?|dcm|tiff?|zip|heic|mp4|txt|odt|xlsx?|gif)\b",
    re.IGNORECASE,
)
_HASHTAG = re.compile(r"#(\w{4,60})")
_CAMEL = re.compile(r"[A-ZÀ-Ý][a-zà-ÿ]{1,30}")
_SENTENCE_END = re.compile(r"[.!?\n•*>]")


def sure_first(token: Token) -> bool:
    """A common first name that is no everyday word, place, medicine or eponym."""
    return bool(
        token.flags & Word.FIRST
        and not token.flags & (Word.ORDINARY | Word.RARE_FIRST | (NOT_A_PERSON & ~Word.PLACE)),
    )


def begins_sentence(reading: Reading, index: int) -> bool:
    """Whether a word is the first of its sentence or line, where capitals mean nothing."""
    before = reading.gap(index - 1) if index else "\n"
    return bool(_SENTENCE_END.search(before))


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


def surname_first(reading: Reading) -> Iterator[Found]:
    """Surname in capitals, then first name: "DURAND Marie-Thérèse"; or both as the lists know them."""
    tokens = reading.tokens
    for i in range(len(tokens) - 1):
        last, first = tokens[i], tokens[i + 1]
        if not first.flags & Word.FIRST or not first.capital:
            continue
        if not joined(reading.gap(i)) and not _indexed(reading, i):
            continue
        if never_name(first.key) or first.shape == "I" or not begins_name(last):
            continue
        shouted = last.shape == "U" and len(last.key) > 2 and not last.flags & Word.ACRONYM
        listed = last.flags & Word.LAST and not last.flags & (Word.ORDINARY | NOT_A_PERSON)
        if (shouted and (first.shape != "U" or (first.flags & Word.FIRST and listed))) or (
            listed and sure_first(first)
        ):
            end = i + 2
            while (
                end < len(tokens)
                and tokens[end].flags & Word.FIRST
                and tokens[end].capital
                and (joined(reading.gap(end - 1)) and continues_name(tokens[end], last))
            ):
                end += 1
            yield i, end, 0.0


def _indexed(reading: Reading, index: int) -> bool:
    """Surname, comma, first name, as in a register: "Fairweather, Joy."."""
    if reading.gap(index) != ", " or not reading.tokens[index].capital:
        return False
    last, after = reading.tokens[index], reading.gap(index + 1)
    return bool(
        last.flags & Word.LAST
        and not last.flags & (Word.FIRST | Word.ORDINARY | NOT_A_PERSON)
        and after[:1] in {".", "\n", "(", ";", "", " "}
        and not after[1:2].isalpha()
        and (len(after) > 1 or after == "\n")
    )


def first_initial(reading: Reading) -> Iterator[Found]:
    """First name and initial: "Julie M.", "Jean-Marc B"."""
    tokens = reading.tokens
    for i in range(len(tokens) - 1):
        initial = tokens[i + 1]
        if (
            initial.shape == "I"
            and reading.gap(i) == " "
            and sure_first(tokens[i])
            and tokens[i].capital
        ):
            if initial.key in _PLACEHOLDERS | {"a"} and not reading.gap(i + 1).startswith("."):
                continue
            yield i, i + 2, 0.0


def initial_last(reading: Reading) -> Iterator[Found]:
    """Initial and surname: "J. Dupont", "J.-M. Le Goff"."""
    tokens = reading.tokens
    for i in range(len(tokens) - 1):
        if tokens[i].shape != "I" or reading.gap(i) not in {". ", "."}:
            continue
        last = tokens[i + 1]
        listed = i and reading.gap(i - 1).strip(" ") in {",", ":", ":\n", "\n", "-", "et", ",\n"}
        known = last.flags & Word.LAST or (not last.flags and listed and len(last.key) > 3)
        surname = known and not last.flags & (NOT_A_PERSON | Word.ORDINARY)
        if surname and last.shape in "TUX" and len(last.key) > 2 and not never_name(last.key):
            yield i, i + 2, 0.0


def first_alone(reading: Reading) -> Iterator[Found]:
    """A first name by itself: "Lucas a vomi toute la nuit"."""
    for i, token in enumerate(reading.tokens):
        if token.shape not in "TU" or not sure_first(token) or never_name(token.key):
            continue
        if (token.shape == "U" and len(token.key) < 5) or _compared(reading, i):
            continue
        if token.flags & Word.COUNTRY or _numbered(reading, i):
            continue
        by_tagger = reading.is_tagged(token.start, "PER")
        thing = token.flags & Word.PLACE or (i and reading.keys[i - 1] in _BEFORE_THINGS)
        if by_tagger or _acts(reading, i + 1) or not (thing or begins_sentence(reading, i)):
            yield i, i + 1, 0.15 if by_tagger else 0.0


def _numbered(reading: Reading, index: int) -> bool:
    """A king or an institution, not a patient: "Mohammed V", "Hassan II"."""
    follows = reading.tokens[index + 1 : index + 2]
    return bool(follows) and follows[0].shape in "IU" and set(follows[0].key) <= set("ivx")


def _compared(reading: Reading, index: int) -> bool:
    """Among eponyms and options: "Spitz vs Reed", "Reed/Sternberg"."""
    around = reading.keys[max(0, index - 1) : index] + reading.keys[index + 1 : index + 2]
    return "vs" in around or "versus" in around or reading.gap(index).startswith("/")


def tagged_person(reading: Reading) -> Iterator[Found]:
    """What the tagger calls a person, cut to words that can be a name."""
    tokens = reading.tokens
    index = 0
    for start, end in _tagged(reading):
        while index < len(tokens) and tokens[index].end <= start:
            index += 1
        first = index
        while first < len(tokens) and tokens[first].start < end and not _namelike(tokens[first]):
            first += 1
        last = first
        while last < len(tokens) and tokens[last].start < end and _namelike(tokens[last]):
            last += 1
        if first == last:
            continue
        if last < len(tokens) and tokens[last].key in FACILITY_AFTER and tokens[last].capital:
            continue
        change = _tagged_change(reading, first, last)
        if change is not None:
            yield first, last, change


def _tagged_change(reading: Reading, first: int, last: int) -> float | None:
    """How far the tagger is believed: it takes organisms, places and brands for people.

    Several words: one of them must be a known name. One word: it must act as people do.
    """
    words = reading.tokens[first:last]
    known = any(t.flags & NAME and not t.flags & Word.ORDINARY for t in words)
    if len(words) > 1:
        names = all(t.flags & NAME or not t.flags for t in words)
        unknown = sum(not t.flags and t.shape in "TX" for t in words)
        if not names or not (known or unknown):
            return None
        return 0.1 if known else -0.05
    if not _acts(reading, last) or len(words[0].key) < 4:
        return None
    if first and reading.keys[first - 1] in _BEFORE_THINGS:
        return None
    if known:
        return 0.0
    return None if words[0].flags or begins_sentence(reading, first) else -0.05


def _acts(reading: Reading, index: int) -> bool:
    """Whether the word is one that, after a name, tells what a person does."""
    if index >= len(reading.tokens) or reading.gap(index - 1) != " ":
        return False
    token = reading.tokens[index]
    return token.key in _ACTS and token.shape == "l" and token.text != "à"


_ACTS = frozenset(
    "est etait a avait va vient veut dit refuse demande sort tousse vomit dort mange boit pleure souffre "
    "tombe revient habite vit prend consulte tremble saigne convulse respire marche parle hurle crie ira "
    "passe regarde joue attend arrive adore aime reste semble va sait connait peut doit tient monte "
    "sera aura fait faisait voulait allait m' me s' se ne n' nous is was has had wants says said refuses "
    "came went comes goes lives takes told tells died needs still keeps got gets asked rang called won't "
    "can't doesn't didn't isn't wasn't will would".split(),
)
"""Words after which, or before which, only a person makes sense: what a name does."""
_BEFORE_THINGS = frozenset(
    "l' la le les un une du des au aux d' de en a sur sous par avec the an of in at on with from to le "
    "ce cet cette ces this that no".split(),
)


def speaker(reading: Reading) -> Iterator[Found]:
    """Who speaks, at the beginning of a line of a thread: "Sunita: warm water glove"."""
    tokens = reading.tokens
    for i, token in enumerate(tokens):
        if token.shape != "T" or not token.flags & Word.FIRST or never_name(token.key):
            continue
        before = reading.gap(i - 1) if i else "\n"
        if _LINE_START.search(before) and re.match(r" ?[:>] ", reading.gap(i)):
            yield i, i + 1, 0.0


def signer(reading: Reading) -> Iterator[Found]:
    """A first name that ends the post, alone on its line or after its last sentence."""
    tokens = reading.tokens
    if len(tokens) < 6:
        return
    last = len(tokens) - 1
    for i in range(max(1, last - 6), last + 1):
        token = tokens[i]
        if token.shape != "T" or not token.flags & Word.FIRST or never_name(token.key):
            continue
        ends = i == last and not any(map(str.isalnum, reading.gap(i)))
        alone = _LINE_START.search(reading.gap(i - 1)) and reading.gap(i).lstrip(" ")[:1] in {
            ",",
            "\n",
            "",
        }
        if (ends and begins_sentence(reading, i)) or alone:
            yield i, i + 1, 0.0


_LINE_START = re.compile(r"\n[ \t]{0,8}[-–>*•]{0,3}[ \t]{0,3}\Z|^\n\Z")


def _tagged(reading: Reading) -> list[tuple[int, int]]:
    return [(e.start, e.end) for e in reading.entities if e.label == "PER"]


def _namelike(token: Token) -> bool:
    return begins_name(token) and token.capital and token.key not in TITLES


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
        if (plain or unknown) and len(other.key) > 3:
            yield i, i + 2, 0.0


def surname_initial(reading: Reading) -> Iterator[Found]:
    """Surname in capitals and an initial: "WOJCIECHOWSKA J."."""
    tokens = reading.tokens
    for i in range(len(tokens) - 1):
        last, initial = tokens[i], tokens[i + 1]
        if initial.shape != "I" or reading.gap(i) != " " or last.shape not in "UT":
            continue
        stop = reading.gap(i + 1).startswith(".")
        known = last.flags & Word.LAST and not last.flags & (Word.ORDINARY | NOT_A_PERSON)
        unknown = last.shape == "U" and not last.flags and len(last.key) > 4
        if stop and (unknown or (known and len(last.key) > 3)) and not never_name(last.key):
            yield i, i + 2, 0.0


def name_age(reading: Reading) -> Iterator[Found]:
    """A surname or first name, then an age: "Durand, 82 ans", "LE GALL – 69A"."""
    starts = [t.start for t in reading.tokens]
    for match in _AGE_AFTER.finditer(reading.text):
        last = bisect_left(starts, match.start()) - 1
        if last < 0 or reading.tokens[last].end != match.start():
            continue
        token = reading.tokens[last]
        named = token.flags & NAME or (not token.flags and token.shape == "U")
        odd = token.flags & (Word.ORDINARY | NOT_A_PERSON) or never_name(token.key)
        if named and not odd and token.shape in "TUX" and len(token.key) > 2:
            yield last, last + 1, 0.0


_AGE_AFTER = re.compile(
    r" ?[,(–—|-]? ?(?=\d{1,3} ?(?:ans\b|a\b|A\b|mois\b|y/?o\b|yrs?\b|years?[ -]old|[MF]\b))"
)


def agenda(reading: Reading) -> Iterator[Found]:
    """A name after the hour at the beginning of a line: "8h40 Ferrand Odile, renouvellement"."""
    starts = [t.start for t in reading.tokens]
    for match in _HOUR.finditer(reading.text):
        index = bisect_left(starts, match.end())
        if index < len(starts) and reading.tokens[index].key == "h":
            index += 1
        end = name_end(reading, index)
        words = reading.tokens[index:end]
        if words and words[0].start - match.end() < 4 and _all_names(words):
            yield index, end, 0.0


def _all_names(words: tuple[Token, ...]) -> bool:
    """Known names, none of them only a thing."""
    known = [t for t in words if t.flags & NAME]
    return bool(known) and not any(
        t.flags & (Word.WORD | NOT_A_PERSON) or (t.flags & Word.ORDINARY and t is words[0])
        for t in words
    )


_HOUR = re.compile(r"(?:^|\n)[ \t>*–-]{0,4}\d{1,2} ?[hH:](?:\d{2})?[ \t:–-]{1,4}")


def initials(reading: Reading) -> Iterator[Found]:
    """A title and initials: "Mme D.", "M. K.B.", "Mlle F I"; X, Y, Z and N are placeholders."""
    tokens = reading.tokens
    for i in range(len(tokens) - 1):
        if tokens[i].key not in _PATIENT_TITLES or (not tokens[i].capital and tokens[i].key == "m"):
            continue
        if tokens[i].key == "m" and tokens[i].text != "M":
            continue
        end = i + 1
        while end < len(tokens) and end - i <= 3 and _is_initial(reading, end):
            end += 1
        if end == i + 1 or tokens[i + 1].key in _PLACEHOLDERS:
            continue
        plain = tokens[i].key.startswith("patient") and end == i + 2
        if not plain or (reading.gap(i + 1).startswith(".") and tokens[i + 1].key not in "abi"):
            yield i, end, 0.0


def initials_age(reading: Reading) -> Iterator[Found]:
    """Initials with their dots, then an age: "K. B., 19 ans"."""
    for match in _INITIALS_AGE.finditer(reading.text):
        words = reading.tokens_in(match.start(), match.end("id"))
        if words and words[0].key not in _PLACEHOLDERS:
            first = bisect_left(reading.tokens, match.start(), key=_start)
            yield first, first + len(words), 0.0


_INITIALS_AGE = re.compile(
    r"(?<![\w.'-])(?P<id>[A-ZÀ-Ý]\.(?: ?-?[A-ZÀ-Ý]\.){0,2})(?= ?[,(]? ?\d{1,3} ?(?:ans\b|mois\b|a\b|yo\b|y/o\b|y\.o|years?\b|[MF]\b))"
)


def _start(token: Token) -> int:
    return token.start


_PATIENT_TITLES = frozenset(
    "m mr mme mlle melle mrs ms miss madame monsieur mademoiselle patient patiente".split()
)


def _is_initial(reading: Reading, index: int) -> bool:
    token = reading.tokens[index]
    run = token.shape == "U" and len(token.key) <= 3 and not token.flags & (NAME | Word.ACRONYM)
    if token.shape != "I" and not run:
        return False
    if run and set(token.key) <= _PLACEHOLDERS:
        return False
    gap = reading.gap(index - 1)
    after = reading.gap(index)[:1]
    return gap in {" ", ". ", ".", "-", ".-"} and after not in {"'", "/", "+"}


def hashtag(reading: Reading) -> Iterator[Found]:
    """A name inside a hashtag: "#JusticePourLucas"."""
    starts = {t.start: i for i, t in enumerate(reading.tokens)}
    for match in _HASHTAG.finditer(reading.text):
        index = starts.get(match.start(1))
        if index is None:
            continue
        pieces = _CAMEL.findall(match[1])
        flags = [reading.lexicon.of(p.lower()) for p in pieces]
        if any(f & Word.FIRST and not f & (Word.ORDINARY | NOT_A_PERSON) for f in flags):
            yield index, index + 1, 0.0


def file_name(reading: Reading) -> Iterator[Found]:
    """A surname and a first name in a file name: "IRM_DUPONT_Jean.pdf"."""
    for match in _FILE.finditer(reading.text):
        words = [
            i
            for i, t in enumerate(reading.tokens)
            if match.start() <= t.start < match.end() - 3 and _in_file_name(t)
        ]
        firsts = any(reading.tokens[i].flags & Word.FIRST for i in words)
        for i in words:
            if firsts and len(words) > 1:
                yield i, i + 1, 0.0


def _in_file_name(token: Token) -> bool:
    return (
        bool(token.flags & NAME)
        and not token.flags & (Word.ORDINARY | NOT_A_PERSON)
        and len(token.key) > 2
    )


METHODS: Mapping[str, Method] = MappingProxyType(
    {
        "full_name": full_name,
        "surname_first": surname_first,
        "first_initial": first_initial,
        "initial_last": initial_last,
        "first_alone": first_alone,
        "tagged": tagged_person,
        "lower_full": lower_full,
        "initials": initials,
        "initials_age": initials_age,
        "surname_initial": surname_initial,
        "name_age": name_age,
        "agenda": agenda,
        "speaker": speaker,
        "signer": signer,
        "hashtag": hashtag,
        "file_name": file_name,
    },
)
