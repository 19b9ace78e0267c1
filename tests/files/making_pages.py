"""Clinical documents of people who do not exist, drawn with OpenCV's own fonts."""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import cv2
import numpy as np

from linter.files.content import Pixels

Colour = tuple[int, int, int]
BLACK, GREY, WHITE, BLUE, RED = (
    (20, 20, 20), (95, 95, 95), (245, 245, 245), (30, 50, 140), (170, 30, 30)
)  # fmt: skip
PAPER = (252, 252, 250)
FONT = "uni"
"""A plain sans serif; `sans` is rounder, and both are inside OpenCV."""


@dataclass(frozen=True)
class Page:
    """A picture and the lines that were written on it."""

    pixels: Pixels
    lines: tuple[str, ...]

    @property
    def words(self) -> list[str]:
        return [w for line in self.lines for w in line.split()]


class Sheet:
    """A sheet to write on.

    Args:
        font: `uni`, `sans`, `italic`, or a font file.
    """

    def __init__(self, wide: int, high: int, paper: Colour = PAPER, font: str = FONT) -> None:
        self.pixels: Any = np.full((high, wide, 3), paper, np.uint8)
        self.font = cv2.FontFace(font)
        self.lines: list[str] = []

    def write(
        self,
        x: int,
        y: int,
        text: str,
        size: int = 24,
        ink: Colour = BLACK,
        *,
        weight: int = 400,
        pitch: int = 0,
    ) -> None:
        """One line from x on the base line y; with a pitch every letter stands so many pixels from the next."""
        for number, part in enumerate(text if pitch else [text]):
            at = (x + number * pitch, y)
            cv2.putText(self.pixels, part, at, ink, self.font, size, weight)
        self.lines.append(text)

    def rows(self, x: int, y: int, step: int, texts: Sequence[str], **how: Any) -> int:
        """Lines below each other; gives the base line after the last."""
        for text in texts:
            if text:
                self.write(x, y, text, **how)
            y += step
        return y

    def rule(self, y: int, ink: Colour = GREY) -> None:
        cv2.line(self.pixels, (40, y), (self.pixels.shape[1] - 40, y), ink, 2)

    def page(self) -> Page:
        return Page(self.pixels, tuple(self.lines))


def laboratory(font: str = FONT) -> Page:
    s = Sheet(1240, 1500, font=font)
    s.write(70, 90, "LABORATOIRE DE BIOLOGIE MÉDICALE DES TILLEULS", 32, BLUE, weight=600)
    s.write(70, 130, "12 rue des Remparts - 49000 ANGERS - Tél. 02 41 00 12 34", 21, GREY)
    s.rule(155)
    left = ["Nom : DELORME-VASSEUR", "Prénom : Éloïse", "Né(e) le : 14/03/1987 Sexe : F"]
    s.rows(70, 205, 38, [*left, "N° Sécurité sociale : 2 87 03 49 007 123 45"], size=24)
    right = ["Dossier : 2403150127", "Prescripteur : Dr Maëlle Kervadec", "Prélevé le 15/03/2024"]
    s.rows(760, 205, 38, right, size=24)
    s.rule(350)
    s.write(70, 400, "HÉMATOLOGIE", 27, weight=700)
    table = [
        ("Hématies", "4,12", "T/L", "3,80 - 5,80"), ("Hémoglobine", "11,4", "g/dL", "11,5 - 16,0"),
        ("Hématocrite", "35,2", "%", "34,0 - 47,0"), ("Leucocytes", "7,85", "G/L", "4,00 - 10,00"),
        ("Plaquettes", "212", "G/L", "150 - 400"), ("Réticulocytes", "68", "G/L", "20 - 120"),
        ("Polynucléaires neutrophiles", "4,90", "G/L", "1,80 - 7,50"),
        ("Vitesse de sédimentation", "18", "mm", "inférieur à 20"),
        ("Créatinine", "61", "µmol/L", "45 - 84"), ("Ferritine", "9", "µg/L", "13 - 150"),
        ("Glycémie à jeun", "0,94", "g/L", "0,70 - 1,10"), ("TSH", "2,31", "mUI/L", "0,27 - 4,20"),
        ("Protéine C réactive", "3,2", "mg/L", "inférieur à 5,0"),
    ]  # fmt: skip
    for number, cells in enumerate(table):
        for x, cell in zip((70, 560, 700, 880), cells, strict=True):
            s.write(x, 450 + 42 * number, cell, 23)
    y = 450 + 42 * len(table) + 30
    s.write(70, y, "Commentaire : anémie microcytaire modérée, carence martiale à contrôler.", 23)
    s.rows(
        70, y + 80, 36, ["Biologiste médical : Dr Anaïs Quéméneur", "Édité le 16/03/2024 à 08:45"]
    )
    return s.page()


