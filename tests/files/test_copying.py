"""Safe copies, checked again: what was found is gone, and nothing else of the file is left."""

from contextlib import suppress
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from files.making_codes import FORMAT, VACCINATION_DOC, Shot, shown, symbol, two_d_doc
from files.making_documents import pdf, show
from files.making_images import encoded, exif_bytes, picture
from PIL import Image, ImageDraw, ImageFont
from pydicom import Dataset, dcmwrite
from pydicom.dataset import FileMetaDataset
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian

from linter.cli import commands
from linter.files import copying, safe
from linter.files.content import Unreadable
from linter.files.copying import copy
from linter.files.sandbox import Sandbox
from linter.finding import Box
from linter.pipeline import Linter
from linter.policy import load_policy
from linter.post import Attachment, Post
from linter.seen import Examined, Line, Origin, Part, Reason
from linter.verdict import Decision

ASKED = "Bonjour, que pensez-vous de cette image ?"


# --- the function


@pytest.fixture
def put(tmp_path):
    def put(name, data):
        (tmp_path / name).write_bytes(data)
        return tmp_path / name

    return put


def listed(folder):
    return sorted(p.name for p in folder.iterdir())


def test_a_copy_has_the_ending_of_its_format_and_the_boxes_covered(put, tmp_path):
    source = put("Mme Palanque.png", encoded(picture(), "PNG"))
    made = copy(source, {0: [Box(10, 10, 30, 30)]}, tmp_path / "out-1")
    assert made == tmp_path / "out-1.png"
    with Image.open(made) as picture_made:
        assert not np.asarray(picture_made)[12:28, 12:28].any()
    assert listed(tmp_path) == ["Mme Palanque.png", "out-1.png"]


def test_before_and_after_stand_side_by_side(put, tmp_path):
    source = put("a.jpg", encoded(picture(), "JPEG"))
    copy(source, {0: [Box(10, 10, 30, 30)]}, tmp_path / "out", compare=True)
    with Image.open(tmp_path / "out-side-by-side.png") as both:
        assert both.width > 2 * 96
        assert both.height == 480


@pytest.mark.parametrize("name", ["a.txt", "a.zip", "cut.jpg", "none.jpg"])
def test_of_other_files_there_is_no_copy_and_nothing_is_written(put, tmp_path, name):
    content = {"a.txt": b"Bonjour", "a.zip": b"PK\3\4", "cut.jpg": encoded(picture(), "JPEG")[:800]}
    if name in content:
        put(name, content[name])
    before = listed(tmp_path)
    assert copy(tmp_path / name, {}, tmp_path / "out", compare=True) is None
    assert listed(tmp_path) == before


@pytest.mark.parametrize("taken", ["out.jpg", "out-side-by-side.png"])
def test_what_is_there_stays_and_nothing_else_is_written(put, tmp_path, taken):
    source = put("a.jpg", encoded(picture(), "JPEG"))
    put(taken, b"mine")
    with pytest.raises(FileExistsError):
        copy(source, {}, tmp_path / "out", compare=True)
    assert (tmp_path / taken).read_bytes() == b"mine"
    assert listed(tmp_path) == ["a.jpg", taken]


@pytest.mark.parametrize("fault", [MemoryError, Unreadable(Reason.MEMORY)])
def test_a_copy_that_cannot_be_made_leaves_nothing(put, tmp_path, monkeypatch, fault):
    def fail(*_):
        raise fault

    source = put("a.jpg", encoded(picture(), "JPEG"))
    monkeypatch.setattr(safe, "copy_image", fail)
    with suppress(MemoryError):
        assert copy(source, {}, tmp_path / "out") is None
    assert listed(tmp_path) == ["a.jpg"]


def test_a_copy_that_cannot_be_compared_is_there(put, tmp_path, monkeypatch):
    def fail(*_):
        raise Unreadable(Reason.TIME)

    source = put("a.jpg", encoded(picture(), "JPEG"))
    monkeypatch.setattr(copying, "_first", fail)
    assert copy(source, {}, tmp_path / "out", compare=True) == tmp_path / "out.jpg"
    assert listed(tmp_path) == ["a.jpg", "out.jpg"]


def test_the_other_process_writes_where_this_one_is_now(put, tmp_path, monkeypatch):
    put("a.jpg", encoded(picture(), "JPEG"))
    with Sandbox() as sandbox:
        assert sandbox.examine(tmp_path / "none.jpg").seen
        monkeypatch.chdir(tmp_path)
        assert sandbox.copy(Path("a.jpg"), {}, Path("out")) == Path("out.jpg")
        assert sandbox.copy(Path("a.jpg"), {}, Path("out")) is None
    assert listed(tmp_path) == ["a.jpg", "out.jpg"]


class Reader:
    """A reader of files that sees words in a copy that it did not see in the original."""

    def __init__(self):
        self.copied = []

    def examine(self, path, *, prints=False):  # noqa: ARG002 # asked for
        lines = (
            () if path.name == "a.jpg" else (Line("Mme Huguette PALANQUE", 0, Box(50, 60, 90, 70)),)
        )
        return Examined(parts=(Part(Origin.PICTURE, lines),) if lines else (), sheets=1)

    def copy(self, path, boxes, target, *, compare=False):
        assert path.name == "a.jpg"
        made = target.with_suffix(".jpg")
        self.copied.append((sorted(boxes), compare))
        made.open("xb").close()
        return made

    def close(self):
        pass


