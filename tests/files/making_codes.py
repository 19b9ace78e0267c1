"""Certificates of people who do not exist, the codes that carry them, and pictures with and without codes."""

import base64
import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import cbor2
import cv2
import numpy as np
import zxingcpp
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

Grey = NDArray[Any]
FORMAT = zxingcpp.BarcodeFormat
_BASE45 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
SIGNATURE = base64.b32encode(np.random.default_rng(5).bytes(64)).decode().rstrip("=")
SPEC_HEADER = "DC04FR0000011E6D1E6D{kind}01FR"
WALLET = "https://bonjour.tousanticovid.gouv.fr/app/"
CI = "URN:UVCI:01:FR:XJ9KQ2M4TT0A#P"


def base45(data: bytes) -> str:
    out = ""
    for at in range(0, len(data), 2):
        value = int.from_bytes(data[at : at + 2], "big")
        for _ in range(3 if len(data) - at > 1 else 2):
            value, digit = divmod(value, 45)
            out += _BASE45[digit]
    return out


def hc1(message: bytes) -> str:
    return "HC1:" + base45(zlib.compress(message, 9))


def signed(claims: object) -> bytes:
    """A signed message with tag 18; the signature is random."""
    payload = cbor2.dumps(claims)
    signature = np.random.default_rng(7).bytes(64)
    return cbor2.dumps(cbor2.CBORTag(18, [cbor2.dumps({1: -7}), {}, payload, signature]))


VACCINATION = {
    "v": [
        {
            "tg": "840539006",
            "vp": "J07BX03",
            "mp": "EU/1/20/1528",
            "ma": "ORG-100030215",
            "dn": 2,
            "sd": 2,
            "dt": "2021-06-14",
            "co": "FR",
            "is": "CNAM",
            "ci": CI,
        }
    ]
}
TEST = {"t": [{"sc": "2021-07-02T09:10:00Z", "tr": "260415000", "is": "CNAM", "ci": CI}]}
RECOVERY = {"r": [{"fr": "2021-02-01", "is": "CNAM", "ci": CI}]}
HOLDER = {
    "ver": "1.3.0",
    "nam": {"fn": "Leroux-Delmas", "gn": "Maëlys", "fnt": "LEROUX<DELMAS", "gnt": "MAELYS"},
    "dob": "1962-05-31",
}


def eu_certificate(content: Mapping[str, object] = VACCINATION, tag: bool = False) -> str:  # noqa: FBT001, FBT002
    """An EU certificate; tag: wrapped as a web token too."""
    message = signed({1: "FR", 4: 1700000000, 6: 1620000000, -260: {1: {**HOLDER, **content}}})
    return hc1(cbor2.dumps(cbor2.CBORTag(61, cbor2.loads(message))) if tag else message)


def two_d_doc(
    *fields: str, kind: str = "L1", gs: str = "\x1d", us: str = "\x1f", header: str = SPEC_HEADER
) -> str:
    """A 2D-Doc from fields that begin with their two characters; `|` stands for a separator."""
    return header.format(kind=kind) + "".join(fields).replace("|", gs) + us + SIGNATURE


VACCINATION_DOC = (
    "L0LEROUX DELMAS|",
    "L1MAELYS ANNE|",
    "L231051962",
    "L3COVID-19|",
    "L4J07BX03|",
    "L5COMIRNATY PFIZER/BIONTECH|",
    "L6COMIRNATY PFIZER/BIONTECH|",
    "L71L82",
    "L914062021",
    "LACO",
)
TEST_DOC = ("F0MAELYS/ANNE|", "F1LEROUX|", "F231051962", "F3F", "F494309|", "F5N", "F6020720210910")


def health_card() -> str:
    bundle = {
        "resourceType": "Bundle",
        "entry": [
            {"resource": {"resourceType": "Patient", "name": [{"family": "Leroux"}], "birthDate": "1962-05-31"}},
            {"resource": {"resourceType": "Immunization", "vaccineCode": {}, "occurrenceDateTime": "2021-06-14"}},
            {"resource": {"resourceType": "Immunization", "vaccineCode": {"coding": [{"code": "207"}]}}},
        ],
    }  # fmt: skip
    card = {"iss": "https://x.example", "vc": {"credentialSubject": {"fhirBundle": bundle}}}
    deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = deflate.compress(json.dumps(card).encode()) + deflate.flush()
    parts = (b'{"zip":"DEF"}', packed, b"signature" * 7)
    token = ".".join(base64.urlsafe_b64encode(p).decode().rstrip("=") for p in parts)
    return "shc:/" + "".join(f"{ord(c) - 45:02d}" for c in token)


def wallet(code: str, path: str = "wallet?v=") -> str:
    return WALLET + path + quote(code, safe="+/:*$")


