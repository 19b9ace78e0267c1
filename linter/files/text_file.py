"""Text files: plain, CSV, Markdown, HTML, XML, RTF."""

import re
from base64 import b64decode
from html.parser import HTMLParser
from urllib.parse import unquote, unquote_to_bytes

from linter.files.content import MAX_TEXT, Content, Inner
from linter.seen import Line, Origin, Part, Reason, Seen, What, unchecked

MAX_SOURCE = 2 * MAX_TEXT
"""Characters of marked-up text that are parsed: markup takes more room than the text in it."""
_SOURCE = 4 * MAX_SOURCE
"""Bytes of one text that are decoded: a letter takes up to four."""
_MAX_INNER = 20
"""Pictures of one text that are handed on."""


def read(data: bytes) -> Content:
    """The text of a file, as lines; of HTML, XML and RTF the words, the pictures and the author.

    Nothing is raised: any bytes are a text of some kind.
    """
    text = decode(data, _SOURCE)
    start = text[:1000].lstrip().lower()
    if start.startswith("{\\rtf"):
        return _rtf(text)
    if _MARKUP.match(start):
        markup = start.startswith("<?xml") or "<svg" in start
        found = html(text)
        # The drawing, or what the elements of an unknown format mean, is not looked at.
        extra = (unchecked(Reason.UNSUPPORTED),) if markup else ()
        return Content(parts=found.parts, seen=(*found.seen, *extra), inner=found.inner)
    return _plain(text, whole=len(data) <= _SOURCE)


def _plain(text: str, *, whole: bool) -> Content:
    """Text as it stands, line by line, and pictures written into it; what is beyond `MAX_TEXT` is told as not looked at."""
    written = _PICTURE.findall(text)[: _MAX_INNER + 1]
    text = _PICTURE.sub(" ", text)
    cut = not whole or len(text) > MAX_TEXT or len(written) > _MAX_INNER
    return Content(
        parts=part(Origin.DOCUMENT, text[:MAX_TEXT].splitlines()),
        seen=(unchecked(Reason.TOO_LARGE),) if cut else (),
        inner=tuple(Inner("", _from_base64(x)) for x in written[:_MAX_INNER]),
    )


def _from_base64(written: str) -> bytes:
    """Bytes of Base64; without those of a last piece that was cut."""
    letters = "".join(written.split()).rstrip("=")
    whole = len(letters) // 4 * 4 if len(letters) % 4 == 1 else len(letters)
    return b64decode(letters[:whole] + "=" * (-whole % 4))


def part(origin: Origin, lines: list[str]) -> tuple[Part, ...]:
    """One part of the lines that are not blank, or none."""
    kept = tuple(Line(x) for line in lines if (x := line.strip(" \t\r\n\0")))
    return (Part(origin, kept),) if kept else ()


def named(value: str) -> bool:
    """Whether a property names somebody: programs fill it with words for nobody."""
    return " ".join(value.split()).casefold() not in _NOBODY


def decode(data: bytes, limit: int, charset: str = "") -> str:
    """Text from bytes of an unknown encoding: by its mark, as declared, UTF-8, else Windows-1252.

    Args:
        data: the bytes.
        limit: bytes that are decoded at most.
        charset: what a mail or a page says of itself; a wrong or unknown one is passed over.
    """
    data = data[:limit]
    if name := _wide(data):
        return data.decode(name, "replace").removeprefix("\ufeff")
    if _CHARSETS.match(charset):
        try:
            return data.decode(charset)
        except (
            LookupError,
            ValueError,
        ):  # no such charset; or not in it, or cut within a character
            pass
    text = data.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace")
    wrong = text.count("\ufffd")
    if wrong == 0 or wrong * 10 <= len(_NOT_ASCII.findall(text)) + 1:
        return text
    return data.decode("cp1252", "replace")


def html(text: str) -> Content:
    """The words of HTML or XML: also comments, hidden parts and descriptions of pictures.

    Pictures that stand in the text itself come as inner files; scripts, and pictures, styles and frames that are
    elsewhere, are told as not looked at.
    """
    reader = _Words()
    try:
        # A sign that opens no tag costs the parser as much as a tag.
        reader.feed(_LESS.sub("&lt;", text[:MAX_SOURCE]))
    except (AssertionError, RecursionError):  # what the parser does with some broken declarations
        reader.broken = True
    # The parser waits for the end of an open tag or comment. Its `close` may take quadratic time on that, so the
    # rest is read as it stands.
    words = "".join(reader.words) + "\n" + reader.rawdata
    reasons = {
        Reason.ACTIVE: reader.active,
        Reason.TOO_LARGE: len(text) > MAX_SOURCE or len(words) > MAX_TEXT or reader.full,
        Reason.UNREADABLE: reader.broken,
    }
    seen = [unchecked(reason) for reason, holds in reasons.items() if holds]
    lines = [" ".join(line.split()) for line in words[:MAX_TEXT].splitlines()]
    return Content(
        parts=(*part(Origin.DOCUMENT, lines), *part(Origin.METADATA, reader.notes)),
        seen=tuple(seen),
        inner=tuple(reader.inner),
    )