@pytest.mark.parametrize("compare", [False, True])
def test_what_is_found_in_a_copy_is_covered_as_well(put, tmp_path, compare):
    put("a.jpg", b"")
    post = Post(ASKED, attachments=(Attachment(tmp_path / "a.jpg"),))
    reader = Reader()
    with Linter(files=reader) as linter:
        made = linter.safe_copy(post, linter.check(post), 0, tmp_path / "out", compare=compare)
    assert made == tmp_path / "out.jpg"
    assert reader.copied == [([], False), ([0], compare)]
    assert listed(tmp_path) == ["a.jpg", "out.jpg"]


# --- through the command


def page(*lines):
    """A grey page with lines of capital letters."""
    image = Image.new("RGB", (700, 30 + 70 * len(lines)), (235, 235, 230))
    draw, font = ImageDraw.Draw(image), ImageFont.load_default(size=32)
    for number, line in enumerate(lines):
        draw.text((40, 20 + 70 * number), line, fill=(20, 20, 30), font=font)
    return image


def certificate():
    code = symbol(two_d_doc(*VACCINATION_DOC), FORMAT.DataMatrix)
    return encoded(
        Image.fromarray(shown(np.full((400, 520), 190, np.uint8), code, Shot(4.0, 5), 3)), "JPEG"
    )


def dicom():
    dataset = Dataset()
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset.file_meta.MediaStorageSOPClassUID = dataset.SOPClassUID = CTImageStorage
    dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID = "1.2.3"
    dataset.Modality, dataset.PatientName = "CT", "Palanque^Huguette"
    values = np.asarray(page("CT 120 KV").convert("L"))
    dataset.Rows, dataset.Columns = values.shape
    dataset.SamplesPerPixel, dataset.PhotometricInterpretation = 1, "MONOCHROME2"
    dataset.BitsAllocated = dataset.BitsStored = 8
    dataset.HighBit, dataset.PixelRepresentation = 7, 0
    dataset.PixelData = values.tobytes()
    out = BytesIO()
    dcmwrite(out, dataset, enforce_file_format=True)
    return out.getvalue()


def located():
    gps = exif_bytes(gps={1: "N", 2: (46.0, 10.0, 12.0), 3: "E", 4: (1.0, 52.0, 8.0)})
    return encoded(page("RADIO"), "JPEG", exif=gps, comment=b"Mme Huguette Palanque")


FILES = {
    "certificate.jpg": (certificate, ".jpg"),
    "page.png": (lambda: encoded(page("Patiente : Mme Huguette DURAND", "CRP 4 mg/L"), "PNG"), ".png"),
    "place.jpg": (located, ".jpg"),
    "letter.pdf": (lambda: pdf(show("Patiente : Mme Huguette Palanque", 20, 30), box=b"0 0 400 60"), ".pdf"),
    "scan.dcm": (dicom, ".png"),
}  # fmt: skip


@pytest.fixture
def run(linter, monkeypatch, tmp_path):
    """The command, with the models of the session."""

    def share(self, policy=None, denylist=None):
        self.__dict__ |= linter.__dict__ | {
            "policy": policy or load_policy(),
            "_denylist": denylist,
        }

    monkeypatch.setattr(Linter, "__init__", share)
    monkeypatch.setattr(Linter, "close", lambda _: None)
    monkeypatch.setenv("HIPPOLINT_DENYLIST", str(tmp_path / "none.jsonl"))

    def run(*args):
        result = CliRunner().invoke(commands, ["check", *map(str, args)])
        assert result.exception is None or isinstance(result.exception, SystemExit)
        return result

    return run


def test_the_safe_copies_checked_again_are_clean(run, linter, put, tmp_path):
    post = put("post.txt", ASKED.encode())
    files = [put(name, make()) for name, (make, _) in FILES.items()]
    attached = [x for f in files for x in ("--attach", f)]
    folder = tmp_path / "safe"
    result = run(*attached, "--output-dir", folder, "--side-by-side", post)
    assert result.exit_code == 1
    assert result.stderr == ""
    stems = [f"post-attachment-{n + 1}" for n in range(len(files))]
    copies = [folder / f"{stem}{end}" for stem, (_, end) in zip(stems, FILES.values(), strict=True)]
    beside = [f"{stem}-side-by-side.png" for stem in stems]
    assert listed(folder) == sorted(["post.txt", *(c.name for c in copies), *beside])
    for made in copies:
        verdict = linter.check(Post(ASKED, attachments=(Attachment(made),)))
        assert verdict.decision is Decision.ALLOW, (made.name, verdict.findings)
        assert {f.rule for f in verdict.findings} <= {"files/text"}
        assert b"Palanque" not in made.read_bytes()
    again = {p: p.read_bytes() for p in folder.iterdir()}
    result = run(*attached, "--output-dir", folder, post)
    assert result.exit_code == 2
    assert again == {p: p.read_bytes() for p in folder.iterdir()}


def test_a_file_without_words_gets_a_number(run, put, tmp_path):
    run("--output-dir", tmp_path / "safe", put("Mme Huguette Palanque.png", encoded(page(), "PNG")))
    assert listed(tmp_path / "safe") == ["file-1-attachment-1.png"]


def test_of_a_file_without_a_safe_copy_that_is_told(run, put, tmp_path):
    post = put("post.txt", ASKED.encode())
    result = run(
        "--attach", put("a.rtf", rb"{\rtf1 Bonjour}"), "--output-dir", tmp_path / "safe", post
    )
    assert "no safe copy of attachment 1" in result.stderr
    assert listed(tmp_path / "safe") == ["post.txt"]