def symbol(text: str, kind: zxingcpp.BarcodeFormat) -> Grey:
    """One pixel a module, no quiet zone."""
    code = zxingcpp.create_barcode(text, kind)
    return np.array(code.to_image(scale=1, add_quiet_zones=False), np.uint8)


@dataclass(frozen=True)
class Shot:
    """How a code is held and taken: pixels a module, degrees, share of the side that corners move, levels of grey."""

    module: float = 2.5
    angle: float | None = None
    perspective: float = 0.06
    ink: int = 25
    paper: int = 235
    blur: float = 0.6
    quality: int = 60
    mirrored: bool = False


def photo(width: int, height: int, seed: int) -> Grey:
    """Soft light and dark, a few hard edges, fine grain: a picture without anything to read."""
    rng = np.random.default_rng(seed)
    coarse = rng.integers(40, 220, (height // 160 + 2, width // 160 + 2)).astype(np.uint8)
    picture = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)
    for _ in range(25):
        x, y = int(rng.integers(width)), int(rng.integers(height))
        reach = int(rng.integers(20, width // 6))
        cv2.circle(picture, (x, y), reach, int(rng.integers(255)), int(rng.integers(2, 9)))
        cv2.line(picture, (x, y), (y, x), int(rng.integers(255)), int(rng.integers(1, 5)))
    return noisy(picture, 3, rng)


def noisy(picture: Grey, level: float, rng: np.random.Generator) -> Grey:
    grain = rng.normal(0, level, picture.shape).astype(np.float32)
    return np.clip(picture + grain, 0, 255).astype(np.uint8)


def shown(picture: Grey, code: Grey, shot: Shot, seed: int) -> NDArray[np.uint8]:
    """The picture with the code somewhere in it, blurred, as a JPEG, in RGB."""
    rng = np.random.default_rng(seed)
    modules = np.pad(code[:, ::-1] if shot.mirrored else code, 3, constant_values=255)
    fine = cv2.resize(modules, None, fx=8, fy=8, interpolation=cv2.INTER_NEAREST)
    size = np.array(modules.shape[::-1]) * shot.module
    degrees = rng.uniform(-15, 15) if shot.angle is None else shot.angle
    turn = np.deg2rad(degrees)
    corners = np.array([[-0.5, -0.5], [0.5, -0.5], [0.5, 0.5], [-0.5, 0.5]]) * size
    corners = corners @ np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    corners += rng.uniform(-1, 1, (4, 2)) * shot.perspective * size.max() / 2
    reach = size.max() * 0.75 + 6
    height, width = picture.shape
    corners += (rng.uniform(reach, width - reach), rng.uniform(reach, height - reach))
    out = cv2.GaussianBlur(_pasted(picture, fine, corners, shot), (0, 0), shot.blur)
    return jpeg(out.astype(np.uint8), shot.quality)


def _pasted(picture: Grey, fine: Grey, corners: NDArray[np.float64], shot: Shot) -> Grey:
    """The picture with the code between these corners, each pixel the mean of 4 x 4 samples."""
    x0, y0 = np.floor(corners.min(0)).astype(int) - 2
    x1, y1 = np.ceil(corners.max(0)).astype(int) + 2
    height, width = fine.shape
    source = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    move = cv2.getPerspectiveTransform(source, ((corners - (x0, y0)) * 4).astype(np.float32))
    small = (int(x1 - x0), int(y1 - y0))
    large = (small[0] * 4, small[1] * 4)
    ink = cv2.warpPerspective((255 - fine).astype(np.float32) / 255, move, large)
    there = cv2.warpPerspective(np.ones(fine.shape, np.float32), move, large)
    ink, there = (cv2.resize(p, small, interpolation=cv2.INTER_AREA) for p in (ink, there))
    out = picture.astype(np.float32)
    code = shot.paper * there + ink * (shot.ink - shot.paper)
    out[y0:y1, x0:x1] = out[y0:y1, x0:x1] * (1 - there) + code
    return np.clip(out, 0, 255).astype(np.uint8)


def jpeg(picture: Grey, quality: int) -> NDArray[np.uint8]:
    packed = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    return np.ascontiguousarray(cv2.imdecode(packed, cv2.IMREAD_COLOR_RGB))


def without_codes(width: int, height: int, seed: int) -> dict[str, NDArray[np.uint8]]:
    """Pictures that look like codes to a machine, turned, blurred, with grain, as JPEG."""
    rng = np.random.default_rng(seed)
    size = (width, height)
    pictures = {
        "photo": photo(width, height, seed),
        "X-ray": _xray(*size),
        "skin": _skin(*size, rng),
    }
    for letter in (8, 11, 15, 22):
        pictures[f"page {letter}"] = _page(width, height, letter, rng, table=False)
        pictures[f"table {letter}"] = _page(width, height, letter, rng, table=True)
        block = np.full((height, width), 200, np.uint8)
        side = min(letter * int(rng.integers(7, 13)), height // 2)
        block[30 : 30 + side, 50 : 50 + side] = _page(side, side, letter, rng, table=False)
        pictures[f"block {letter}"] = block
    for pitch in (14, 22, 40):
        pictures[f"keyboard {pitch}"] = _keyboard(width, height, pitch, rng)
        pictures[f"wall {pitch}"] = _wall(width, height, pitch, rng)
    for pitch in (4, 7, 12):
        squares = np.indices((height, width)) // pitch
        pictures[f"chess {pitch}"] = (squares.sum(0) % 2 * 180 + 40).astype(np.uint8)
        filled = (rng.random((height // pitch // 2 + 1, width // pitch // 2 + 1)) < 0.3) * 215
        boxes = np.kron(240 - filled, np.ones((pitch * 2, pitch * 2)))[:height, :width]
        pictures[f"crossword {pitch}"] = boxes.astype(np.uint8)
    return {name: _taken(picture, rng) for name, picture in pictures.items()}


def _taken(picture: Grey, rng: np.random.Generator) -> NDArray[np.uint8]:
    height, width = picture.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), float(rng.uniform(-15, 15)), 1)
    turned = cv2.warpAffine(picture, turn, (width, height), borderValue=(90,))
    soft = cv2.GaussianBlur(
        turned if rng.random() < 0.6 else picture, (0, 0), float(rng.uniform(0.3, 1))
    )
    return jpeg(
        noisy(soft.astype(np.uint8), float(rng.uniform(0, 5)), rng), int(rng.integers(55, 92))
    )


def _page(width: int, height: int, letter: int, rng: np.random.Generator, *, table: bool) -> Grey:
    image = Image.new("L", (width, height), 245)
    draw, font = ImageDraw.Draw(image), ImageFont.load_default(letter)
    for y in range(letter, height - letter, int(letter * 1.35)):
        x = float(letter)
        while x < width - letter:
            word = "".join(rng.choice(list("abcdeilmnoprstuv0123456789"), int(rng.integers(2, 10))))
            draw.text((x, y), word.upper() if table else word, fill=20, font=font)
            x += width / 8 if table else draw.textlength(word, font=font) + letter * 0.4
        if table:
            draw.line((0, y + letter * 1.2, width, y + letter * 1.2), fill=120)
    return np.asarray(image)


def _keyboard(width: int, height: int, pitch: int, rng: np.random.Generator) -> Grey:
    image = Image.new("L", (width, height), 60)
    draw, font = ImageDraw.Draw(image), ImageFont.load_default(max(6, pitch // 3))
    for y in range(pitch, height - pitch, pitch):
        for x in range(int(rng.integers(pitch)), width - pitch, pitch):
            draw.rounded_rectangle((x + 1, y + 1, x + pitch - 2, y + pitch - 2), 2, fill=225)
            draw.text((x + pitch * 0.3, y + pitch * 0.2), chr(int(rng.integers(65, 91))), fill=20, font=font)  # fmt: skip
    return np.asarray(image)


def _wall(width: int, height: int, pitch: int, rng: np.random.Generator) -> Grey:
    wall = np.full((height, width), 190, np.uint8)
    for row, y in enumerate(range(0, height, pitch)):
        for x in range(row % 2 * pitch, width, 2 * pitch):
            wall[y + 2 : y + pitch, x + 2 : x + 2 * pitch] = rng.integers(70, 140)
    return wall


def _xray(width: int, height: int) -> Grey:
    y, x = np.mgrid[0:height, 0:width] / np.array([[[height]], [[width]]])
    light = 80 + 90 * np.exp(-((x - 0.5) ** 2) * 10 - (y - 0.5) ** 2 * 6)
    light += 25 * sum(
        np.exp(-(((y - k / 13 - np.sin(6 * x) / 40) * 90) ** 2)) for k in range(1, 13)
    )
    picture = np.clip(light, 0, 255).astype(np.uint8)
    cv2.putText(picture, "R 12:04 120 kV 3 mAs", (20, 40), cv2.FONT_HERSHEY_SIMPLEX, 0.8, 250, 2)
    return picture


def _skin(width: int, height: int, rng: np.random.Generator) -> Grey:
    pores = rng.normal(160, 12, (height // 4 + 1, width // 4 + 1)).astype(np.float32)
    shade = rng.normal(0, 30, (5, 5)).astype(np.float32)
    both = [cv2.resize(p, (width, height), interpolation=cv2.INTER_CUBIC) for p in (pores, shade)]
    return np.clip(both[0] + both[1], 0, 255).astype(np.uint8)
