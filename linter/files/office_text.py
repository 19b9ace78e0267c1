"""Words, notes and traces of people in the XML of Office and OpenDocument files."""

from xml.sax import SAXException
from xml.sax.handler import ContentHandler, ErrorHandler
from xml.sax.xmlreader import AttributesImpl

from defusedxml.common import DefusedXmlException
from defusedxml.expatreader import DefusedExpatParser

from linter.files.content import MAX_TEXT, Unreadable
from linter.files.text_file import named
from linter.seen import Reason

_ELEMENTS = 400_000
"""Elements of one file: a book of 500 pages has about 200,000, in half a second."""
_DEPTH = 300
_ROW = 300
"""Cells of a row of a table are one line up to this length, so that a label stays beside its value."""

_LINES = frozenset("p si c text".split())
"""Paragraphs; an entry of the strings of a workbook, a cell, the text of a comment on a slide."""
_LINES_ODF = frozenset("p h".split())
_RUNS = frozenset("t delText v text".split())
"""Where Office keeps text; between all other tags there is none."""
_ROWS = frozenset("tr row table-row".split())
_SPACES = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "line-break": "\n", "s": " "} | {
    "noBreakHyphen": "-"
}
_CHANGES = frozenset(
    "ins del moveFrom moveTo comment annotation deletion insertion vanish hidden-text "
    "hidden-paragraph cm threadedComment".split()
)
_PEOPLE = frozenset(
    "creator lastModifiedBy initial-creator printed-by Manager Company author".split()
)
_NOTES = frozenset(
    "title subject keywords keyword description category contentStatus user-defined lpwstr lpstr "
    "bstr filetime desc HyperlinkBase instrText delInstrText formula1 formula2".split()
)
_NAMED = frozenset("docVar sheet definedName alias tag".split())
"""Elements whose attributes hold words: variables, sheets, names of cells, titles of fields to fill in."""
_CACHED = frozenset({"s", "d"})
"""Values of the table that a pivot table was made from."""
_LABELLED = frozenset({"property", "user-defined"})
_ACTIVE = frozenset("script event-listener altChunk oleObject control subDoc".split())
_ELSEWHERE = ("http:", "https:", "ftp:", "file:", "//", "\\\\", "../", "/")


class _FullError(Exception):
    """More elements, levels or words than are taken."""


