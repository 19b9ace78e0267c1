"""From a file to the verdict: what the rules for files say, where it is, and what it does to the post."""

import re
from email.message import EmailMessage

import numpy as np
import pytest
import yaml
from files.making_codes import FORMAT, VACCINATION_DOC, Shot, shown, symbol, two_d_doc
from files.making_documents import docx, pdf, show, stream, word, zipped
from files.making_images import encoded, exif_bytes, picture
from PIL import Image, ImageDraw, ImageFont
from pydicom import Dataset, dcmwrite
from pydicom.dataset import FileMetaDataset
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian

from linter.attachments import AttachmentRules, Recognised, covers, pictured, recognised
from linter.datafile import rules_root
from linter.denylist import add, load
from linter.files.certificates import FIELDS
from linter.files.dicom import _PATIENT, _STUDY
from linter.files.fingerprint import Prints
from linter.files.mrz import _FIELDS as MRZ_FIELDS
from linter.finding import Box, Entity, Finding, Severity, Span, Subject
from linter.pipeline import Linter
from linter.post import Attachment, Post
from linter.report.as_json import one_line, verdict_dict
from linter.seen import Examined, Line, Origin, Part, Reason, Seen, What, unchecked
from linter.verdict import Decision

ALLOW, REVIEW, BLOCK = Decision.ALLOW, Decision.REVIEW, Decision.BLOCK
ASKED = "Bonjour, que pensez-vous de cette image ?"
TATTOO = "Patient de 45 ans avec un tatouage de dragon sur le bras gauche, lombalgie."
FONT = ImageFont.load_default(size=32)
EVERY_FIELD = {
    *FIELDS,
    *_PATIENT.values(),
    *_STUDY.values(),
    *MRZ_FIELDS,
    *("national_id", "position", "eyes_covered"),
    *(reason.value for reason in Reason),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("files")


@pytest.fixture
def put(folder, request):
    """Write a file under a name of its own and give it as an attachment."""
    place = folder / re.sub(r"\W", "_", request.node.name)[:80]

    def put(name, data):
        place.mkdir(exist_ok=True)
        (place / name).write_bytes(data)
        return Attachment(place / name)

    return put


@pytest.fixture
def check(linter):
    def check(text, *files, **more):
        return linter.check(Post(text, attachments=files, **more))

    return check


def sheet(*lines, size=(640, 0)):
    """A white page with lines of capital letters, in RGB."""
    image = Image.new("RGB", (size[0], size[1] or 20 + 60 * len(lines)), (252, 252, 248))
    draw = ImageDraw.Draw(image)
    for number, line in enumerate(lines):
        draw.text((30, 14 + 60 * number), line, fill=(20, 20, 30), font=FONT)
    return image


def scan(*lines):
    return encoded(sheet(*lines), "PNG")


def plain(**options):
    """A strip of light and dark without anything to read."""
    strip = np.linspace(60, 190, 320).astype(np.uint8)
    return encoded(Image.fromarray(np.tile(strip, (64, 1))).convert("RGB"), "JPEG", **options)


def certificate():
    code = symbol(two_d_doc(*VACCINATION_DOC), FORMAT.DataMatrix)
    return encoded(
        Image.fromarray(shown(np.full((400, 520), 190, np.uint8), code, Shot(4.0, 5), 3)), "JPEG"
    )


def dicom(**tags):
    """A small grey picture with tags."""
    dataset = Dataset()
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset.file_meta.MediaStorageSOPClassUID = dataset.SOPClassUID = CTImageStorage
    dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID = "1.2.3"
    dataset.Modality = "CT"
    values = np.tile(np.arange(320, dtype=np.uint16), (64, 1))
    dataset.Rows, dataset.Columns = values.shape
    dataset.SamplesPerPixel, dataset.PhotometricInterpretation = 1, "MONOCHROME2"
    dataset.BitsAllocated = dataset.BitsStored = 16
    dataset.HighBit, dataset.PixelRepresentation = 15, 0
    dataset.PixelData = values.tobytes()
    for name, value in tags.items():
        setattr(dataset, name, value)
    return dataset


def rules_of(verdict):
    return [f.rule for f in verdict.findings]


def only(verdict, rule):
    (found,) = (f for f in verdict.findings if f.rule == rule)
    return found


def told(verdict):
    return one_line(verdict_dict(verdict, "1"))


def left(verdict):
    """The reasons told in the findings that something was not looked at."""
    return " ".join(f.message for f in verdict.findings if f.entity is Entity.UNCHECKED)


# --- rules


def words():
    path = rules_root() / "exposed.yaml"
    return yaml.safe_load(path.read_text(encoding="utf-8"))["words"]


def test_every_field_and_reason_has_words_in_both_languages():
    assert words().keys() >= EVERY_FIELD
    assert all(w.keys() == {"fr", "en"} and all(w.values()) for w in words().values())


def test_every_sort_of_thing_seen_has_one_rule(linter):
    made = [r.match.when for r in linter.rules if r.match.kind == "attachment"]
    assert sorted(made) == sorted(What)


@pytest.mark.parametrize("what", What)
@pytest.mark.parametrize("lang", ["fr", "en"])
def test_messages_end_with_a_stop_and_name_what_is_exposed(linter, what, lang):
    fields = ("unreadable", "time") if what is What.UNCHECKED else ("name", "birth_date")
    (finding,) = linter._attachments.findings([Seen(what, fields=fields)], 3, lang)
    assert re.search(r"[^.]\.$", finding.message)
    assert finding.source == "attachment:3"
    assert finding.action
    assert finding.duties
    if what is not What.TEXT:
        assert ", ".join(words()[f][lang] for f in fields) in finding.message
    (bare,) = linter._attachments.findings([Seen(what)], 0, lang)
    assert re.search(r"[^.]\.$", bare.message)


@pytest.mark.parametrize("what", What)
@pytest.mark.parametrize(("lang", "to"), [("fr", "en"), ("en", "fr")])
def test_a_finding_is_told_again_in_the_other_language(linter, what, lang, to):
    every = tuple(w for w in words() if w != "left")
    for fields, left in ((every, 12), (("name",), 0), ((), 0)):
        seen = [Seen(what, fields=fields, left=left)]
        (told,), (wanted,) = (linter.about_files(seen, one) for one in (lang, to))
        again = linter.retold(told, lang, to)
        assert (again.message, again.action) == (wanted.message, wanted.action)
        assert linter.retold(told, lang, lang) == told


def test_what_was_not_looked_at_is_one_finding(linter):
    seen = [unchecked(Reason.TIME), Seen(What.GPS), unchecked(Reason.FAULT, Reason.TIME, sheet=2)]
    found = linter._attachments.findings(seen, 0, "en")
    assert [f.rule for f in found] == ["files/gps", "files/unchecked"]
    assert found[1].message == "This file was not wholly looked at: out of time, reading failed."


def test_text_in_many_pictures_is_one_finding(linter):
    assert (
        len(linter._attachments.findings([Seen(What.TEXT, sheet=n) for n in range(4)], 0, "fr"))
        == 1
    )


def test_scores_are_those_of_rule_and_detector(linter):
    (finding,) = linter._attachments.findings(
        [Seen(What.UNREAD_CODE, 0.61, 1, Box(1, 2, 3, 4))], 0, "fr"
    )
    assert (finding.score, finding.page, finding.box) == (0.61, 1, Box(1, 2, 3, 4))


def test_without_rules_nothing_is_said():
    assert AttachmentRules([], {}).findings([Seen(What.FACE)], 0, "fr") == ()


# --- places


PLACED = recognised(
    Examined(
        parts=(
            Part(Origin.PICTURE, (Line("one two", 0, Box(0, 0, 70, 10)), Line("three", 0, Box(0, 20, 50, 30)))),
            Part(Origin.PAYLOAD, (Line("secret", 0, Box(1, 1, 2, 2)),)),
            Part(Origin.DOCUMENT, (Line("four", 1, Box(5, 5, 9, 9)), Line("five"))),
        )
    )
)  # fmt: skip


@pytest.mark.parametrize(
    ("words", "page", "box"),
    [
        ("two", 0, Box(0, 0, 70, 10)),
        ("two\nthree", 0, Box(0, 0, 70, 30)),
        ("three\nfour", 0, Box(0, 20, 50, 30)),
        ("four", 1, Box(5, 5, 9, 9)),
        ("four\nfive", 1, Box(5, 5, 9, 9)),
        ("five", None, None),
    ],
)
def test_a_span_has_the_page_and_box_of_the_lines_it_touches(words, page, box):
    at = PLACED.text.index(words)
    assert PLACED.place(Span(at, at + len(words))) == (page, box)


def test_what_a_code_says_is_not_among_the_words_shown():
    assert PLACED.text == "one two\nthree\nfour\nfive"


def test_a_span_of_no_line_is_nowhere():
    assert Recognised("", ()).place(Span(0, 1)) == (None, None)


def seen_at(box, severity=Severity.ERROR, entity=Entity.PERSON, source="attachment:0", page=0):
    return Finding("r", entity, Subject.PATIENT, severity, 1, None, "m", box=box, source=source, page=page)  # fmt: skip


def test_covers_are_what_identifies_and_every_code_with_a_margin():
    box = Box(100, 100, 200, 140)
    hidden = covers(
        [
            seen_at(box),
            seen_at(box, Severity.WARNING, page=1),
            seen_at(box, Severity.NOTE),
            seen_at(box, Severity.NOTE, Entity.CODE, page=2),
            seen_at(box, entity=Entity.FACE, page=3),
            seen_at(Box(1, 1, 9, 9), page=4),
            seen_at(box, source="attachment:1"),
            seen_at(box, source="text"),
            seen_at(None),
            seen_at(box, page=None),
        ],
        0,
    )
    assert hidden == {
        0: [Box(96, 96, 204, 144)],
        1: [Box(96, 96, 204, 144)],
        2: [Box(90, 96, 210, 144)],
        3: [Box(80, 92, 220, 148)],
        4: [Box(0, 0, 13, 13)],
    }


def test_a_file_that_could_not_be_opened_is_a_photo_by_its_name(put):
    assert pictured(put("a.JPG", b"x"), Examined())
    assert not pictured(put("a.pdf", b"x"), Examined())
    assert not pictured(put("a.jpg", b"x"), Examined(sheets=1, photos=0))


# --- files by themselves


def test_a_certificate_holds_the_post_and_no_value_is_repeated(check, put):
    verdict = check(ASKED, put("photo.jpg", certificate()))
    found = only(verdict, "files/certificate")
    assert verdict.decision is BLOCK
    assert found.box
    assert "nom, date de naissance" in found.message
    for value in (
        "LEROUX",
        "DELMAS",
        "MAELYS",
        "ANNE",
        "31051962",
        "1962",
        "14062021",
        "J07BX03",
        "COMIRNATY",
    ):
        assert value not in told(verdict).upper()


def test_a_laboratory_report_is_held_for_the_name_in_it(check, put):
    file = put(
        "labo.png", scan("LABORATOIRE DES HALLES", "Patiente : Mme Huguette DURAND", "CRP 4 mg/L")
    )
    verdict = check("", file)
    name = only(verdict, "direct/fr-titled-name")
    read = verdict.attachments[0].text
    assert verdict.decision is BLOCK
    assert "Huguette" in read[name.span.start : name.span.end]
    assert name.box.y0 < 14 + 60 + 25 < name.box.y1
    assert (name.source, name.page, name.replacement) == ("attachment:0", 0, None)
    assert "files/text" in rules_of(verdict)
    assert verdict == check("", file)


@pytest.mark.parametrize(
    ("name", "options", "decision", "rules"),
    [
        ("IMG_0001.jpg", {}, ALLOW, []),
        ("Mme Huguette Palanque.jpg", {}, BLOCK, ["direct/fr-titled-name"]),
        ("place.jpg", {"exif": exif_bytes(gps={1: "N", 2: (46.0, 10.0, 12.0), 3: "E", 4: (1.0, 52.0, 8.0)})}, REVIEW, ["files/gps"]),
        ("time.jpg", {"exif": exif_bytes(second={0x9003: "2024:03:12 10:00:00"})}, ALLOW, ["files/taken"]),
        ("words.jpg", {"comment": b"Mme Huguette Palanque"}, BLOCK, ["direct/fr-titled-name"]),
    ],
)  # fmt: skip
def test_a_photo_by_its_name_and_metadata(check, put, name, options, decision, rules):
    verdict = check(ASKED, put(name, plain(**options)))
    assert (verdict.decision, rules_of(verdict)) == (decision, rules)
    assert verdict.attachments[0].pages == 1
    for finding in verdict.findings:
        assert (finding.source, finding.span, finding.box) == ("attachment:0", None, None)
    assert "palanque" not in told(verdict).lower()


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("none.jpg", None, "abîmé"),
        ("a.zip", zipped({"a.txt": "x"}), "ne lit pas"),
        ("a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "chiffré"),
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "scripts"),
        ("cut.jpg", plain()[:900], "abîmé"),
    ],
)  # fmt: skip
def test_what_was_not_looked_at_is_for_a_human(check, put, folder, name, data, said):
    file = Attachment(folder / name) if data is None else put(name, data)
    verdict = check(ASKED, file)
    assert verdict.decision is REVIEW
    assert said in left(verdict)
    assert only(verdict, "files/unchecked").severity is Severity.WARNING