_CHARSETS = re.compile(
    r"(?i)(utf|iso|windows|cp|latin|ascii|us-ascii|mac|koi8|gb|big5|shift|euc)[\w-]{0,20}$"
)
"""Charsets of mails; Python also knows transformations that take quadratic time (Punycode)."""
_PICTURE = re.compile(r"(?i:data:image/[a-z0-9.+-]{1,30};base64),([A-Za-z0-9+/\r\n]{16,}={0,2})")
"""A picture as Markdown and web pages carry it."""
_REACHED = re.compile(r"(?i)\s{0,9}(?:mailto|tel|sms|callto):")
_NOBODY = frozenset(
    {"", "user", "utilisateur", "unknown", "inconnu", "admin", "administrator", "administrateur"}
    | {"auteur", "author", "microsoft office user", "utilisateur microsoft office", "python-docx"}
)
_LESS = re.compile(r"<(?![a-zA-Z!/?])")
_NOT_ASCII = re.compile("[^\x00-\x7f\ufffd]")
_MARKUP = re.compile(
    r"(<\?xml|<!doctype|<!--|<(html|head|body|meta|svg|div|p|table|span|title|br)\b)"
)
_BLOCKS = frozenset(
    "address article blockquote br caption dd div dl dt fieldset figure footer form h1 h2 h3 h4 h5 h6 header hr li "
    "main nav ol option p pre section select table title tr ul text textarea legend summary body html".split()
)
_CELLS = frozenset({"td", "th"})
_NOTES = frozenset(
    "alt title placeholder value content aria-label aria-description summary label download".split()
)
_WRITTEN = re.compile(r"(?i)\bcontent\s{0,9}:\s{0,9}(?:\"([^\"\n]{1,500})\"|'([^'\n]{1,500})')")
"""Words that a style writes."""
_ELSEWHERE = frozenset("iframe frame object embed script applet video audio".split())


def _wide(data: bytes) -> str:
    """The UTF-16 or UTF-32 that a text is in, if it is."""
    for mark, name in (
        (b"\xff\xfe\0\0", "utf-32-le"),
        (b"\xff\xfe", "utf-16-le"),
        (b"\xfe\xff", "utf-16-be"),
    ):
        if data.startswith(mark):
            return name
    if data.count(0) <= len(data) // 3:
        return ""
    return "utf-16-le" if data[1::2].count(0) > data[::2].count(0) else "utf-16-be"


