"""DICOM: tags that name the patient or tell of the examination, free text, and the pictures as a viewer shows them.

Tags after DICOM PS3.6 and the confidentiality profiles of PS3.15, annex E. Needs pydicom.
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from io import BytesIO
from itertools import chain
from math import isfinite
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset, dcmread
from pydicom.datadict import keyword_for_tag
from pydicom.dataelem import DataElement
from pydicom.multival import MultiValue
from pydicom.pixels.decoders.base import get_decoder
from pydicom.pixels.processing import apply_color_lut, apply_modality_lut
from pydicom.pixels.utils import pixel_array
from pydicom.uid import UID, ExplicitVRLittleEndian, ImplicitVRLittleEndian, RLELossless

from linter.files.content import MAX_PIXELS, MAX_SHEETS, Content, Inner, Pixels, Unreadable
from linter.files.decoding import guarded
from linter.files.private import picture_in, runs
from linter.seen import Line, Origin, Part, Reason, Seen, What, unchecked

_PATIENT = {
    **dict.fromkeys(("PatientName", "OtherPatientNames", "PatientBirthName"), "name"),
    **dict.fromkeys(("PatientMotherBirthName", "ResponsiblePerson"), "relative"),
    **dict.fromkeys(("PatientID", "OtherPatientIDs", "MedicalRecordLocator", "AdmissionID", "ServiceEpisodeID",
                     "InsurancePlanIdentification"), "patient_id"),
    **dict.fromkeys(("PatientBirthDate", "PatientBirthTime", "PatientBirthDateInAlternativeCalendar"), "birth_date"),
    **dict.fromkeys(("PatientAddress", "RegionOfResidence", "CountryOfResidence"), "address"),
    **dict.fromkeys(("PatientTelephoneNumbers", "PatientTelecomInformation"), "phone"),
}  # fmt: skip
"""Keywords to the field that they expose (names of rules/exposed.yaml), of the patient."""
_STUDY = {
    **dict.fromkeys(("StudyDate", "SeriesDate", "AcquisitionDate", "ContentDate", "AcquisitionDateTime",
                     "AdmittingDate"), "study_date"),
    **dict.fromkeys(("InstitutionName", "InstitutionAddress", "InstitutionalDepartmentName"), "institution"),
    **dict.fromkeys(("AccessionNumber", "StudyID", "PerformedProcedureStepID", "RequestedProcedureID",
                     "EthnicGroup", "EthnicGroups", "PatientReligiousPreference", "Occupation"), "other"),
    "PatientAge": "age",
    "PatientSex": "sex",
    "OperatorsName": "operator",
    **dict.fromkeys(("DeviceSerialNumber", "DetectorID", "StationName"), "device"),
}  # fmt: skip
"""The same of the examination."""
_TECHNICAL = frozenset(
    ("Manufacturer", "ManufacturerModelName", "SoftwareVersions", "CodeValue", "CodeMeaning", "CodingSchemeDesignator",
     "CodingSchemeVersion", "ImplementationVersionName", "TimezoneOffsetFromUTC", "ConvolutionKernel", "FilterType",
     "ReceiveCoilName", "TransmitCoilName", "SequenceName", "WindowCenterWidthExplanation", "LUTExplanation",
     "DeidentificationMethod", "PatientIdentityRemoved")
)  # fmt: skip
"""Keywords whose values are of machines, codes and tables."""
_FREE_TEXT = frozenset({"LO", "LT", "SH", "ST", "UC", "UT"})
_STRINGS = frozenset({"AE", "AS", "CS", "DA", "DT", "IS", "LO", "LT", "PN", "SH", "ST", "UC", "UT"})
_DEFLATED = ("1.2.840.10008.1.2.1.99", "1.2.840.10008.1.2.4.95", "1.2.840.10008.1.2.8.1")
"""Transfer syntaxes that pydicom inflates without a limit. Nobody's camera or scanner writes them."""
_BLANK = re.compile(
    r"(?:anonym.*|anon\w*|de-?identified|unknown|inconnue?|none|n/?a|null|nil|no ?name|removed|redacted|hidden|masked"
    r"|confidential|(?:test|patient|subject|sujet|case|cas|study|volunteer)(?=[\s^_.-]*\d*$)|x{2,})[\s^_.0-9-]*"
    r"|[0\s^_.*?-]+",
    re.IGNORECASE,
)
"""What anonymising programs leave in the place of a value."""
_BLANK_DATE = re.compile(r"(?:0{4}|0001|1900|19010101|18000101)\d*|0+[DWMY]")
_DEPTH = 8
_ELEMENTS = 20_000
_LINES = 200
_VALUE = 4_000
_LAST = 0x7FFF
"""Greatest group that data sets use; what stands behind them is another file, read as an element of no known group."""
_ICONS, _BYTES = 4, 200_000
"""Icons and pictures in places of programs' own, and bytes of one such place that are looked at."""


