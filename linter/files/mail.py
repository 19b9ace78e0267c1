"""E-mails as files (RFC 5322 and MIME): head, words, and what is attached."""

import re
from collections.abc import Iterator
from email.errors import (
    HeaderParseError,
    InvalidBase64CharactersDefect,
    InvalidBase64LengthDefect,
    MessageError,
)
from email.header import decode_header
from email.message import Message
from email.parser import BytesParser
from email.policy import Compat32
from itertools import islice

from linter.files.content import MAX_TEXT, Content, Inner, Unreadable
from linter.files.text_file import MAX_SOURCE, decode, html, part
from linter.seen import Line, Origin, Part, Reason, Seen, unchecked

_MAX_PARTS = 200
_MAX_INNER = 50
_MAX_WORK = 5_000_000
"""Lines times levels, about half a second: the parser compares each line with the boundary of each open level."""
_MAX_LINES = 500_000
"""Lines of a mail of 38 MB in Base64; mail servers take 25 to 50 MB."""
_MAX_FIELD = 2_000
_MAX_FIELDS = 100_000
"""Characters of one field, and of all: decoding takes quadratic time on a hostile field."""

_LABELS = {
    "from": "De",
    "sender": "De",
    "to": "À",
    "cc": "Cc",
    "bcc": "Cci",
    "reply-to": "Répondre à",
    "subject": "Objet",
    "date": "Date",
}
"""The names that mail programs show, and that rules know; other fields keep theirs."""
_TECHNICAL = re.compile(
    r"(?i)(received|return-path|dkim-|arc-|authentication-|mime-version|content-|message-id|references|in-reply-to|"
    r"list-|precedence|user-agent|x-mailer|x-ms-|x-google-|x-gm-|x-received|x-forefront|x-microsoft|x-spam|x-virus|"
    r"x-proofpoint|x-originator|thread-index|delivered-to|autocrypt|feedback-id|x-exchange|x-sender-|x-report)"
)
_GARBLED = (InvalidBase64CharactersDefect, InvalidBase64LengthDefect)
_BOUNDARY = re.compile(rb"(?i)boundary\s*=")


