"""Where names stand by form: before an age, after an hour, in a hashtag, in a file name; initials."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence

from linter.text.lexicon import NAME, NOT_A_PERSON, Word
from linter.text.names import PARTICLES, is_initial, name_end, never_name
from linter.text.persons.common import PLACEHOLDERS, Found, sure_first
from linter.text.reading import Reading
from linter.text.tokens import Token

_FILE = re.compile(
    r"[^\s/\\:*?\"<>|]{3,120}\.(?:pdf|jpe?g|png|docx?|dcm|tiff?|zip|heic|mp4|txt|odt|xlsx?|gif)\b",
    re.IGNORECASE,
)
_FILE_DATE = re.compile(r"(?<!\d)(?:(?:19|20)\d{6}|[0-3]\d[01]\d(?:19|20)\d\d)(?!\d)")
_HASHTAG = re.compile(r"#(\w{4,60})")
_CAMEL = re.compile(r"[A-ZÀ-Ý][a-zà-ÿ]{1,30}")
_AGE_AFTER = re.compile(
    r" ?[,(–—|-]? ?(?=(?:lit|ch|chambre|box|bed|bay|room) ?\d|\d{1,3} ?(?:ans\b|(?<=\d\d)[aA]\b|mois\b|y/?o\b|yrs?\b|years?[ -]old|[MF]\b))"
)
_PLAIN_AGE = re.compile(r", (?=(?:[1-9]\d|10\d), [a-z])| (?=\((?:[1-9]\d|10\d)\) [a-z])")
_ILL = re.compile(
    r", (?P<what>[A-ZÀ-Ý][\w'-]{1,20}), (?=\d{1,3} ?(?:ans\b|mois\b|y/?o\b|yrs?\b|years?[ -]old|[MF]\b))"
)
_BORN_AFTER = re.compile(r"(?:, ?| )(?=\d{1,2}[./-]\d{1,2}[./-](?:19\d\d|200\d|201[0-5])(?!\d))")
_ROW_HEAD = re.compile(
    r"(?:^|\n)[ \t>*–•-]{0,4}(?:\d{1,2}[.)] )?(?:[A-Za-zé]{3,8}\.? (?=\d))?(?:\d{1,2} ?[hH:]\d{0,2}|[01]\d[0-5]\d(?= )|\d{1,2}\.[0-5]\d(?= )|\d{1,2}[.)]|\d{3}[A-Z]?(?= ?[-–:])|"
    r"(?P<bed>(?:[Cc][Hh]|[Cc]hambre|[Ll]it|[Bb]ed|[Bb]ay|[Rr]oom|[Rr]m|[Bb]ox|B|BED|BAY|ROOM|LIT|BOX)\.? ?\d{1,3}[A-Z]?))"
    r"[ \t:–—-]{1,4}"
    r"(?:[Cc]ouple |[Ff]amille |[Bb]b |[Bb]ébé )?",
)
_NEXT_BED = re.compile(
    r"[:,;.] (?P<bed>(?:[Cc][Hh]|[Cc]hambre|[Ll]it|[Bb]ed|[Bb]ay|[Rr]oom|[Bb]ox)\.? ?\d{1,3}[A-Z]?)[ \t:–—-]{1,3}(?=[A-ZÀ-Ý])"
)
"""Beds one after the other in a line: "ch 4 Dubreuil selles +, ch 5 Marchetti"."""
_INITIALS_ALONE = re.compile(
    r"(?<![\w.'-])(?P<id>[A-Z]\.[ -]?[A-Z]\.)(?=[,;)]| (?:est|a|was|is|has|who|qui|revient|came)\b)"
)
_NOT_INITIALS = frozenset(
    "us uk er or iv im po sc eu ad eg ie od bd hs md do rn nb ps am pm sa ta la cf id bp hr rr tv "
    "qd qs pj rv rd mt".split(),
)
_SEX_BAR = re.compile(r" ?\| ?[MFH] ?\|")
_MOST_WORDS = 5
_SHORTEST = 4
"""Letters of a name that no list holds."""
_LINK = re.compile(r"(?:https?://|www\.)?[\w-]{2,40}(?:\.[\w-]{2,20}){1,3}/[\w./%?=&~-]{4,160}")
_INITIALS_AGE = re.compile(
    r"(?<![\w.'-])(?P<id>[A-ZÀ-Ý]\.(?: ?-?[A-ZÀ-Ý]\.){0,2})(?= ?[,(]? ?\d{1,3} ?(?:ans\b|mois\b|a\b|yo\b|y/o\b|y\.o|years?\b|[MF]\b))"
)
_PLACED = frozenset({"de", "d'", "a", "from", "in", "of"})
_LETTERED = frozenset(
    "groupe group type bras arm cohorte cohort hepatite hepatitis vitamine vitamin stade stage grade classe class salle".split()
)
"""What has a letter for a name: "groupe A. 40 ans en moyenne"."""
_PATIENT_TITLES = frozenset(
    "m mr mme mlle melle mrs ms miss madame monsieur mademoiselle patient patiente".split()
)


def name_age(reading: Reading) -> Iterator[Found]:
    """A surname or first name, then an age: "Durand, 82 ans", "LE GALL – 69A"."""
    starts = [t.start for t in reading.tokens]
    for match in (*_AGE_AFTER.finditer(reading.text), *_ill(reading), *_plain_age(reading, starts)):
        last = bisect_left(starts, match.start()) - 1
        if last < 0 or reading.tokens[last].end != match.start():
            continue
        token = reading.tokens[last]
        named = token.flags & NAME or (
            not token.flags and token.shape == "U" and len(token.key) > 4
        )
        odd = token.flags & (Word.ORDINARY | NOT_A_PERSON) or never_name(token.key)
        # "le vétérinaire de Rossens, 52 ans" tells a place
        placed = last > 0 and reading.keys[last - 1] in _PLACED and not token.flags & Word.FIRST
        if named and not odd and not placed and token.shape in "TUX" and len(token.key) > 2:
            yield last, last + 1, 0.0


def name_born(reading: Reading) -> Iterator[Found]:
    """Words with capitals before a whole date that may be one of birth: "Van Den Broeck Lieve, 12.05.1958"."""
    starts = [t.start for t in reading.tokens]
    for match in _BORN_AFTER.finditer(reading.text):
        end = bisect_left(starts, match.start())
        first = end
        while first and end - first < _MOST_WORDS and _of_a_name(reading, first - 1, end):
            first -= 1
        words = reading.tokens[first:end]
        if (
            end - first > 1
            and words[-1].end == match.start()
            and any(t.flags & NAME for t in words)
        ):
            yield first, end, 0.0


def _of_a_name(reading: Reading, index: int, end: int) -> bool:
    token = reading.tokens[index]
    touching = index == end - 1 or reading.gap(index) in {" ", "-"}
    odd = token.flags & (Word.ORDINARY | Word.WORD | NOT_A_PERSON) or never_name(token.key)
    return touching and token.shape in "TU" and (token.key in PARTICLES or not odd)


def _plain_age(reading: Reading, starts: Sequence[int]) -> Iterator[re.Match[str]]:
    """A first name and a number that can only be an age: "Pauline, 96, gave me her jam"."""
    for match in _PLAIN_AGE.finditer(reading.text):
        last = bisect_left(starts, match.start()) - 1
        if last >= 0 and sure_first(reading.tokens[last]):
            yield match


def _ill(reading: Reading) -> Iterator[re.Match[str]]:
    """What stands between a name that begins a line and an age, where it is a disease: "Martin, Parkinson, 78 ans"."""
    for match in _ILL.finditer(reading.text):
        told = reading.tokens_in(match.start("what"), match.end("what"))
        first = reading.text.rfind("\n", 0, match.start()) + 1
        begins = reading.text[first : match.start()].strip(" >*-").isalpha()
        if begins and len(told) == 1 and told[0].flags & (Word.EPONYM | Word.ACRONYM):
            yield match


def agenda(reading: Reading) -> Iterator[Found]:
    """A name that begins a row, after an hour, a bed, a number: "8h40 Ferrand Odile, toux"."""
    starts = [t.start for t in reading.tokens]
    for match in (*_ROW_HEAD.finditer(reading.text), *_NEXT_BED.finditer(reading.text)):
        index = bisect_left(starts, match.end())
        end = name_end(reading, index)
        words = reading.tokens[index:end]
        near = words and words[0].start - match.end() < 4
        unknown = match["bed"] or len(words) > 1
        if near and (_all_names(words) or (unknown and _apart(reading, index, end))):
            yield index, end, 0.0


def _apart(reading: Reading, first: int, end: int) -> bool:
    """One word that no list holds, by itself or behind an initial, which a comma or the like sets apart.

    "Bed 2 ACHEAMPONG - IV fluids", "9.20 S Kulkarni (post CABG)".
    """
    at = first + 1 if is_initial(reading.tokens[first]) else first
    token = reading.tokens[at] if at < end else reading.tokens[first]
    plain = token.shape in "TU" and not token.flags and token.key.replace("-", "").isalpha()
    apart = reading.gap(at).lstrip(" ")[:1] in {"", ",", ":", "(", "-", "–", "—", "\n"}
    return plain and apart and end == at + 1 and len(token.key) >= _SHORTEST


def _all_names(words: tuple[Token, ...]) -> bool:
    """Known names, none of them only a thing."""
    known = [t for t in words if t.flags & NAME]
    odd = Word.WORD | (NOT_A_PERSON & ~Word.EPONYM & ~Word.PLACE)
    return bool(known) and not any(
        t.flags & odd or (t.flags & Word.ORDINARY and t is words[0] and t.shape != "U")
        for t in words
        if t is words[0] or len(t.key) > 1
    )


def initials(reading: Reading) -> Iterator[Found]:
    """A title and initials: "Mme D.", "M. K.B.", "Mlle F I"; X, Y, Z and N are placeholders."""
    tokens = reading.tokens
    for i in range(len(tokens) - 1):
        if tokens[i].key not in _PATIENT_TITLES or (not tokens[i].capital and tokens[i].key == "m"):
            continue
        if tokens[i].key == "m" and tokens[i].text != "M":
            continue
        if tokens[i].text == "ms" and reading.text[: tokens[i].start].rstrip()[-1:].isdigit():
            continue  # milliseconds
        end = i + 1
        while end < len(tokens) and end - i <= 3 and _is_initial(reading, end):
            end += 1
        if end == i + 1 or tokens[i + 1].key in PLACEHOLDERS:
            continue
        told = tokens[i].key.startswith("patient")
        if told and any(not reading.gap(n).startswith(".") for n in range(i + 1, end)):
            continue  # "patient A", "the patient B Love"
        plain = told and end == i + 2
        if not plain or (reading.gap(i + 1).startswith(".") and tokens[i + 1].key not in "abi"):
            yield i, end, 0.0


def initials_age(reading: Reading) -> Iterator[Found]:
    """Initials with their dots, then an age: "K. B., 19 ans"."""
    for match in _INITIALS_AGE.finditer(reading.text):
        words = reading.tokens_in(match.start(), match.end("id"))
        first = bisect_left(reading.tokens, match.start(), key=_start)
        lettered = first > 0 and reading.keys[first - 1] in _LETTERED
        if words and not lettered and words[0].key not in PLACEHOLDERS:
            yield first, first + len(words), 0.0


def before_bar(reading: Reading) -> Iterator[Found]:
    """Capital words before the sex in a row of a pasted list: "GRIGOT THIERRY | H |"."""
    for match in _SEX_BAR.finditer(reading.text):
        last = reading.index_at(match.start())
        first = last
        while first and last - first < 4 and _capital_before(reading, first, last):
            first -= 1
        if last - first > 1 and any(t.flags & NAME for t in reading.tokens[first:last]):
            yield first, last, 0.0


def _capital_before(reading: Reading, first: int, last: int) -> bool:
    token = reading.tokens[first - 1]
    touching = first == last or reading.gap(first - 1) == " "
    return touching and token.shape in "TU" and not token.flags & (Word.WORD | Word.ACRONYM)


def initials_alone(reading: Reading) -> Iterator[Found]:
    """Two initials with their dots that stand for somebody: "input on J.W., liver transplant"."""
    for match in _INITIALS_ALONE.finditer(reading.text):
        words = reading.tokens_in(match.start(), match.end("id"))
        if words and "".join(t.key for t in words) not in _NOT_INITIALS:
            first = reading.index_at(match.start())
            yield first, first + len(words), 0.0


def link_name(reading: Reading) -> Iterator[Found]:
    """A first name and another name in the path of a link: "/p/delvaux_jeanmarie_36"."""
    for match in _LINK.finditer(reading.text) if "/" in reading.text else ():
        path = match.start() + match[0].index("/", 8 if "://" in match[0] else 0)
        words = [t for t in reading.tokens_in(path, match.end()) if _in_link(t)]
        parts = [reading.lexicon.of(p) for t in words for p in t.key.split("-") if len(p) > 2]
        named = [p for p in parts if p & NAME and not p & (Word.ORDINARY | Word.DICTIONARY)]
        if len(named) > 1 and any(p & Word.FIRST for p in named):
            first = reading.index_at(words[0].start)
            yield first, reading.index_at(words[-1].start) + 1, 0.0


def _in_link(token: Token) -> bool:
    plain = Word.ORDINARY | Word.DICTIONARY | NOT_A_PERSON
    return bool(token.flags & NAME and not token.flags & plain) and len(token.key) > 2


def _start(token: Token) -> int:
    return token.start


def _is_initial(reading: Reading, index: int) -> bool:
    token = reading.tokens[index]
    run = token.shape == "U" and len(token.key) <= 3 and not token.flags & (NAME | Word.ACRONYM)
    if token.shape != "I" and not run:
        return False
    if run and set(token.key) <= PLACEHOLDERS:
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
        if any(
            f & Word.FIRST and (f & Word.TOP_FIRST or not f & (Word.ORDINARY | NOT_A_PERSON))
            for f in flags
        ):
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
        if len(words) > 1 and (firsts or _FILE_DATE.search(match[0])):
            yield from ((i, i + 1, 0.0) for i in words)


def _in_file_name(token: Token) -> bool:
    """A name, or a word that no list knows: beside a first name or a date of eight figures a name as well."""
    known = token.flags & NAME and not token.flags & (Word.ORDINARY | NOT_A_PERSON)
    return bool(known or not token.flags) and len(token.key) > 2 and token.key.isalpha()