def read(data: bytes) -> Content:
    """What a DICOM file holds, with or without its head of 128 bytes.

    Sheets: the first `MAX_SHEETS` frames in the window that the file asks for, 8-bit RGB. A transfer syntax that cannot
    be decoded leaves the tags.

    Raises:
        Unreadable: not DICOM, damaged, or deflated (which has no bound).
    """
    if any(uid.encode() in data for uid in _DEFLATED):
        raise Unreadable(Reason.UNSUPPORTED)
    with guarded():
        dataset = dcmread(BytesIO(data), force=True)
        tags = list(dataset.keys())[:100]
        known = sum(bool(keyword_for_tag(tag)) for tag in tags)
    if not tags or (
        known < 2 and data[128:132] != b"DICM"
    ):  # without a head, any bytes make one element
        raise Unreadable(Reason.UNREADABLE)
    notes = _Notes()
    if data[128:132] == b"DICM":  # before the mark anything may stand
        notes.bytes(data[:128])
    notes.walk(dataset)
    sheets, left = _pictures(dataset)
    icons = (pixels for icon in notes.icons for pixels in _icon(icon, dataset))
    inner = (*_documents(dataset), *notes.inner)
    return Content(chain(sheets, icons), notes.parts(), (*notes.seen(), *left), inner)


class _Notes:
    """What the tags tell."""

    def __init__(self) -> None:
        self._patient: dict[str, None] = {}
        self._study: dict[str, None] = {}
        self._lines: dict[str, None] = {}
        self._left = _ELEMENTS
        self._cut = self._odd = False
        self.icons: list[Dataset] = []
        self.inner: list[Inner] = []

    def walk(self, dataset: Dataset, depth: int = 0) -> None:
        """Look at every element, and into sequences."""
        for tag in list(dataset.keys()):
            self._left -= 1
            if self._left < 0 or depth > _DEPTH:
                self._cut = True
                return
            if tag.group == 0x7FE0:
                continue
            self._odd |= _LAST < tag.group < 0xFFFA
            try:
                with guarded():
                    items = self._look(dataset[tag])
            except Unreadable:  # one damaged value hides no other
                self._cut = True
                continue
            for item in items:
                if "PixelData" in item:
                    self._cut |= len(self.icons) >= _ICONS
                    self.icons += [item] if len(self.icons) < _ICONS else []
                self.walk(item, depth + 1)

    def _look(self, element: DataElement) -> list[Dataset]:
        if element.VR == "SQ":
            return list(element.value or ())
        if element.VR in _STRINGS:
            self._value(element)
        elif isinstance(element.value, bytes) and not _technical(element):
            self.bytes(element.value)
        return []

    def bytes(self, value: bytes) -> None:
        """What a program wrote into a place of its own: words in it, or a picture."""
        if shown := picture_in(value):
            self._cut |= len(self.inner) >= _ICONS
            self.inner += [shown] if len(self.inner) < _ICONS else []
            return
        self._cut |= len(value) > _BYTES
        for text in runs(value[:_BYTES]):
            self._line(text)

    def _value(self, element: DataElement) -> None:
        value = element.value
        words = str(value) if element.VM < 2 else " ".join(str(x) for x in value[:100])
        text = " ".join(words[:_VALUE].split())
        if _says_nothing(text, element.VR):
            return
        keyword = element.keyword
        if keyword in _PATIENT:
            self._patient[_PATIENT[keyword]] = None
        elif keyword in _STUDY:
            self._study[_STUDY[keyword]] = None
        elif element.tag.is_private:
            if not element.tag.is_private_creator and any(c.isalpha() for c in text):
                self._study["other"] = None
        elif element.VR == "PN":  # the other people of a file are those who made it
            self._study["physician"] = None
        elif element.VR in _FREE_TEXT and keyword not in _TECHNICAL:
            self._line(text)

    def _line(self, text: str) -> None:
        self._cut |= len(self._lines) >= _LINES
        if len(self._lines) < _LINES:
            self._lines[text] = None

    def parts(self) -> tuple[Part, ...]:
        lines = tuple(Line(text) for text in self._lines)
        return (Part(Origin.METADATA, lines),) if lines else ()

    def seen(self) -> Iterator[Seen]:
        for what, fields in ((What.PATIENT_TAGS, self._patient), (What.STUDY_TAGS, self._study)):
            if fields:
                yield Seen(what, fields=tuple(sorted(fields)))
        if self._cut:
            yield unchecked(Reason.TOO_LARGE)
        if self._odd:
            yield unchecked(Reason.ACTIVE)


def _says_nothing(text: str, vr: str) -> bool:
    if not any(c.isalnum() for c in text):
        return True
    if len(text) < 64 and _BLANK.fullmatch(text.strip("^ =")):
        return True
    return vr in {"DA", "DT", "AS"} and _BLANK_DATE.fullmatch(text) is not None