def test_a_deleted_name_in_a_document_holds_the_post(check, put):
    deleted = "<w:p><w:del><w:r><w:delText>Mme Huguette Palanque</w:delText></w:r></w:del></w:p>"
    verdict = check(ASKED, put("avis.docx", docx(word("Avis demandé.") + deleted)))
    name = only(verdict, "direct/fr-titled-name")
    assert verdict.decision is BLOCK
    assert verdict.attachments[0].text[name.span.start : name.span.end].endswith("Palanque")
    assert "files/changes" in rules_of(verdict)


def test_a_mail_about_a_patient_holds_the_post(check, put):
    message = EmailMessage()
    message["From"], message["Subject"] = "Dr Anne Martin <a@example.org>", "Avis"
    message.set_content("Patiente : Mme Huguette Palanque, née le 12/03/1941, lupus.\n")
    verdict = check(ASKED, put("avis.eml", message.as_bytes()))
    assert verdict.decision is BLOCK
    assert {"direct/fr-titled-name", "direct/fr-birth-date"} <= {*rules_of(verdict)}
    assert only(verdict, "direct/fr-doctor-name").severity is Severity.NOTE


def test_words_of_a_pdf_have_page_and_box(check, put):
    pages = pdf(
        show("Compte rendu", y=20),
        show("Patiente : Mme Huguette Palanque", 20, 20),
        box=b"0 0 400 60",
    )
    verdict = check(ASKED, put("cr.pdf", pages))
    name = only(verdict, "direct/fr-titled-name")
    assert verdict.decision is BLOCK
    assert name.page == 1
    assert verdict.attachments[0].text[name.span.start : name.span.end] == "Mme Huguette Palanque"
    assert verdict.attachments[0].pages == 2
    assert (name.box.x0 // 80, name.box.y0 // 60) == (1, 2)


def test_a_scanned_page_of_a_pdf_is_read(check, put):
    page = sheet("Patiente : Mme Huguette DURAND")
    head = b"/Type/XObject/Subtype/Image/Width %d/Height %d/ColorSpace/DeviceRGB/BitsPerComponent 8/Filter/DCTDecode"
    drawn = stream(encoded(page, "JPEG", quality=95), head % page.size, packed=False)
    pages = pdf(b"q 320 0 0 40 0 0 cm /I Do Q", more=[drawn], box=b"0 0 320 40")
    verdict = check(ASKED, put("scan.pdf", pages))
    assert verdict.decision is BLOCK
    assert only(verdict, "direct/fr-titled-name").box


def test_a_dicom_file_names_its_patient_and_no_value_is_repeated(check, folder):
    dataset = dicom(
        PatientName="Palanque^Huguette", PatientBirthDate="19410312", StudyDate="20240312"
    )
    dcmwrite(folder / "a.dcm", dataset, enforce_file_format=True)
    verdict = check(ASKED, Attachment(folder / "a.dcm"))
    assert verdict.decision is BLOCK
    assert only(verdict, "files/patient-tags").message.endswith("date de naissance, nom.")
    assert not re.search("palanque|huguette|1941|2024", told(verdict).lower())


# --- post and files together


def test_a_mark_in_the_text_and_a_photo_ask_for_a_reading(check, put):
    photo = put("photo.jpg", plain())
    together = check(TATTOO, photo)
    assert check(TATTOO).decision is ALLOW
    assert check(ASKED, photo).decision is ALLOW
    assert together.decision is REVIEW
    mark = only(together, "files/mentioned-mark")
    assert (mark.source, mark.entity) == ("attachment:0", Entity.PHYSICAL_MARK)
    assert check(TATTOO, put("a.txt", b"Bonjour")).decision is ALLOW


def test_a_degrading_line_beside_a_photo_is_graver(check, put):
    line = "Encore une simulatrice aux urgences ce soir."
    assert check(line).decision is ALLOW
    assert check(line, put("a.txt", b"Bonjour")).decision is ALLOW
    verdict = check(line, put("photo.jpg", plain()))
    assert verdict.decision is REVIEW
    assert only(verdict, "dignity/fr-disbelief").severity is Severity.WARNING


def test_the_town_of_a_letterhead_joins_the_combination(check, put):
    text = "Patiente de 58 ans, infirmière, hospitalisée pour un lupus."
    alone, both = (
        check(text),
        check(text, put("lettre.png", scan("HOPITAL DE GUERET", "PATIENTE VUE A GUERET"))),
    )
    assert both.anonymity.k < alone.anonymity.k / 5
    assert both.decision is not ALLOW


def test_a_known_leak_holds_the_post(linter, put, tmp_path):
    leak, other = put("fuite.jpg", encoded(picture(320, 240), "JPEG")), put("autre.txt", b"Bonjour")
    seen = linter._files.examine(leak.path, prints=True)
    add(tmp_path / "list.jsonl", [Prints((), seen.pictures, seen.views)])
    with_list = object.__new__(Linter)
    with_list.__dict__ = linter.__dict__ | {"_denylist": load(tmp_path / "list.jsonl")}
    half = Image.open(leak.path).resize((200, 150))
    again = put("encore.jpg", encoded(half, "JPEG", quality=60))
    verdict = with_list.check(Post(ASKED, attachments=(other, again)))
    assert only(verdict, "files/known-leak").source == "attachment:1"
    assert verdict.decision is BLOCK


def test_findings_come_text_first_and_attachments_are_numbered(check, put):
    files = (
        put("un.txt", b"Mme Huguette Palanque"),
        put("deux.txt", b"M. Firmin Rocheteau, 0612345678"),
    )
    verdict = check("Mme Odette Vauclair va bien.", *files)
    sources = [f.source for f in verdict.findings]
    assert sources == sorted(sources, key=["text", "attachment:0", "attachment:1"].index)
    assert {*sources} == {"text", "attachment:0", "attachment:1"}
    for number, words in enumerate(("Huguette Palanque", "Firmin Rocheteau")):
        name = next(f for f in verdict.findings if f.source == f"attachment:{number}")
        assert verdict.attachments[number].text[name.span.start : name.span.end].endswith(words)
        assert words not in verdict.fixed
    assert verdict == check("Mme Odette Vauclair va bien.", *files)


def test_a_file_is_read_in_its_own_language_and_told_in_that_of_the_post(check, put):
    letter = put(
        "l.docx", docx(word("Nom : KERMARREC Prénom : Éloïse") + word("Née le 12 mars 1987"))
    )
    verdict = check("What would you do for this patient? Thank you.", letter, lang="en")
    assert verdict.decision is BLOCK
    (born,) = [f for f in verdict.findings if f.entity is Entity.DATE_OF_BIRTH]
    assert born.message == "A full date of birth designates almost one person in a town."
    assert "GDPR art. 4" in born.duties
    label = put(
        "l.txt", b"Patient name: WHITFIELD, MARGARET\nDOB: 03/12/1957\nShe was seen in the ward"
    )
    verdict = check("Bonjour, que feriez-vous pour elle ?", label, lang="fr")
    assert verdict.decision is BLOCK
    told = [f.message for f in verdict.findings if f.entity is Entity.DATE_OF_BIRTH]
    assert told == [
        "Une date de naissance complète désigne presque une seule personne dans une commune."
    ]


def test_what_a_box_of_medicine_says_is_nobodys(check, put):
    payload = "010340093000123417261231104F6612\x1d211KX9ZP34TQ"
    canvas = np.full((400, 400), 240, np.uint8)
    drawn = symbol(payload, FORMAT.DataMatrix).repeat(6, 0).repeat(6, 1)
    canvas[60 : 60 + drawn.shape[0], 60 : 60 + drawn.shape[1]] = drawn
    verdict = check(ASKED, put("box.png", encoded(Image.fromarray(canvas).convert("RGB"), "PNG")))
    assert verdict.decision is ALLOW
    assert [f.rule for f in verdict.findings] == ["files/code"]


def test_the_language_of_a_post_without_words_is_that_of_its_files(check, put):
    english = put(
        "note.txt", b"The patient was admitted with chest pain and discharged home the next day."
    )
    assert check("", english).lang == "en"
    assert check(ASKED, english).lang == "fr"
    assert check("", english, lang="fr").lang == "fr"
    letter = put("scan.png", scan("The patient was seen with chest pain"))
    assert check("", letter).lang == "en"