def screenshot(font: str = "sans") -> Page:
    s = Sheet(1080, 2340, (24, 26, 32), font)
    s.write(60, 70, "14:07", 38, WHITE, weight=600)
    s.write(60, 190, "Équipe pédiatrie", 48, WHITE, weight=600)
    talk = [
        ("Bonjour, avis sur un patient ?", 0), ("Théo Lancelin, 6 ans, né le 02/05/2018", 0),
        ("Fièvre à 39,5 depuis quatre jours", 0), ("Il est scolarisé à Beaupréau", 0),
        ("Oui, je connais sa mère", 1), ("Elle travaille à la pharmacie", 1),
        ("Tu peux l’appeler au 06 12 34 56 78", 1), ("Merci, je la rappelle ce soir", 0),
        ("Garde aussi le n° de dossier", 0), ("IPP 8012345678", 0), ("C’est noté !", 1),
    ]  # fmt: skip
    for number, (text, mine) in enumerate(talk):
        y, x = 300 + 165 * number, 220 if mine else 50
        ink = (20, 90, 75) if mine else (55, 58, 66)
        cv2.rectangle(s.pixels, (x, y), (x + 810, y + 110), ink, -1)
        s.write(x + 35, y + 70, text, 38, WHITE)
    return s.page()


def wristband(font: str = FONT) -> Page:
    s = Sheet(1500, 330, (250, 250, 252), font)
    s.write(60, 95, "FAUCHEREAU Joséphine", 54, weight=700)
    s.write(60, 170, "Née le 23/11/1951 F 72 ans", 42)
    s.write(60, 240, "IPP : 0045129987 NDA : 240311578", 42)
    s.write(60, 300, "Cardiologie - Chambre 214 - CHU de Rennes", 32)
    return s.page()


def prescription(font: str = FONT) -> Page:
    s = Sheet(880, 1240, font=font)
    s.rows(60, 80, 34, ["Docteur Gwenaël Tréhorel", "Médecine générale"], ink=BLUE, weight=600)
    s.rows(60, 150, 32, ["4 place de l’Église, 56300 Pontivy", "RPPS 10003456789"], size=21)
    s.write(480, 260, "Le 7 février 2024", 24)
    s.rows(60, 340, 40, ["Mme Françoise LE GOUALLEC", "Âge : 78 ans Poids : 54 kg"], size=26)
    drugs = [
        "Amoxicilline 1 g, comprimé", "1 comprimé matin, midi et soir pendant 7 jours", "",
        "Paracétamol 500 mg, gélule", "2 gélules toutes les six heures si douleur", "",
        "Bisoprolol 2,5 mg", "un comprimé le matin, à poursuivre trois mois", "",
        "Contrôle de la kaliémie et de la créatininémie dans quinze jours",
    ]  # fmt: skip
    s.rows(60, 480, 46, drugs, size=25)
    s.write(480, 1080, "Signature du médecin", 22, GREY)
    return s.page()


LETTER = """Cher confrère,
Je vous remercie de m’avoir adressé votre patiente, Madame Solène
GUIVARC’H, née le 9 août 1964, institutrice à Saint-Brévin, que j’ai reçue
en consultation le mardi 12 mars 2024 pour des douleurs thoraciques.
Dans ses antécédents, on relève une hypothyroïdie substituée, une
césarienne en 1992 et un tabagisme sevré depuis dix ans. Son père est
décédé d’un infarctus à l’âge de cinquante-deux ans.
L’examen clinique est rassurant : tension à 134/82, fréquence cardiaque
à 71 par minute, auscultation sans souffle. L’électrocardiogramme montre
un rythme sinusal régulier sans trouble de la repolarisation.
L’échographie retrouve une fraction d’éjection préservée, évaluée à
62 %, sans anomalie de la cinétique ni épanchement péricardique.
Je propose une épreuve d’effort dans notre service et la reverrai avec
les résultats. Le traitement par lévothyroxine demeure inchangé.
Je vous prie d’agréer, cher confrère, mes salutations les meilleures."""