class Words(ContentHandler):
    """Takes the XML parts of one file one after the other.

    Args:
        mixed: whether text stands anywhere in a paragraph (OpenDocument) or in runs only (Office).

    Attributes:
        lines: paragraphs, rows, comments, deleted and hidden text too. notes: titles, properties, descriptions of
        pictures, targets of links. people: an author or editor is named. changes: there are tracked changes,
        comments or hidden text. active: scripts, or parts that are elsewhere.
    """

    def __init__(self, *, mixed: bool) -> None:
        super().__init__()
        self.lines: list[str] = []
        self.notes: list[str] = []
        self.people = self.changes = self.active = False
        self._mixed, self._lines = mixed, _LINES_ODF if mixed else _LINES
        self._size = self._elements = 0
        self._shared: list[str] = []
        self._used: set[int] = set()
        self._begin()

    def _begin(self) -> None:
        self._stack: list[str] = []
        self._open: list[list[str]] = []
        self._rows: list[int] = []
        self._value: list[str] = []
        self._label = ""
        self._index = False
        self._sharing = self._free = False

    def take(self, data: bytes, *, strings: bool = False, free: bool = False) -> None:
        """Read one part.

        Args:
            data: XML.
            strings: the part holds the strings that cells refer to by number.
            free: the part is of a kind that a program made for itself: whatever its elements hold is a note.

        Raises:
            Unreadable: no XML, or XML with a document type or entities; or too much of it: what was read remains.
        """
        self._begin()
        self._sharing, self._free = strings, free
        parser = DefusedExpatParser(forbid_dtd=True)  # default attributes multiply, too
        parser.setContentHandler(self)
        parser.setErrorHandler(ErrorHandler())
        try:
            parser.feed(data)  # whole: fed in pieces, a long token is read anew for each
            parser.close()
        except _FullError:
            raise Unreadable(Reason.TOO_LARGE) from None
        except (SAXException, DefusedXmlException, ValueError, LookupError):
            # The last two: encodings that expat does not know and Python gets wrong.
            raise Unreadable(Reason.UNREADABLE) from None

    def finish(self) -> None:
        """Add the strings of a workbook that no cell shows: what was deleted may still be there."""
        self.lines.extend(s for i, s in enumerate(self._shared) if s and i not in self._used)

    def startElement(self, name: str, attrs: AttributesImpl) -> None:  # noqa: N802 # given
        """Opens a paragraph or row, or adds what an attribute says."""
        local = name if name == "dc:date" else name.rpartition(":")[2]
        self._stack.append(local)
        self._elements += 1
        if self._elements > _ELEMENTS or len(self._stack) > _DEPTH:
            raise _FullError
        if self._free:
            self._note("".join(self._value))
            self._value = []
        elif local in self._lines:
            self._open.append([])
            self._index = attrs.get("t") == "s" if local == "c" else self._index
        elif local in _ROWS:
            self._rows.append(len(self.lines))
        elif local in _SPACES and self._open:
            self._open[-1].append(_SPACES[local])
        elif local in _PEOPLE or local in _NOTES or local in _RUNS:
            self._value = []
        if len(attrs):
            self._attributes(local, {k.rpartition(":")[2]: v for k, v in attrs.items()})
        elif local in _CHANGES:
            self.changes = True
        self.active |= local in _ACTIVE

    def _attributes(self, local: str, values: dict[str, str]) -> None:
        if local in _CHANGES and values.get("val") not in {"0", "false", "off"}:
            self.changes = True
        self.people |= named(values.get("author", "")) or local in {"cmAuthor", "person"}
        if local in _LABELLED:
            self._label = values.get("name", "")
        if local == "Relationship":
            self._relation(values)
        elif local in _CACHED:
            self._note(values.get("v", ""))
        elif local in _NAMED:
            self._note(values.get("val", ""), values.get("name", ""))
        elif local in {"docPr", "cNvPr"}:
            self._note(*(values.get(key, "") for key in ("name", "descr", "title")))
        elif local == "textpath" or "string-value" in values:
            self._line(values.get("string", "") or values.get("string-value", ""))
        elif target := values.get("href"):
            if local == "a":
                self._note(target)
            else:
                self.active |= target.lower().startswith(_ELSEWHERE)

    def _relation(self, values: dict[str, str]) -> None:
        if values.get("TargetMode", "").lower() == "external":
            link = values.get("Type", "").endswith("/hyperlink")
            self.active |= not link
            self._note(values.get("Target", "") if link else "")

    def characters(self, content: str) -> None:
        """Text of a paragraph, or the value of a property."""
        local = self._stack[-1] if self._stack else ""
        self._size += len(content)
        if self._size > MAX_TEXT * 4:  # blanks between tags count as well
            raise _FullError
        if local == "dc:date":  # when a comment was made; it stands within the paragraph
            return
        if self._free:
            self._value.append(content)
            return
        run = local in _RUNS and not self._mixed
        if self._open and (run or (self._mixed and local not in _PEOPLE | _NOTES)):
            self._open[-1].append(content)
        elif run or local in _PEOPLE | _NOTES:
            self._value.append(content)

    def endElement(self, name: str) -> None:  # noqa: ARG002, N802 # given
        """Closes a paragraph or row."""
        local = self._stack.pop()
        if self._free:
            self._note("".join(self._value))
            self._value = []
        elif local in self._lines and self._open:
            self._paragraph("".join(self._open.pop()), cell=local == "c")
        elif local in _ROWS and self._rows:
            self._row(self._rows.pop())
        elif local in _PEOPLE:
            self.people |= named("".join(self._value))
        elif local in _NOTES:
            self._note(" : ".join(filter(None, (self._label, "".join(self._value)))))
            self._label = ""
        elif local in _RUNS and not (self._open or self._mixed):  # words of a chart
            self._line("".join(self._value))

    def _paragraph(self, text: str, *, cell: bool) -> None:
        if self._sharing:
            self._shared.append(text)
            return
        if cell and self._index and text.isdecimal() and int(text[:9]) < len(self._shared):
            self._used.add(int(text[:9]))
            text = self._shared[int(text[:9])]
        # Office writes a text box twice, for new and for old readers.
        repeated = "Fallback" in self._stack and text in self.lines[-200:]
        if not repeated:
            self._line(text)

    def _row(self, first: int) -> None:
        cells = self.lines[first:]
        if len(cells) > 1 and sum(map(len, cells)) <= _ROW:
            self.lines[first:] = ["\t".join(cells)]

    def _line(self, text: str) -> None:
        kept = [x for line in text.splitlines() if (x := line.strip())]
        self._count(kept)
        self.lines.extend(kept)

    def _note(self, *texts: str) -> None:
        kept = [x for text in texts if (x := " ".join(text.split()))]
        self._count(kept)
        self.notes.extend(kept)

    def _count(self, lines: list[str]) -> None:
        self._size += sum(map(len, lines))
        if self._size > MAX_TEXT * 4:
            raise _FullError
