"""Health certificates and official documents, in codes and in text: which details they give away, never the details.

No signature is checked: a name leaks whether or not a state vouches for it.
"""

import hashlib
import json
import re
import zlib
from base64 import urlsafe_b64decode
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import zip_longest
from urllib.parse import unquote, unquote_plus

import cbor2
from tddoc.data_definition import c40

FIELDS = (
    "name birth_date sex dose_date vaccine test_date test_result recovery_date certificate_id issuer address "
    "tax_number amount other"
).split()
"""The names in `Exposed.fields`, in this order."""


@dataclass(frozen=True, slots=True)
class Exposed:
    """What a certificate gives away to whoever scans it.

    kind: `eu_certificate`, `2d_doc`, `smart_health_card`, or `health_wallet` for a wallet link whose content does not
    decode; fields: names from `FIELDS`, none where it begins like a certificate and does not decode (cut off,
    mistyped); ids: what stays the same when the certificate is shown as a code, as text or in a link, for a denylist.
    """

    kind: str
    fields: tuple[str, ...]
    ids: tuple[str, ...] = field(repr=False)


_LONGEST = 20_000
"""Characters of one certificate that are looked at: the largest QR code holds 7,089."""
_INFLATED, _DEPTH, _ENTRIES = 20_000, 16, 20
"""Bytes after decompression, levels of nesting, entries of one kind: real ones have 1 to 6 kB, 8 levels, few entries."""
_CUT_OFF = 60
"""Characters from which an undecodable copy is one, and no mention of the format."""

_HEAD = r"[A-Z]{2}[A-Z0-9]{6}[0-9A-F]{8}[0-9A-Z]{2}"
_START = re.compile(
    r"(?P<wallet>https?://bonjour\.tousanticovid\.gouv\.fr/app/wallet(?:2d|dcc)?)[?#](?:v=)?(?:(?!https?:)[^ \t\r\n<>\"])*"
    rf"|HC1:|(?P<doc>DC0(?:[12]{_HEAD}|3{_HEAD}\d\d|4{_HEAD}\d\d[A-Z]{{2}}))|shc:/(?:\d{{1,2}}/\d{{1,2}}/)?(?=[0-9])"
)
"""Where a certificate begins; each is read up to where the next one begins, so that the time stays linear."""


def expose(payload: str) -> Exposed | None:
    """What the content of a code gives away; None if it is no certificate. Never raises, whatever the payload."""
    told = [e for _, _, e in find_in_text(payload[:_LONGEST])]
    return next((e for e in told if e.fields), told[0] if told else None)


def find_in_text(text: str) -> list[tuple[int, int, Exposed]]:
    """Certificates pasted into a text, with start and end; linear time.

    A mention of the format gives nothing; a long string that begins like one and does not decode has no fields.
    """
    found = []
    for start, stop in _starts(text):
        read = _wallet(start) if start["wallet"] else _read(start, text, stop)
        if read:
            found.append((start.start(), read[0], read[1]))
    return found


def _starts(text: str) -> Iterator[tuple[re.Match[str], int]]:
    """Beginnings and where the certificate must have ended."""
    starts = list(_START.finditer(text))
    for start, following in zip_longest(starts, starts[1:]):
        stop = following.start() if following else len(text)
        yield start, min(stop, start.start() + _LONGEST)


def _read(start: re.Match[str], text: str, stop: int) -> tuple[int, Exposed] | None:
    """The certificate that begins here and where it ends."""
    if start["doc"]:
        return _two_d_doc(start["doc"], text, start.end(), stop)
    if start[0] == "HC1:":
        return _eu(text, start.end(), stop)
    return _health_card(start, text, stop)


def _wallet(link: re.Match[str]) -> tuple[int, Exposed] | None:
    """The certificate in a link of the French wallet (`/app/wallet?v=…`, `/app/walletdcc#…`, `/app/wallet2d#…`)."""
    value = link[0][len(link["wallet"]) :].removeprefix("?v=").removeprefix("#")[:_LONGEST]
    for form in (unquote(value), unquote_plus(value), value):
        for start, stop in _starts(form):
            read = None if start["wallet"] else _read(start, form, stop)
            if read and read[1].fields:
                return link.end(), read[1]
    return (link.end(), Exposed("health_wallet", (), ())) if len(value) >= _CUT_OFF else None