def letter(font: str = FONT) -> Page:
    s = Sheet(1240, 1400, font=font)
    s.rows(80, 100, 36, ["Centre hospitalier de Cornouaille", "Service de cardiologie"], weight=600)
    s.write(760, 240, "Quimper, le 14 mars 2024", 24)
    s.rows(80, 340, 46, LETTER.splitlines(), size=26)
    s.rows(760, 1140, 38, ["Docteur Hervé Le Bihan", "Cardiologue"])
    return s.page()


def xray(font: str = FONT) -> Page:
    s = Sheet(1700, 2000, (8, 8, 8), font)
    rows, columns = np.mgrid[0:2000, 0:1700].astype(np.float32)
    glow = 150 * np.exp(-(((columns - 850) / 480) ** 2) - ((rows - 1050) / 700) ** 2)
    ribs = 18 * np.sin(rows / 38) * (glow > 40)
    noise = np.random.default_rng(4).normal(0, 4, glow.shape)
    s.pixels[:] = np.clip(s.pixels + (glow + ribs + noise)[..., None], 0, 255).astype(np.uint8)
    s.rows(50, 80, 46, ["LE CORRE ANTOINE", "12/06/1949 M", "ID 77120456"], size=34, ink=WHITE)
    s.rows(
        1180,
        80,
        46,
        ["CLINIQUE DES OLIVIERS", "THORAX FACE", "03/02/2024 10:42"],
        size=34,
        ink=WHITE,
    )
    s.write(60, 1950, "Couché 85 kV 2,1 mAs", 30, WHITE)
    return s.page()


def whiteboard(font: str = "italic") -> Page:
    s = Sheet(1500, 1050, (226, 230, 228), font)
    s.write(90, 110, "Tour du matin - Médecine B", 56, BLUE)
    rows = [
        "101 Mme Kerleau 84 ans chute, hanche", "102 M. Benhamou 67 ans décompensation",
        "103 Mlle Ozanne 19 ans acidocétose", "104 isolement jusqu’à jeudi",
        "105 M. Tanguy 91 ans famille à prévenir", "106 Mme Lebrun 45 ans scanner 15 h",
    ]  # fmt: skip
    for number, text in enumerate(rows):
        s.write(90, 240 + 115 * number, text, 46, RED if number % 3 == 2 else BLACK)
    return s.page()


def _digit(text: str) -> str:
    """The check digit of ICAO Doc 9303 part 3: weights 7, 3, 1."""
    values = {c: n for n, c in enumerate("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")} | {"<": 0}
    return str(sum(values[c] * (7, 3, 1)[n % 3] for n, c in enumerate(text)) % 10)


def td3(name: str = "LANCELIN<<THEO<MARIE", number: str = "19AV35714") -> tuple[str, str]:
    """The machine-readable lines of a passport."""
    fields = [number, "720611", "310514"]
    checked = [f + _digit(f) for f in fields]
    rest = "<" * 14 + "0"
    whole = _digit(checked[0] + checked[1] + checked[2] + rest)
    second = f"{checked[0]}FRA{checked[1]}M{checked[2]}{rest}{whole}"
    return f"P<FRA{name}".ljust(44, "<"), second


def td2() -> tuple[str, str]:
    """The machine-readable lines of a card of the middle size."""
    fields = [f + _digit(f) for f in ("D23145890", "720611", "310514")]
    second = f"{fields[0]}UTO{fields[1]}F{fields[2]}".ljust(35, "<")
    parts = second[0:10] + second[13:20] + second[21:35]
    return "I<UTOERIKSDOTTER<<ANNA<KARIN".ljust(36, "<"), second + _digit(parts)