class _Words(HTMLParser):
    """Collects words, notes and pictures."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self.notes: list[str] = []
        self.inner: list[Inner] = []
        self.active = self.broken = self.full = False
        self._script = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._script = tag in {"script", "style"}
        self.active |= tag in _ELSEWHERE
        if tag in _BLOCKS:
            self.words.append("\n")
        elif tag in _CELLS:
            self.words.append("\t")
        for name, value in attrs:
            if not value:
                continue
            if name in _NOTES or name.startswith("data-"):
                self.notes.append(value[:MAX_TEXT])
            elif name in {"src", "srcset", "background", "xlink:href", "data"}:
                self._picture(value)
            elif name in {"href", "style"}:
                self._carried(value)

    def handle_endtag(self, tag: str) -> None:
        self._script = False
        if tag in _BLOCKS:
            self.words.append("\n")

    def handle_data(self, data: str) -> None:
        if self._script:
            self._carried(data)
        else:
            self.words.append(data)

    def handle_comment(self, data: str) -> None:
        self.notes.extend(data[:MAX_TEXT].splitlines())

    def unknown_decl(self, data: str) -> None:
        self.words.append(data.removeprefix("CDATA["))

    def _carried(self, value: str) -> None:
        """Pictures, addresses and telephones in links, styles and scripts."""
        for written in _PICTURE.findall(value):
            if len(self.inner) >= _MAX_INNER:
                self.full = True
                return
            self.inner.append(Inner("", _from_base64(written)))
        self.notes.extend(one or other for one, other in _WRITTEN.findall(value))
        if _REACHED.match(value):
            self.notes.append(unquote(value[:MAX_TEXT]))

    def _picture(self, source: str) -> None:
        """A picture in the text itself, as `data:` with Base64 or percent signs; or one that is elsewhere."""
        head, comma, body = source.partition(",")
        if not (comma and head.lower().startswith("data:")):
            self.active |= not source.lower().startswith("cid:")  # a part of the same mail
        elif len(self.inner) >= _MAX_INNER:
            self.full = True
        else:
            raw = unquote_to_bytes(body)
            try:
                raw = b64decode(raw) if head.lower().rstrip().endswith("base64") else raw
            except ValueError:  # cut or no Base64
                self.broken = True
            else:
                self.inner.append(Inner("", raw))


# --- RTF (Microsoft, Rich Text Format Specification 1.9.1)

_RTF = re.compile(
    r"\\'(?P<hex>[0-9a-fA-F]{2})|\\(?P<word>[a-zA-Z]{1,32})(?P<number>-?\d{1,10})? ?"
    r"|\\(?P<symbol>[^a-zA-Z'])|(?P<brace>[{}])|[\r\n]+|(?P<text>[^\\{}\r\n]+)|\\"
)
_RTF_SKIPPED = frozenset(
    "fonttbl colortbl stylesheet listtable listoverridetable rsidtbl themedata colorschememapping latentstyles "
    "datastore generator xmlnstbl filetbl revtbl mmathPr pgptbl".split()
)
_RTF_PEOPLE = frozenset({"author", "operator", "manager", "atnauthor", "company"})
_RTF_NOTES = frozenset({"title", "subject", "keywords", "doccomm", "category", "comment"})
_RTF_CHANGES = frozenset({"deleted", "revised", "annotation", "v"})
_RTF_ACTIVE = frozenset({"object", "objdata", "objautlink", "objlink"})
_RTF_LINES = {
    "par": "\n",
    "line": "\n",
    "row": "\n",
    "sect": "\n",
    "page": "\n",
    "tab": "\t",
    "cell": "\t",
}


def _rtf(text: str) -> Content:
    """The words of RTF; hidden and deleted ones too."""
    rtf = _Rtf()
    for token in _RTF.finditer(text[:MAX_SOURCE]):
        rtf.take(token)
    words = "".join(rtf.texts[""])
    large = len(text) > MAX_SOURCE or len(words) > MAX_TEXT
    seen = [
        *([Seen(What.AUTHOR)] if named("".join(rtf.texts["people"])) else ()),
        *([Seen(What.CHANGES)] if rtf.words & _RTF_CHANGES else ()),
        *([unchecked(Reason.ACTIVE)] if rtf.words & _RTF_ACTIVE else ()),
        *([unchecked(Reason.UNSUPPORTED)] if "pict" in rtf.words else ()),
        *([unchecked(Reason.TOO_LARGE)] if large else ()),
    ]
    notes = "".join(rtf.texts["notes"])[:MAX_TEXT]
    parts = (
        *part(Origin.DOCUMENT, words[:MAX_TEXT].splitlines()),
        *part(Origin.METADATA, notes.splitlines()),
    )
    return Content(parts=parts, seen=tuple(seen))


class _Rtf:
    """Sorts what stands in an RTF file into words, notes, people, and what is no text."""

    def __init__(self) -> None:
        self.texts: dict[str, list[str]] = {"": [], "notes": [], "people": [], "no text": []}
        self.words: set[str] = set()
        self._sorts = [""]
        self._fallback = 0
        """Characters to pass over after one given by its number."""

    def take(self, token: re.Match[str]) -> None:
        """One word, character or brace."""
        group = token.lastgroup
        if group == "brace":
            self._brace(opening=token["brace"] == "{")
        elif token["word"]:
            self._word(token["word"], int(token["number"] or "1"))
        elif group == "hex":
            self._text(bytes.fromhex(token["hex"]).decode("cp1252", "replace"))
        elif group == "symbol":
            self._text(
                {"~": " ", "_": "-", "\n": "\n", "\r": "\n", "*": "", "-": ""}.get(
                    token["symbol"], token["symbol"]
                )
            )
        elif group == "text":
            self._text(token["text"])

    def _brace(self, *, opening: bool) -> None:
        if opening:
            self._sorts.append(self._sorts[-1])
        elif len(self._sorts) > 1 and self._sorts.pop() == "notes":
            self.texts["notes"].append("\n")

    def _word(self, word: str, number: int) -> None:
        if number:  # 0 ends what the word begins
            self.words.add(word)
        if word == "u":
            self._fallback = 0
            self._text(
                chr(number % 65536).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
            )
            self._fallback = 1
        elif word in _RTF_SKIPPED or word in {"pict", "objdata"}:
            self._sorts[-1] = "no text"
        elif word in _RTF_PEOPLE:
            self._sorts[-1] = "people"
        elif word in _RTF_NOTES:
            self._sorts[-1] = "notes"
        elif word in _RTF_LINES:
            self._text(_RTF_LINES[word])

    def _text(self, text: str) -> None:
        if text not in {"\n", "\t"}:
            text, self._fallback = text[self._fallback :], max(0, self._fallback - len(text))
        self.texts[self._sorts[-1]].append(text)