def _ordered(fields: Iterable[str]) -> tuple[str, ...]:
    return tuple(f for f in FIELDS if f in set(fields))


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


# --- EU Digital COVID Certificate: HC1:, base 45, zlib, COSE, CBOR ---

_BASE45 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_DIGITS = {c: i for i, c in enumerate(_BASE45)} | {"\xa0": _BASE45.index(" ")}
_EU_RUN = re.compile(r"[0-9A-Z $%*+\-./:\xa0\r\n]*")
_OPAQUE = {tag: lambda _value, _immutable: None for tag in (2, 3, 35, 36)}
"""CBOR tags that make large numbers, regular expressions and e-mails: no certificate has them, and they cost time."""
_EU_FIELDS = {
    "v": {"dt": "dose_date", "mp": "vaccine", "vp": "vaccine"},
    "t": {"sc": "test_date", "tr": "test_result"},
    "r": {"fr": "recovery_date"},
}
_EU_COMMON = {"ci": "certificate_id", "is": "issuer"}


def _eu(text: str, begin: int, stop: int) -> tuple[int, Exposed] | None:
    """Reads with line breaks dropped, then taken for spaces, which are digits: mailers break at them."""
    raw = run[0] if (run := _EU_RUN.match(text, begin, stop)) else ""
    dropped = [(i, c) for i, c in enumerate(raw) if c not in "\r\n"]
    spaced = [(i, " " if c == "\n" else c) for i, c in enumerate(raw) if c != "\r"]
    cut_off = False
    for kept in (dropped, spaced):
        code = kept[next((n for n, (_, c) in enumerate(kept) if c not in " \xa0"), 0) :]
        unpacked = _unpacked("".join(c for _, c in code))
        if unpacked is None:
            continue
        message, used = unpacked
        told = _eu_exposed(message) if message else None
        if told is not None:
            return begin + code[used - 1][0] + 1, told
        cut_off = cut_off or len(code) >= _CUT_OFF
    return (begin + len(raw.rstrip()), Exposed("eu_certificate", (), ())) if cut_off else None