def _technical(element: DataElement) -> bool:
    """Whether bytes are pixels, graphics over them, tables of colours, or a document, which are read elsewhere."""
    group = element.tag.group
    return (
        group in {0x0002, 0x0028, 0x7FE0} or 0x5000 <= group <= 0x60FF or element.tag == 0x00420011
    )


def _icon(icon: Dataset, dataset: Dataset) -> Iterator[Pixels]:
    """The small picture that a sequence holds, which may show what the large one does not."""
    with suppress(Unreadable):
        with guarded():
            icon.file_meta = dataset.file_meta
            _check(icon)
        yield _frame(icon, 0)


def _documents(dataset: Dataset) -> tuple[Inner, ...]:
    """The document that a DICOM file may wrap, a PDF as a rule."""
    with suppress(Unreadable), guarded():
        value = dataset.get("EncapsulatedDocument")
        if isinstance(value, bytes) and value:
            return (Inner("", value),)
    return ()


def _pictures(dataset: Dataset) -> tuple[Iterator[Pixels], tuple[Seen, ...]]:
    """The frames, and what is not among them."""
    left: list[Seen] = []
    tags = list(dataset.keys())  # iterating over the dataset itself would decode its values
    if any(0x6000 <= tag.group <= 0x60FF and tag.element == 0x3000 for tag in tags):
        left.append(unchecked(Reason.UNSUPPORTED))  # graphics that viewers lay over the picture
    if not any(name in dataset for name in ("PixelData", "FloatPixelData", "DoubleFloatPixelData")):
        return iter(()), tuple(left)
    try:
        with guarded():
            count = _check(dataset)
    except Unreadable as fault:
        return iter(()), (*left, unchecked(fault.reason))
    if count > MAX_SHEETS:
        left.append(unchecked(Reason.MORE_SHEETS, left=count - MAX_SHEETS))
    return (_frame(dataset, i) for i in range(min(count, MAX_SHEETS))), tuple(left)


def _check(dataset: Dataset) -> int:
    """Number of frames, once it is sure that they can be decoded and are not too large.

    Raises:
        Unreadable: TOO_LARGE or UNSUPPORTED.
    """
    frame = int(dataset.Rows) * int(dataset.Columns)
    samples = int(dataset.get("SamplesPerPixel", 1))
    if frame > MAX_PIXELS or samples > 4:
        raise Unreadable(Reason.TOO_LARGE)
    count = int(dataset.get("NumberOfFrames") or 1)
    meta = dataset.file_meta
    if "TransferSyntaxUID" not in meta:  # a file without its head
        implicit = dataset.original_encoding[0]
        meta.TransferSyntaxUID = ImplicitVRLittleEndian if implicit else ExplicitVRLittleEndian
    syntax = UID(meta.TransferSyntaxUID)
    # Runs of RLE make up to 64 bytes of one: what is longer than its pixels is no compression.
    if syntax == RLELossless and len(dataset.PixelData) > count * (frame * samples * 16 + 4096):
        raise Unreadable(Reason.TOO_LARGE)
    try:
        supported = get_decoder(syntax).is_available
    except NotImplementedError:
        supported = False
    if not supported:
        raise Unreadable(Reason.UNSUPPORTED)
    return count


def _frame(dataset: Dataset, index: int) -> Pixels:
    """One frame as a viewer shows it.

    Raises:
        Unreadable: damaged, or of a form that is not decoded.
    """
    with guarded():
        values = pixel_array(dataset, index=index)
        form = str(dataset.PhotometricInterpretation)
        if form == "PALETTE COLOR":
            values = apply_color_lut(values, dataset)
        if values.ndim == 3:
            return _scaled(values[..., :3], 0, max(255, int(values.max())))
        values = apply_modality_lut(values, dataset).astype(np.float32)
        grey = _scaled(values, *(_window(dataset) or (values.min(), values.max())))
        if form == "MONOCHROME1":
            grey = 255 - grey
        return np.ascontiguousarray(np.repeat(grey[..., None], 3, axis=2))


def _window(dataset: Dataset) -> tuple[float, float] | None:
    """Least and greatest value of the first window that the file asks for (PS3.3, C.11.2.1.2)."""
    center, width = dataset.get("WindowCenter"), dataset.get("WindowWidth")
    if center is None or width is None:
        return None
    middle, span = (float(x[0] if isinstance(x, MultiValue) else x) for x in (center, width))
    if not (isfinite(middle) and isfinite(span) and span >= 1):
        return None
    return middle - span / 2, middle + span / 2


def _scaled(values: NDArray[Any], low: float, high: float) -> NDArray[np.uint8]:
    """From black at `low` to white at `high`."""
    if values.dtype == np.uint8 and (low, high) == (0, 255):
        return np.ascontiguousarray(values)
    scale = 255 / max(float(high) - float(low), 1e-9)
    finite = np.nan_to_num(values.astype(np.float32), nan=low, posinf=high, neginf=low)
    levels: NDArray[np.float32] = np.rint((finite - low) * scale).clip(0, 255)
    return levels.astype(np.uint8)
