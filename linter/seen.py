"""What was seen in a file: plain values that pass from the process that reads files to the linter."""

from dataclasses import dataclass, field
from enum import StrEnum

from linter.finding import Box


class What(StrEnum):
    """What was seen; rules/files say what each one means."""

    FACE = "face"
    POSSIBLE_FACE = "possible_face"
    CERTIFICATE = "certificate"
    """A health certificate or official document in a code: `fields` are what it exposes."""
    CODE = "code"
    """A code that was read and is no certificate; its payload goes through the text rules."""
    UNREAD_CODE = "unread_code"
    MRZ = "mrz"
    """The machine-readable lines of a passport or an identity card."""
    HEALTH_CARD = "health_card"
    GPS = "gps"
    TAKEN = "taken"
    """Time of capture."""
    SERIAL = "serial"
    """Serial number of a device."""
    AUTHOR = "author"
    """Author, owner, last editor or copyright holder of a file."""
    THUMBNAIL = "thumbnail"
    """An embedded thumbnail that shows more than the picture."""
    PATIENT_TAGS = "patient_tags"
    """DICOM tags that name or number the patient."""
    STUDY_TAGS = "study_tags"
    """DICOM tags that tell when and where the examination was made."""
    CHANGES = "changes"
    """Tracked changes, comments or hidden text of a document."""
    SKIN = "skin"
    """Bare skin and no face: marks may show, and nothing looks for them but the human eye."""
    MENTIONED_MARK = "mentioned_mark"
    """The post tells of a mark of the patient, and a picture is joined to it."""
    TEXT = "text"
    """Words were read in a picture."""
    KNOWN_LEAK = "known_leak"
    """A code or a picture that is on the denylist."""
    UNCHECKED = "unchecked"
    """Something could not be looked at; `fields` holds the reasons, each one of `Reason`."""


class Reason(StrEnum):
    """Why something in a file was not looked at."""

    UNREADABLE = "unreadable"
    """Missing, empty, truncated or damaged."""
    ENCRYPTED = "encrypted"
    UNSUPPORTED = "unsupported"
    """A sort of file that is not read."""
    TOO_LARGE = "too_large"
    """More bytes, pixels, parts or levels than the limits allow."""
    MORE_SHEETS = "more_sheets"
    """Pages or frames after the first ones."""
    TIME = "time"
    """The time for one file was over."""
    MEMORY = "memory"
    FAULT = "fault"
    """The reader failed."""
    ACTIVE = "active"
    """Scripts, macros, or links to content that is elsewhere."""
    NO_READER = "no_reader"
    """The package that opens this sort of file is not installed."""
    NO_HEIC = "no_heic"
    NO_CODES = "no_codes"
    """The package that reads codes is not installed; likewise the next ones."""
    NO_TEXT = "no_text"
    NO_FACES = "no_faces"


@dataclass(frozen=True, slots=True)
class Seen:
    """One thing in a file.

    score: 0 to 1, how sure; sheet: 0-based number of the picture it is in, None for the file as a whole;
    box: pixels of that upright picture; fields: names of what is exposed (`name`, `birth_date` …), never values.
    """

    what: What
    score: float = 1.0
    sheet: int | None = None
    box: Box | None = None
    fields: tuple[str, ...] = ()
    """Names from rules/exposed.yaml."""
    left: int = 0
    """Of pages and frames that were not looked at, how many; 0 where that is not known."""


class Origin(StrEnum):
    """Where a text in a file comes from."""

    PICTURE = "picture"
    """Read by character recognition."""
    DOCUMENT = "document"
    """The words of a document: PDF text layer, DOCX, e-mail."""
    PAYLOAD = "payload"
    """What a code says."""
    METADATA = "metadata"
    """Titles, comments, captions, properties."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line or run of words, with the place where it stands if it is known."""

    text: str = field(repr=False)
    sheet: int | None = None
    box: Box | None = None
    score: float = 1.0
    """How sure the characters are."""


@dataclass(frozen=True, slots=True)
class Part:
    """A text that goes through the text rules; its lines are joined by line ends."""

    origin: Origin
    lines: tuple[Line, ...]


def unchecked(*reasons: Reason, sheet: int | None = None, left: int = 0) -> Seen:
    """Says that something was not looked at; left: how many pages or frames."""
    return Seen(What.UNCHECKED, sheet=sheet, fields=tuple(r.value for r in reasons), left=left)


@dataclass(frozen=True, slots=True)
class Examined:
    """Everything seen in one attachment.

    sheets: how many pictures (frames, pages, pictures within) were looked at; photos: how many of them are pictures
    rather than pages of text; payload_ids, pictures, views: what a denylist keeps and is asked about
    (linter.files.fingerprint), empty unless asked for.
    """

    seen: tuple[Seen, ...] = ()
    parts: tuple[Part, ...] = field(default=(), repr=False)
    sheets: int = 0
    photos: int = 0
    payload_ids: tuple[str, ...] = field(default=(), repr=False)
    pictures: tuple[int, ...] = field(default=(), repr=False)
    views: tuple[int, ...] = field(default=(), repr=False)

    def __add__(self, other: "Examined") -> "Examined":
        return Examined(
            self.seen + other.seen,
            self.parts + other.parts,
            self.sheets + other.sheets,
            self.photos + other.photos,
            self.payload_ids + other.payload_ids,
            self.pictures + other.pictures,
            self.views + other.views,
        )