def _unpacked(code: str) -> tuple[bytes | None, int] | None:
    """Decompressed bytes and how many characters carried them; bytes None if cut off, None if no such code.

    Words after a pasted code may look like more of it. The end of the deflate stream tells where the code ends,
    which is why the text is decoded here in threes (RFC 9285) and the check sum of zlib is left alone.
    """
    data = bytearray()
    for at in range(0, len(code) - 1, 3):
        three = [_DIGITS[c] for c in code[at : at + 3]]
        value = sum(d * 45**n for n, d in enumerate(three))
        if value >= 256 ** (len(three) - 1):
            break
        data += value.to_bytes(len(three) - 1, "big")
    if data[:1] != b"\x78" or int.from_bytes(data[:2], "big") % 31:  # RFC 1950
        return None
    inflate = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        message = inflate.decompress(bytes(data[2:]), _INFLATED)
    except zlib.error:
        message = b""  # and no end of the stream
    if not inflate.eof:
        return None, 0
    length = len(data) - len(inflate.unused_data) + 4  # the check sum
    return message, min(len(code), length // 2 * 3 + length % 2 * 2)


def _cbor(data: bytes) -> object:
    """A CBOR value without the tags around it (61: web token, 18: signed message); None if it is no CBOR."""
    try:
        value = cbor2.loads(data, max_depth=_DEPTH, semantic_decoders=_OPAQUE)
    except cbor2.CBORDecodeError:
        return None
    for _ in range(_DEPTH):
        if not isinstance(value, cbor2.CBORTag):
            break
        value = value.value
    return value


def _eu_exposed(message: bytes) -> Exposed | None:
    """The fields of a COSE message (eHealth Network, Guidelines vol. 3: claim -260, key 1)."""
    signed = _cbor(message)
    if not isinstance(signed, list | tuple) or len(signed) != 4 or not isinstance(signed[2], bytes):
        return None
    certificate = _mapping(_mapping(_mapping(_cbor(signed[2])).get(-260)).get(1))
    names = _mapping(certificate.get("nam"))
    fields = ["name"] if any(names.get(k) for k in ("fn", "gn", "fnt", "gnt")) else []
    fields += ["birth_date"] if certificate.get("dob") else []
    ids = []
    for group, known in _EU_FIELDS.items():
        for entry in _mappings(certificate.get(group)):
            fields += [name for key, name in (known | _EU_COMMON).items() if entry.get(key)]
            number = entry.get("ci")
            if isinstance(number, str) and number.strip():
                ids.append("eu:" + "".join(number.upper().split()))
    if not fields:
        return None
    return Exposed("eu_certificate", _ordered(fields), tuple(ids) or ("eu:" + _digest(signed[2]),))


def _mapping(value: object) -> Mapping[object, object]:
    return value if isinstance(value, Mapping) else {}


def _mappings(value: object) -> list[Mapping[object, object]]:
    return [_mapping(v) for v in value[:_ENTRIES]] if isinstance(value, list | tuple) else []


# --- 2D-Doc: clear text, France Titres "Specifications techniques 2D-Doc" 3.3.8 ---

_DOC_IDS = {
    "name": "10 12 13 14 16 17 1I 1K 1L 1M 1O 1P 30 46 48 4G 4H 4K 4L 4N 5O 5P 5Q 5R 60 61 62 63 64 6D 6E 6F 6G 72 "
    "73 74 80 81 87 91 92 93 B0 B1 B2 B3 B4 C1 C2 C6 C7 D1 DB DC DJ DK DQ DR F0 F1 I3 I4 L0 L1",
    "birth_date": "69 75 B7 DD DL DS F2 L2",
    "sex": "68 6H 76 B6 C0 C5 F3",
    "dose_date": "L9",
    "vaccine": "L4 L5 L6",
    "test_date": "F6",
    "test_result": "F5",
    "certificate_id": "01 0D 66 6Q 7K 7P 82 BC",
    "issuer": "7L 7M 90",
    "address": "20 21 22 23 24 25 27 28 29 2A 2B 2C 4O 4P 4Q 4Y 6S 6T 6U 6V 6W 6X 79 7A 7B AU AV AW AX AY AZ C8 C9 CA "
    "HD HE HF HG HI HJ HK",
    "tax_number": "40 47 49",
    "amount": "1D 38 39 41 4D 4E 4I 4J 4V 4W 4X 4Z 58 59 5A 5B 5C",
}
_DOC_FIELDS = {i: name for name, ids in _DOC_IDS.items() for i in ids.split()}
_MANDATORY = {
    "L1": ("name", "birth_date", "vaccine", "dose_date"),
    "B2": ("name", "birth_date", "sex", "test_result", "test_date"),
}
"""What vaccination and test documents hold at any rate: for copies that lost the separators of their fields."""
_US = r"(?:[\x1f␟]|<US>|&lt;US&gt;|%1[Ff]|\\u001[Ff])"
_MESSAGE = re.compile(
    rf"(?:(?!{_US})(?:[^a-z\x00-\x09\x0b\x0c\x0e-\x1c\x1f%&\\]"
    r"|%[0-9A-Fa-f]{2}|&lt;[GR]S&gt;|\\u001[DEde]))*"
)
_SIGNATURE = re.compile(rf"{_US}([A-Z2-7\r\n]*)")
_P256 = 103
"""Characters of a P-256 signature in base 32; those of other curves are known by so many."""
_GLUED = re.compile(rf"[A-Z2-7]{{{_P256},}}")
_SEPARATOR = re.compile(r"[␝␞]|<[GR]S>|&lt;[GR]S&gt;|%1[DEde]|\\u001[DEde]|\x1e")


def _two_d_doc(header: str, text: str, begin: int, stop: int) -> tuple[int, Exposed] | None:
    """Reads with separators as control characters, as their names, URL-encoded, or lost on the way."""
    run = _MESSAGE.match(text, begin, stop)
    end = run.end() if run else begin
    raw = text[begin:end]
    mark = _SIGNATURE.match(text, end, stop)
    glued = None if mark else _GLUED.search(raw)  # the signature follows the message directly
    if mark:
        end, signature = end + len(mark[0].rstrip()), re.sub(r"\s", "", mark[1])
    elif glued:
        end, signature = begin + glued.end(), glued[0][-_P256:]
        raw = raw[: glued.end() - _P256]
    else:
        end, signature = begin + len(raw.rstrip()), ""
    message = re.sub(r"[\r\n]", "", unquote_plus(_SEPARATOR.sub("\x1d", raw)))
    fields = _doc_fields(header[22:24], message)
    if fields and glued and "\x1d" not in message:
        fields += _MANDATORY.get(header[20:22], ())
    signed = len(signature) >= _P256
    if signed or (fields and (mark or "\x1d" in message)):
        ids = ["2d_doc:" + signature[:_P256]] if signed else []
        if mark:
            ids.append("2d_doc:" + _digest((header + re.sub(r"[\s\x1d]", "", message)).encode()))
        return end, Exposed("2d_doc", _ordered(fields), tuple(ids))
    if fields and header[2:4] in {"03", "04"} and len(raw.strip()) >= _CUT_OFF:
        return end, Exposed("2d_doc", (), ())
    return None


def _doc_fields(perimeter: str, message: str) -> list[str]:
    """Fields that are not empty: two characters of name, then a fixed length or up to a separator.

    Only the first perimeter is public; versions 1 and 2 know no other.
    """
    if perimeter not in {"", "01"}:
        return ["other"]
    known = c40.perimeters[1].datatypes
    fields = []
    at = 0
    while at + 2 < len(message) and message[at : at + 2] in known:
        name = message[at : at + 2]
        definition = known[name][1]
        at += 2
        longest = definition.fixed or definition.encoding.size_max or len(message)
        cut = message.find("\x1d", at, at + longest + 1)
        stop = min(at + longest, len(message)) if cut < 0 else cut
        if message[at:stop].strip():
            fields.append(_DOC_FIELDS.get(name, "other"))
        at = stop + (message[stop : stop + 1] == "\x1d")
    return fields


# --- SMART Health Card: shc:/, digits, JWS, deflate, JSON ---

_FHIR = {
    "Patient": {"name": "name", "birthDate": "birth_date", "gender": "sex"},
    "Immunization": {"vaccineCode": "vaccine", "occurrenceDateTime": "dose_date"},
    "Observation": {"valueCodeableConcept": "test_result", "effectiveDateTime": "test_date"},
}
_CARD_RUN = re.compile(r"[\d\r\n]*", re.ASCII)


def _health_card(start: re.Match[str], text: str, stop: int) -> tuple[int, Exposed] | None:
    """Reads a whole card; one chunk of several (`shc:/1/2/…`) cannot be read."""
    run = _CARD_RUN.match(text, start.end(), stop)
    raw = run[0].rstrip() if run else ""
    digits = re.sub(r"\s", "", raw)
    end = start.end() + len(raw)
    token = "".join(chr(int(digits[i : i + 2]) + 45) for i in range(0, len(digits) - 1, 2))
    fields = _card_fields(token) if start[0] == "shc:/" else []
    if fields:
        return end, Exposed(
            "smart_health_card", _ordered(fields), ("shc:" + _digest(token.encode()),)
        )
    return (end, Exposed("smart_health_card", (), ())) if len(digits) >= 2 * _CUT_OFF else None


def _card_fields(token: str) -> list[str]:
    """Fields of a JSON web signature (spec.smarthealth.cards: raw deflate, then a FHIR bundle)."""
    parts = token.split(".")
    if len(parts) != 3:
        return []
    inflate = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        packed = urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4))
        card = json.loads(inflate.decompress(packed, _INFLATED))
    except (
        ValueError,
        zlib.error,
        RecursionError,
    ):  # base 64 and JSON raise the first; deep JSON the last
        return []
    value: object = card
    for key in ("vc", "credentialSubject", "fhirBundle"):
        value = _mapping(value).get(key)
    resources = [_mapping(e.get("resource")) for e in _mappings(_mapping(value).get("entry"))]
    return [
        name
        for resource in resources
        for key, name in _FHIR.get(str(resource.get("resourceType")), {}).items()
        if resource.get(key)
    ]
