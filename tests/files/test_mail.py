"""E-mails as files."""

import contextlib
from email.message import EmailMessage
from time import process_time

import pytest
from files.making_documents import mutated, photo

from linter.files.content import Unreadable
from linter.files.mail import read
from linter.seen import Origin, Reason, What


def texts(content, origin=Origin.DOCUMENT):
    return [line.text for part in content.parts if part.origin is origin for line in part.lines]


def reasons(content):
    return [Reason(name) for s in content.seen if s.what is What.UNCHECKED for name in s.fields]


def letter():
    message = EmailMessage()
    message["From"] = "Dr Anne Martin <a.martin@example.org>"
    message["To"] = "Paul Évrard <p@example.org>"
    message["Subject"] = "Patiente née à Évreux, Mme Dupont"
    message["Message-ID"] = "<1@example.org>"
    message["X-Patient"] = "Jeanne Durand"
    message.set_content("Cher ami,\n\nje t'adresse Mme Dupont.\n")
    return message


def test_fields_and_words():
    content = read(letter().as_bytes())
    assert texts(content) == [
        "De : Dr Anne Martin <a.martin@example.org>",
        "À : Paul Évrard <p@example.org>",
        "Objet : Patiente née à Évreux, Mme Dupont",
        "X-Patient : Jeanne Durand",
        "Cher ami,",
        "je t'adresse Mme Dupont.",
    ]
    assert content.seen == ()


def test_the_same_words_as_html_come_once_and_other_words_too():
    message = letter()
    message.add_alternative("<p>Cher ami,<p>je t'adresse <b>Mme</b> Dupont.", subtype="html")
    assert sum("Dupont" in x for x in texts(read(message.as_bytes()))) == 2
    message = letter()
    message.add_alternative("<p>Autre chose : Durand</p>", subtype="html")
    assert texts(read(message.as_bytes()))[-1] == "Autre chose : Durand"


def test_attachments_and_attached_mails():
    message, inner = letter(), letter()
    inner.replace_header("Subject", "ancien")
    inner.add_attachment(photo(), "image", "jpeg", filename="écho.jpg")
    message.add_attachment(inner)
    message.add_attachment("nom;Dupont", subtype="csv", filename="liste.csv")
    message.add_attachment(b"%PDF-1.4", "application", "pdf")
    content = read(message.as_bytes())
    assert "Objet : ancien" in texts(content)
    assert [(i.name, i.data.strip()) for i in content.inner] == [
        ("écho.jpg", photo()),
        ("liste.csv", b"nom;Dupont"),
        ("attachment", b"%PDF-1.4"),
    ]


def test_pictures_of_the_text_and_pictures_elsewhere():
    message = letter()
    message.add_alternative(
        "<p><img src='cid:1'><img src='data:image/png;base64,QUJD'>", subtype="html"
    )
    message.get_payload()[1].add_related(photo(), "image", "jpeg", cid="<1>")
    content = read(message.as_bytes())
    assert {i.data for i in content.inner} == {photo(), b"ABC"}
    assert content.seen == ()
    message.get_payload()[0].add_alternative("<img src='http://example.org/a.gif'>", subtype="html")
    assert reasons(read(message.as_bytes())) == [Reason.ACTIVE]


@pytest.mark.parametrize(
    ("head", "words"),
    [
        ("Subject: =?utf-8?Q?=C3=89vreux?=\n", "Objet : Évreux"),
        ("Subject: =?iso-8859-1?B?yXZyZXV4?=\n", "Objet : Évreux"),
        ("Subject: =?no-such?Q?=C3=89vreux?=\n", "Objet : Évreux"),
        ("Subject: =?utf-8?B?A?= Dupont\n", "Objet : =?utf-8?B?A?= Dupont"),
        ("Subject: Évreux\n", "Objet : Évreux"),
        ("Subject: a\n b\n", "Objet : a b"),
        ("Cc: ((((((((\n", "Cc : (((((((("),
    ],
)
@pytest.mark.parametrize("charset", ["utf-8", "cp1252"])
def test_fields_of_all_sorts(head, words, charset):
    content = read(f"From: a@example.org\n{head}\nx".encode(charset))
    assert texts(content) == ["De : a@example.org", words, "x"]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("Content-Type: text/plain; charset=iso-8859-1\n\nn\xe9".encode("latin-1"), "né"),
        ("Content-Type: text/plain; charset=wrong\n\nné".encode(), "né"),
        (b"Content-Transfer-Encoding: base64\n\nRHVwb250", "Dupont"),
        (b"Content-Transfer-Encoding: quoted-printable\n\nn=C3=A9=", "né"),
        (b"Content-Type: text/calendar\n\nDupont", "Dupont"),
        (b"Content-Type: ;;;;\n\nDupont", "Dupont"),
        (b"Content-Type: multipart/mixed\n\nDupont", "Dupont"),
        (b'Content-Type: multipart/mixed; boundary="x"\n\nDupont\n--x\n\na\n--x--\n', "Dupont"),
        (b'Content-Type: multipart/mixed; boundary="x"\n\n--x\n\na\n--x--\nDupont\n', "Dupont"),
    ],
)
def test_bodies_of_all_sorts(body, words):
    assert words in texts(read(b"From: a\n" + body))


