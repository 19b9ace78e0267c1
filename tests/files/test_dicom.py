"""DICOM files made by pydicom itself: tags, texts and pictures."""

import random
import time
import warnings
from collections.abc import Iterable
from contextlib import suppress
from io import BytesIO
from typing import Any

import numpy as np
import pytest
import yaml
from files.making_images import NAME, encoded, picture
from pydicom import Dataset, dcmwrite
from pydicom.dataset import FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.sequence import Sequence
from pydicom.uid import (
    CTImageStorage,
    DeflatedExplicitVRLittleEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    JPEG2000Lossless,
    JPEGBaseline8Bit,
    JPEGLSLossless,
    RLELossless,
)

from linter.datafile import rules_root
from linter.files import dicom
from linter.files.content import MAX_SHEETS, Pixels, Unreadable
from linter.seen import Reason, What

GREY = np.arange(64 * 48, dtype=np.uint16).reshape(48, 64) * 20


def made(
    values: np.ndarray | None = None, syntax: str = ExplicitVRLittleEndian, **tags: Any
) -> Dataset:
    """A data set with pixels; `values` is (rows, columns) or with frames before or samples behind."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        dataset = Dataset()
        dataset.file_meta = FileMetaDataset()
        dataset.file_meta.TransferSyntaxUID = syntax
        dataset.file_meta.MediaStorageSOPClassUID = CTImageStorage
        dataset.file_meta.MediaStorageSOPInstanceUID = "1.2.3"
        dataset.SOPClassUID, dataset.SOPInstanceUID = CTImageStorage, "1.2.3"
        dataset.Modality = "CT"
        dataset.SpecificCharacterSet = "ISO_IR 192"
        if values is not None:
            coloured = values.ndim >= 3 and values.shape[-1] == 3
            dataset.Rows, dataset.Columns = values.shape[-3:-1] if coloured else values.shape[-2:]
            dataset.SamplesPerPixel = 3 if coloured else 1
            dataset.PhotometricInterpretation = "RGB" if coloured else "MONOCHROME2"
            if coloured:
                dataset.PlanarConfiguration = 0
            if values.ndim > (3 if coloured else 2):
                dataset.NumberOfFrames = values.shape[0]
            dataset.BitsAllocated = dataset.BitsStored = 8 * values.itemsize
            dataset.HighBit = dataset.BitsStored - 1
            dataset.PixelRepresentation = int(values.dtype.kind == "i")
            dataset.PixelData = values.tobytes()
        for name, value in tags.items():
            setattr(dataset, name, value)
    return dataset


def written(dataset: Dataset, *, head: bool = True) -> bytes:
    out = BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if head:
            dcmwrite(out, dataset, enforce_file_format=True)
        else:
            del dataset.file_meta
            dcmwrite(out, dataset, implicit_vr=True, little_endian=True)
    return out.getvalue()


def fields(data: bytes) -> dict[What, set[str]]:
    return {s.what: set(s.fields) for s in dicom.read(data).seen}


def sheets(data: bytes) -> list[Pixels]:
    return list(dicom.read(data).sheets)


def words(data: bytes) -> list[str]:
    return [line.text for part in dicom.read(data).parts for line in part.lines]


def test_what_names_the_patient() -> None:
    data = written(
        made(
            PatientName="Delorme^Capucine",
            PatientID="A77",
            PatientBirthDate="19840203",
            PatientAddress="3 quai du Lac",
            PatientTelephoneNumbers="0491570156",
            OtherPatientIDs=["B1", "B2"],
            PatientMotherBirthName="Vasseur",
        )
    )
    assert fields(data) == {
        What.PATIENT_TAGS: {"name", "relative", "patient_id", "birth_date", "address", "phone"}
    }
    assert NAME not in repr(dicom.read(data))
    assert "Delorme" not in repr(dicom.read(data))


def test_what_tells_of_the_examination() -> None:
    dataset = made(
        StudyDate="20240506",
        InstitutionName="Clinique du Lac",
        ReferringPhysicianName="Martin",
        OperatorsName=["Un", "Deux"],
        DeviceSerialNumber="X9",
        StationName="CT2",
        PatientAge="045Y",
        PatientSex="F",
        AccessionNumber="778",
        Occupation="facteur",
    )
    assert fields(written(dataset)) == {
        What.STUDY_TAGS: {
            "study_date", "institution", "physician", "operator", "device", "age", "sex", "other",
        }
    }  # fmt: skip


def test_fields_are_names_that_the_linter_knows() -> None:
    known = yaml.safe_load((rules_root() / "exposed.yaml").read_text(encoding="utf-8"))["words"]
    assert {*dicom._PATIENT.values(), *dicom._STUDY.values(), "position"} <= known.keys()


@pytest.mark.parametrize(
    "value",
    ["", " ", "ANON", "Anonymous", "anonymized^0001", "000", "0", "XXXX", "Unknown", "Patient 12", "SUBJECT^003",
     "***", "---", "none", "N/A", "Anonymous^Female^^", "test", "de-identified"],
)  # fmt: skip
def test_values_that_anonymising_leaves(value: str) -> None:
    data = written(made(PatientName=value, PatientID=value, OperatorsName=value))
    assert fields(data) == {}


def test_dates_that_anonymising_leaves() -> None:
    for date in ("19000101", "", "00010101"):
        assert fields(written(made(PatientBirthDate=date, StudyDate=date, PatientAge="000Y"))) == {}


@pytest.mark.parametrize(
    "value", ["Anne^Onyme", "Test^Capucine", "Patience^Marie", "Nil Desperandum", "A0", "0001234"]
)
def test_names_that_look_alike(value: str) -> None:
    assert fields(written(made(PatientName=value))) == {What.PATIENT_TAGS: {"name"}}


def test_sequences_are_walked() -> None:
    inner = Dataset()
    inner.PatientID = "B7"
    outer = Dataset()
    outer.OtherPatientIDsSequence = Sequence([inner])
    outer.PersonName = "Martin"
    data = written(made(RequestAttributesSequence=Sequence([outer])))
    assert fields(data) == {What.PATIENT_TAGS: {"patient_id"}, What.STUDY_TAGS: {"physician"}}


def test_sequences_have_a_bottom() -> None:
    item = Dataset()
    item.PatientID = "B7"
    for _ in range(30):
        around = Dataset()
        around.RequestAttributesSequence = Sequence([item])
        item = around
    data = written(made(RequestAttributesSequence=Sequence([item])))
    assert fields(data) == {What.UNCHECKED: {Reason.TOO_LARGE}}


def test_elements_have_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dicom, "_ELEMENTS", 50)
    many = Sequence([Dataset() for _ in range(60)])
    for one in many:
        one.CodeValue = "x"
    data = written(made(ConceptCodeSequence=many, PatientID="B7"))
    assert fields(data) == {
        What.PATIENT_TAGS: {"patient_id"},
        What.UNCHECKED: {Reason.TOO_LARGE},
    }


def nested(levels: int) -> bytes:
    """Sequences of undefined length, one within the other."""
    head = written(made(PatientID="B7"))
    opened = b"\x40\0\x75\x02SQ\0\0\xff\xff\xff\xff\xfe\xff\0\xe0\xff\xff\xff\xff"
    return head + opened * levels


def test_bottomless_sequences() -> None:
    for levels in (5, 200, 5_000):
        begun = time.process_time()
        try:
            dicom.read(nested(levels))
        except Unreadable as fault:
            assert fault.reason is Reason.UNREADABLE  # noqa: PT017 # either is right
        assert time.process_time() - begun < 2


def test_private_tags() -> None:
    dataset = made()
    block = dataset.private_block(0x0009, "ACME 1.0", create=True)
    assert fields(written(dataset)) == {}
    block.add_new(1, "LO", "Delorme")
    assert fields(written(dataset)) == {What.STUDY_TAGS: {"other"}}


def test_words_go_to_the_text_rules() -> None:
    report = Dataset()
    report.TextValue = "Patiente vue à Brest"
    data = written(
        made(
            StudyDescription="genou gauche",
            ImageComments="chute\r\nà vélo",
            ContentSequence=Sequence([report]),
        )
    )
    assert set(words(data)) == {"genou gauche", "chute à vélo", "Patiente vue à Brest"}


def test_documents_within() -> None:
    data = written(
        made(EncapsulatedDocument=b"%PDF-1.7 ..", MIMETypeOfEncapsulatedDocument="application/pdf")
    )
    (inner,) = dicom.read(data).inner
    assert inner.data.startswith(b"%PDF")


@pytest.mark.parametrize("syntax", [ExplicitVRLittleEndian, ImplicitVRLittleEndian])
def test_grey_from_least_to_greatest(syntax: str) -> None:
    (sheet,) = sheets(written(made(GREY, syntax)))
    assert sheet.shape == (48, 64, 3)
    assert sheet.dtype == np.uint8
    assert sheet.flags.c_contiguous
    assert (sheet[0, 0, 0], sheet[-1, -1, 0]) == (0, 255)


def test_inverted_grey() -> None:
    (sheet,) = sheets(written(made(GREY, PhotometricInterpretation="MONOCHROME1")))
    assert (sheet[0, 0, 0], sheet[-1, -1, 0]) == (255, 0)


def test_window() -> None:
    values = np.array([[-1000, 0, 40, 80, 3000]], np.int16).repeat(4, axis=0)
    dataset = made(
        values, WindowCenter=[40, 300], WindowWidth=[80, 1500], RescaleSlope=1, RescaleIntercept=0
    )
    (sheet,) = sheets(written(dataset))
    assert sheet[0, :, 0].tolist() == [0, 0, 128, 255, 255]
    dataset.RescaleIntercept = -40
    (sheet,) = sheets(written(dataset))
    assert sheet[0, 3, 0] == 128
    dataset.WindowWidth = [0, 0]
    (sheet,) = sheets(written(dataset))
    assert (sheet[0, 0, 0], sheet[0, -1, 0]) == (0, 255)


def test_colour_and_palette() -> None:
    values = np.asarray(picture())
    (sheet,) = sheets(written(made(values)))
    assert np.array_equal(sheet, values)
    index = np.zeros((8, 8), np.uint8)
    index[:, 4:] = 1
    dataset = made(index, PhotometricInterpretation="PALETTE COLOR")
    for name, pair in (("Red", (0, 65535)), ("Green", (0, 0)), ("Blue", (65535, 0))):
        setattr(dataset, f"{name}PaletteColorLookupTableDescriptor", [2, 0, 16])
        setattr(dataset, f"{name}PaletteColorLookupTableData", np.array(pair, "<u2").tobytes())
    (sheet,) = sheets(written(dataset))
    assert sheet[0, 0].tolist() == [0, 0, 255]
    assert sheet[0, 7].tolist() == [255, 0, 0]


def test_luminance_and_chrominance() -> None:
    values = np.asarray(picture().convert("YCbCr"))
    (sheet,) = sheets(written(made(values, PhotometricInterpretation="YBR_FULL")))
    assert np.abs(sheet.astype(int) - np.asarray(picture())).max() < 6


def wrapped(frames: Iterable[bytes], syntax: str, **tags: Any) -> bytes:
    dataset = made(np.asarray(picture()), syntax, **tags)
    dataset.PixelData = encapsulate(list(frames))
    dataset["PixelData"].VR = "OB"
    return written(dataset)


def test_jpeg_and_jpeg_2000_within() -> None:
    data = wrapped(
        [encoded(picture(), "JPEG", quality=95)],
        JPEGBaseline8Bit,
        PhotometricInterpretation="YBR_FULL_422",
    )
    (sheet,) = sheets(data)
    assert np.abs(sheet[4, 4].astype(int) - (250, 0, 0)).max() < 12
    data = wrapped([encoded(picture(), "JPEG2000", no_jp2=True)], JPEG2000Lossless)
    (sheet,) = sheets(data)
    assert sheet[4, 4].tolist() == [250, 0, 0]


def test_run_lengths_within() -> None:
    dataset = made(GREY)
    dataset.compress(RLELossless, generate_instance_uid=False)
    (sheet,) = sheets(written(dataset))
    assert (sheet[0, 0, 0], sheet[-1, -1, 0]) == (0, 255)
    dataset.PixelData = encapsulate([b"\0" * 5_000_000])
    assert fields(written(dataset)) == {What.UNCHECKED: {Reason.TOO_LARGE}}


def test_a_syntax_that_is_not_decoded_leaves_the_tags() -> None:
    data = wrapped([b"\xff\xd8\xff\xf7\0"], JPEGLSLossless, PatientName="Delorme")
    assert fields(data) == {What.PATIENT_TAGS: {"name"}, What.UNCHECKED: {Reason.UNSUPPORTED}}
    assert sheets(data) == []
    assert data.count(b"1.2.840.10008.1.2.4.80") == 1
    data = data.replace(b"1.2.840.10008.1.2.4.80", b"1.2.840.10008.1.2.4.8\0")
    assert fields(data)[What.UNCHECKED] == {Reason.UNSUPPORTED}


def test_deflated_files_are_refused() -> None:
    with pytest.raises(Unreadable) as fault:
        dicom.read(written(made(GREY, DeflatedExplicitVRLittleEndian)))
    assert fault.value.reason is Reason.UNSUPPORTED


def test_frames_and_the_rest() -> None:
    frames = np.stack([np.full((8, 8), 10 * i, np.uint8) for i in range(MAX_SHEETS + 3)])
    frames[:, 0, 0], frames[:, 0, 1] = 0, 255
    data = written(made(frames))
    found = sheets(data)
    assert [x[4, 4, 0] for x in found] == [10 * i for i in range(MAX_SHEETS)]
    assert fields(data) == {What.UNCHECKED: {Reason.MORE_SHEETS}}


def test_no_picture_and_pictures_too_large() -> None:
    assert sheets(written(made(PatientName="Delorme"))) == []
    data = written(made(GREY, Rows=60_000, Columns=60_000))
    assert fields(data) == {What.UNCHECKED: {Reason.TOO_LARGE}}
    with pytest.raises(Unreadable):
        sheets(written(made(GREY, Rows=4_000, Columns=4_000)))  # pixels are missing


def test_a_jpeg_within_that_is_larger_than_it_says() -> None:
    jpeg = bytearray(encoded(picture(), "JPEG"))
    at = jpeg.find(b"\xff\xc0")
    jpeg[at + 5 : at + 9] = b"\xff\xdc\xff\xdc"
    data = wrapped([bytes(jpeg)], JPEGBaseline8Bit, PhotometricInterpretation="YBR_FULL_422")
    begun = time.process_time()
    with pytest.raises(Unreadable):
        sheets(data)
    assert time.process_time() - begun < 1


def test_graphics_laid_over_the_picture_are_told() -> None:
    dataset = made(GREY)
    dataset.add_new(0x60003000, "OW", b"\0" * 384)
    assert fields(written(dataset)) == {What.UNCHECKED: {Reason.UNSUPPORTED}}


def test_files_without_head() -> None:
    data = written(made(GREY, PatientName="Delorme"), head=False)
    assert data[128:132] != b"DICM"
    assert fields(data) == {What.PATIENT_TAGS: {"name"}}
    assert len(sheets(data)) == 1


@pytest.mark.parametrize(
    "data", [b"", b"DICM", b"\0" * 200, b"\0" * 128 + b"DICM", b"bonjour " * 40]
)
def test_what_is_no_dicom(data: bytes) -> None:
    with pytest.raises(Unreadable) as fault:
        dicom.read(data)
    assert fault.value.reason is Reason.UNREADABLE


def test_truncated_files_keep_their_tags() -> None:
    data = written(made(GREY, PatientName="Delorme"))
    content = dicom.read(data[:-2000])
    assert What.PATIENT_TAGS in {s.what for s in content.seen}
    with pytest.raises(Unreadable):
        list(content.sheets)


def test_damage_never_escapes() -> None:
    chance = random.Random(21)  # noqa: S311 # no secret
    rle = made(GREY, PatientName="Delorme")
    rle.compress(RLELossless, generate_instance_uid=False)
    inner = Dataset()
    inner.PatientID = "B7"
    samples = (
        written(
            made(
                GREY,
                PatientName="Delorme",
                WindowCenter="40",
                WindowWidth="80",
                OtherPatientIDsSequence=[inner],
            )
        ),
        written(rle),
        wrapped(
            [encoded(picture(), "JPEG")], JPEGBaseline8Bit, PhotometricInterpretation="YBR_FULL_422"
        ),
        written(made(np.asarray(picture()), StudyDescription="genou"), head=False),
    )
    for data in samples:
        for _ in range(60):
            changed = bytearray(data)
            if chance.random() < 0.3:
                del changed[chance.randrange(len(data)) :]
            else:
                for _ in range(chance.randrange(1, 10)):
                    changed[chance.randrange(min(len(data), 1200))] = chance.randrange(256)
            begun = time.process_time()
            with suppress(Unreadable):
                list(dicom.read(bytes(changed)).sheets)
            assert time.process_time() - begun < 2


def test_words_before_the_mark_and_in_bytes_of_programs() -> None:
    dataset = made(GREY)
    dataset.add_new(0x00420012, "OB", b"\1\2\3dossier de " + NAME.encode() + b"\0")
    dataset.ProtocolName, dataset.Manufacturer = f"Genou {NAME}", "Fabricant SA"
    data = written(dataset)
    assert words(NAME.encode().ljust(128, b"\0") + data[128:]) == [
        NAME,
        f"Genou {NAME}",
        f"dossier de {NAME}",
    ]


def test_icons_and_pictures_in_bytes_of_programs() -> None:
    icon = made(np.full((64, 64), 77, np.uint8))
    small = encoded(picture(64, 48), "JPEG")
    dataset = made(GREY)
    dataset.IconImageSequence = Sequence([icon])
    dataset.add_new(0x00420012, "OB", small)
    content = dicom.read(written(dataset))
    assert [s.shape for s in content.sheets] == [(48, 64, 3), (64, 64, 3)]
    assert [inner.data[: len(small)] for inner in content.inner] == [small]
    dataset.IconImageSequence = Sequence([icon] * 9)
    content = dicom.read(written(dataset))
    assert Reason.TOO_LARGE in {x for s in content.seen for x in s.fields}


def test_what_stands_behind_the_pixels_is_told() -> None:
    content = dicom.read(written(made(GREY)) + encoded(picture(), "JPEG"))
    assert Reason.ACTIVE in {x for s in content.seen for x in s.fields}