def td1() -> tuple[str, str, str]:
    """The machine-readable lines of an identity card, as of the French one since 2021."""
    first = f"IDFRA{'X4RTBPFW4'}{_digit('X4RTBPFW4')}".ljust(30, "<")
    second = f"720611{_digit('720611')}F310514{_digit('310514')}FRA".ljust(29, "<")
    whole = _digit(first[5:30] + second[0:7] + second[8:15] + second[18:29])
    return first, second + whole, "LANCELIN<<CORINNE<ANNE".ljust(30, "<")


def french_card() -> tuple[str, str]:
    """The two lines of a French identity card of 1995 to 2021."""
    first = f"IDFRA{'LANCELIN'.ljust(25, '<')}491082"
    second = f"910649105072{_digit('910649105072')}{'CORINNE<<ANNE'.ljust(14, '<')}720611{_digit('720611')}F"
    return first, second + _digit(first + second)


def identity(font: str = FONT) -> Page:
    s = Sheet(1100, 700, (214, 226, 236), font)
    s.write(60, 70, "RÉPUBLIQUE FRANÇAISE", 32, BLUE, weight=600)
    s.write(60, 115, "CARTE NATIONALE D’IDENTITÉ N° : 910649105072", 24)
    s.rows(370, 200, 48, ["Nom : LANCELIN", "Prénom(s) : CORINNE, ANNE", "Sexe : F"], size=27)
    s.rows(
        370, 344, 48, ["Né(e) le : 11.06.1972", "à : QUIMPERLÉ (29)", "Taille : 1,64 m"], size=27
    )
    cv2.rectangle(s.pixels, (60, 160), (310, 480), (150, 160, 170), -1)
    s.pixels[560:] = 240
    for y, text in zip((610, 660), french_card(), strict=True):
        s.write(70, y, text, 32, weight=500, pitch=27)
    return s.page()


def passport(font: str = FONT) -> Page:
    s = Sheet(1300, 300, (235, 238, 240), font)
    for y, text in zip((120, 190), td3(), strict=True):
        s.write(60, y, text, 32, weight=500, pitch=26)
    return s.page()


ENGLISH = """DISCHARGE SUMMARY
Patient: Rosalind Hathersage DOB: 04/09/1958 MRN: 40718823
NHS No: 943 476 5919 Ward: Beech, bed 12
Admitted: 2 March 2024 Discharged: 9 March 2024
Presenting complaint: breathlessness and ankle swelling for two weeks.
She lives with her daughter in Ambleside and works as a bookbinder.
Echocardiogram: moderately impaired left ventricle, ejection fraction 38%.
Treated with intravenous furosemide, weight down from 81 to 74 kg.
Medication: bisoprolol 2.5 mg, ramipril 5 mg, furosemide 40 mg daily.
Follow-up with Dr Imogen Thackeray in the heart failure clinic.
Please repeat urea and electrolytes within one week of discharge."""


def discharge(font: str = FONT) -> Page:
    s = Sheet(1240, 900, font=font)
    s.rows(70, 100, 62, ENGLISH.splitlines(), size=26)
    return s.page()


DOCUMENTS: dict[str, Callable[..., Page]] = {
    f.__name__: f
    for f in (laboratory, screenshot, wristband, prescription, letter, xray, whiteboard, identity)
}
"""The French ones."""


@cache
def document(name: str) -> Page:
    """One of `DOCUMENTS`, or `discharge`."""
    return (DOCUMENTS | {"discharge": discharge})[name]()


def folded(text: str) -> str:
    """Letters and figures without accents, capitals, signs and spaces."""
    plain = unicodedata.normalize("NFKD", text.replace("œ", "oe")).casefold()
    return re.sub(r"[^a-z0-9<]", "", plain)


def recall(page: Page, read: Sequence[str]) -> tuple[float, float]:
    """Shares of the words of a page that were read: as written, and folded wherever they stand in the text.

    Words of one or two letters are left out of the second, since they turn up anywhere.
    """
    wanted, got = Counter(page.words), Counter(w for t in read for w in t.split())
    exact = sum(min(n, got[w]) for w, n in wanted.items()) / max(1, wanted.total())
    plain, whole = Counter(f for w in page.words if len(f := folded(w)) > 2), folded(" ".join(read))
    hits = sum(min(n, whole.count(w)) for w, n in plain.items())
    return exact, hits / max(1, plain.total())