class _Bounded(Compat32):
    """Parses without structure, which never fails, and cuts long fields before anything else looks at them."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        name, value = super().header_source_parse(sourcelines)
        return name[:_MAX_FIELD], value[:_MAX_FIELD]


def read(data: bytes) -> Content:
    """Fields as lines ("De : Anne Martin <a.martin@example.org>"), words, attachments.

    Mails attached to the mail are read with it. Text that stands twice, as plain text and as HTML, comes once.

    Raises:
        Unreadable: no mail, or one with too many levels.
    """
    levels = 1 + len(_BOUNDARY.findall(data))
    lines = max(data.count(b"\n"), data.count(b"\r"))
    if lines > _MAX_LINES or levels > _MAX_PARTS or lines * levels > _MAX_WORK:
        raise Unreadable(Reason.TOO_LARGE)
    try:
        message: Message[str, str] = BytesParser(policy=_Bounded()).parsebytes(data)
        parts = list(islice(_walk(message), _MAX_PARTS + 1))
    except RecursionError:  # mails in mails in mails
        raise Unreadable(Reason.TOO_LARGE) from None
    except (MessageError, ValueError, LookupError, TypeError, AttributeError):
        # Broken heads trip the parser in ways that it does not document.
        raise Unreadable(Reason.UNREADABLE) from None
    letter = _Letter()
    for number, inner in enumerate(parts[:_MAX_PARTS]):
        letter.take(inner, number)
    if len(parts) > _MAX_PARTS:
        letter.reasons[Reason.TOO_LARGE] = None
    return letter.content()


def _walk(message: "Message[str, str]") -> Iterator["Message[str, str]"]:
    """Each message and part, in order, without recursion."""
    waiting = [message]
    while waiting:
        this = waiting.pop()
        yield this
        payload = this.get_payload()
        if isinstance(payload, list):
            waiting.extend(p for p in reversed(payload) if isinstance(p, Message))


class _Letter:
    """Gathers the words and attachments of one mail."""

    def __init__(self) -> None:
        self.reasons: dict[Reason, None] = {}
        self._lines: list[Line] = []
        self._notes: list[Part] = []
        self._seen: list[Seen] = []
        self._inner: list[Inner] = []
        self._said = ""
        self._source, self._heads = MAX_SOURCE, _MAX_FIELDS
        """Bytes of text, and characters of fields, that may still be taken."""

    def take(self, message: "Message[str, str]", number: int) -> None:
        """One part: its fields, then its words or its file."""
        self._fields(message)
        sort = message.get_content_type()
        if sort in {"multipart/encrypted", "application/pkcs7-mime", "application/x-pkcs7-mime"}:
            self.reasons[Reason.ENCRYPTED] = None
        if sort == "message/external-body":
            self.reasons[Reason.ACTIVE] = None
        if message.is_multipart():
            return
        body, name = _body(message), _name(message)
        if body is None or any(isinstance(defect, _GARBLED) for defect in message.defects):
            self.reasons[Reason.UNREADABLE] = None
        if not body or not body.strip():
            return
        if sort.startswith(("text/", "message/", "multipart/")) and not name:
            self._words(body, sort, _charset(message))
        elif len(self._inner) >= _MAX_INNER:
            self.reasons[Reason.TOO_LARGE] = None
        else:
            self._inner.append(Inner(name or f"{number}", body))

    def _fields(self, message: "Message[str, str]") -> None:
        for field, value in message.raw_items():
            if _TECHNICAL.match(field):
                continue
            self._heads -= len(field) + len(value)
            if self._heads < 0 or len(value) == _MAX_FIELD:
                self.reasons[Reason.TOO_LARGE] = None
            if self._heads < 0:
                break
            label = _LABELS.get(field.lower(), field)
            self._lines.append(Line(f"{_safe(label)} : {_value(str(value))}"))
        # What the parser could not place stands before or between the parts.
        for loose in (message.preamble, message.epilogue):
            if loose and loose.strip() and not loose.startswith("This is a multi"):
                self._words(loose.encode("utf-8", "surrogateescape"), "text/plain", "")

    def _words(self, body: bytes, sort: str, charset: str) -> None:
        if len(body) > self._source:
            self.reasons[Reason.TOO_LARGE] = None
        text = decode(body, self._source, charset)
        self._source = max(0, self._source - len(body))
        marked = html(text) if sort in {"text/html", "application/xhtml+xml"} else None
        if marked:
            found = [line for p in marked.parts if p.origin is Origin.DOCUMENT for line in p.lines]
            self._seen.extend(marked.seen)
            self._inner.extend(marked.inner)
            self._notes.extend(p for p in marked.parts if p.origin is not Origin.DOCUMENT)
        else:
            found = [line for p in part(Origin.DOCUMENT, text.splitlines()) for line in p.lines]
        # The same words with other line ends are the other form of one text.
        words = "".join("".join(line.text.split()) for line in found)
        if words and words not in self._said:
            self._said += words
            self._lines.extend(found)

    def content(self) -> Content:
        """All of it, at most `MAX_TEXT` characters."""
        size, kept = 0, list[Line]()
        for line in self._lines:
            size += len(line.text) + 1
            if size > MAX_TEXT:
                self.reasons[Reason.TOO_LARGE] = None
                break
            kept.append(line)
        body = (Part(Origin.DOCUMENT, tuple(kept)),) if kept else ()
        seen = dict.fromkeys((*self._seen, *(unchecked(reason) for reason in self.reasons)))
        return Content(
            parts=(*body, *self._notes), seen=tuple(seen), inner=tuple(self._inner[:_MAX_INNER])
        )


def _body(message: "Message[str, str]") -> bytes | None:
    """The bytes of a part, unpacked; None where the packing is broken."""
    try:
        payload = message.get_payload(decode=True)
    except (ValueError, LookupError, TypeError, AttributeError):
        return None
    return payload if isinstance(payload, bytes) else None


def _name(message: "Message[str, str]") -> str:
    """The name of an attachment; a name for one without, if it is marked as attached."""
    try:
        name = message.get_filename("")
        attached = message.get_content_disposition() == "attachment"
    except (ValueError, LookupError, TypeError, AttributeError):  # names in broken RFC 2231 pieces
        name, attached = "", True
    return _value(name)[:255] or ("attachment" if attached else "")


def _charset(message: "Message[str, str]") -> str:
    try:
        return message.get_content_charset("")
    except (ValueError, LookupError, TypeError, AttributeError):
        return ""


def _value(raw: str) -> str:
    """A field as people read it: encoded words decoded, one line."""
    try:
        pieces = decode_header(raw.replace("\r", "").replace("\n", ""))
    except (HeaderParseError, ValueError):  # Base64 that is none
        pieces = [(raw, None)]
    text = "".join(
        decode(piece, _MAX_FIELD, charset or "") if isinstance(piece, bytes) else _safe(piece)
        for piece, charset in pieces
    )
    return " ".join(text.split())


def _safe(text: str) -> str:
    """Bytes that the parser smuggles through as half characters, as text."""
    return decode(text.encode("utf-8", "surrogateescape"), _MAX_FIELD)