def test_words_put_where_packed_ones_belong_are_told():
    content = read(b"From: a\nContent-Transfer-Encoding: base64\n\nMme Dupont, 3 ans\n")
    assert reasons(content) == [Reason.UNREADABLE]


@pytest.mark.parametrize(
    ("sort", "reason"),
    [
        ("application/pkcs7-mime", Reason.ENCRYPTED),
        ("multipart/encrypted; boundary=x", Reason.ENCRYPTED),
        ("message/external-body; access-type=URL", Reason.ACTIVE),
    ],
)
def test_what_cannot_be_read_is_told(sort, reason):
    assert reason in reasons(read(f"From: a\nContent-Type: {sort}\n\nQUJD\n".encode()))


def nested(levels):
    heads = (f"Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n" for n in range(levels))
    return ("From: a\n" + "".join(heads) + "\nDupont\n").encode()


PARTS = b"From: a\nContent-Type: multipart/mixed; boundary=x\n\n"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (nested(300), Reason.TOO_LARGE),
        (nested(20) + b"x\n" * 300_000, Reason.TOO_LARGE),
        (b"Content-Type: message/rfc822\n\n" * 3_000, Reason.TOO_LARGE),
        (b"\n" * 600_000, Reason.TOO_LARGE),
        (b"From: a\n" * 50_000, Reason.TOO_LARGE),
        (b"Subject: " + b"(" * 1_000_000 + b"\n\n", Reason.TOO_LARGE),
        (b"Subject: " + b"=?utf-8?Q?" * 300 + b"\n" + b"Subject: =?a?q?" * 40_000, Reason.TOO_LARGE),
        (b"Content-Type: a/b;" + b';"' * 200_000 + b"\n\nx", None),
        (PARTS + b"--x\n\na\n" * 10_000, Reason.TOO_LARGE),
        (PARTS + b"--x\nContent-Type: text/html\n\n" + b"<p></p>" * 90_000 + (b"\n--x\nContent-Type: text/html\n\n" + b"<p></p>" * 90_000) * 5, Reason.TOO_LARGE),
        (b"From: a\n\n" + b"x" * 3_000_000, Reason.TOO_LARGE),
    ],
    ids="levels work mails lines fields field encoded type parts html long".split(),
)  # fmt: skip
def test_hostile_mails(data, reason):
    start = process_time()
    try:
        found = reasons(read(data))
    except Unreadable as fault:
        found = [fault.reason]
    assert process_time() - start < 2
    assert reason is None or reason in found


def test_deep_mails_are_read():
    assert "Dupont" in texts(read(nested(30)))


def test_many_attachments():
    message = letter()
    for n in range(60):
        message.add_attachment(b"x", "image", "png", filename=f"{n}.png")
    content = read(message.as_bytes())
    assert len(content.inner) == 50
    assert reasons(content) == [Reason.TOO_LARGE]


def test_random_damage_gives_unreadable_and_nothing_else():
    message = letter()
    message.add_alternative("<p>Cher <!-- a --> ami", subtype="html")
    message.add_attachment(letter())
    message.add_attachment(photo(9), "image", "jpeg", filename="é" * 40 + ".jpg")
    for copy in mutated(message.as_bytes(), 400, seed=13):
        with contextlib.suppress(Unreadable):
            read(copy)
