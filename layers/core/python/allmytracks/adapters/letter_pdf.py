"""The letter as a PDF of one A4 page, by reportlab, with a QR code by segno; and a twin that prints plain text."""

from __future__ import annotations

import threading
from dataclasses import asdict, dataclass
from io import BytesIO
from xml.sax.saxutils import escape

import segno
from reportlab.lib.colors import Color, HexColor, black
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.pdfdoc import PDFArray, PDFDictionary, PDFName, PDFStream, PDFString
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, KeepInFrame, Paragraph, Table, TableStyle

from allmytracks.adapters import letter_words as words
from allmytracks.adapters.letter_fonts import Face, Weight, cut, faces_used, runs
from allmytracks.domain.licenses import License
from allmytracks.ports.licenses import LetterLinks, Signature

ATTACHMENT = "license.jws"
MARGIN = 18 * mm
LABEL_WIDTH = 34 * mm
QR_SIDE = 30 * mm
FOOT_HEIGHT = 34 * mm
HEAD_HEIGHT = 27 * mm
SCALES = (1.0, 0.9, 0.8, 0.7, 0.6)
WIDTH = A4[0] - 2 * MARGIN
ACCENT = HexColor("#1f3a5f")
RULE = HexColor("#c9d1da")
MUTED = HexColor("#555555")

Row = tuple[str, str]


class PdfLetterPrinter:
    """Prints one letter at a time: reportlab keeps its fonts in one table for the whole process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()

    def print(self, license_: License, signature: Signature, links: LetterLinks) -> bytes:
        with self._lock:
            return _Letter(license_, signature, links).draw()


@dataclass
class _Letter:
    """One letter while it is drawn."""

    license: License
    signature: Signature
    links: LetterLinks

    def draw(self) -> bytes:
        groups = [
            words.parties(self.license),
            words.work(self.license),
            words.use(self.license),
            words.grant(self.license.terms),
            words.references(self.license),
        ]
        self._use_fonts([row for group in groups for row in group])
        file = BytesIO()
        canvas = Canvas(
            file,
            pagesize=A4,
            lang=words.LANGUAGE,
            pdfVersion=(1, 7),
            # Helvetica, the default, would be named in the file and not embedded.
            initialFontName=_font(Face.SANS, Weight.REGULAR),  # type: ignore[arg-type]  # the stub says float
        )
        self._describe(canvas)
        self._head(canvas)
        self._body(canvas, groups)
        self._foot(canvas)
        _attach(canvas, ATTACHMENT, self.signature.jws.encode("ascii"))
        canvas.showPage()
        canvas.save()
        return file.getvalue()

    def _use_fonts(self, rows: list[Row]) -> None:
        regular = [value for _, value in rows] + self._checking + self._signed + [words.issued(self.license)]
        bold = [label for label, _ in rows] + [words.TITLE, self.license.licensor.name, self.license.number]
        texts = [(text, Weight.REGULAR) for text in regular] + [(text, Weight.BOLD) for text in bold]
        lines = [(line, weight) for text, weight in texts for line in text.split("\n")]
        for face, weight, characters in faces_used(lines):
            _register(TTFont(_font(face, weight), BytesIO(cut(face, weight, characters))))

    @property
    def _checking(self) -> list[str]:
        return words.checking(self.links.verification)

    @property
    def _signed(self) -> list[str]:
        return words.signature(self.license, self.signature.key_id, self.links.keys)

    def _describe(self, canvas: Canvas) -> None:
        canvas.setTitle(f"{words.TITLE} {self.license.number}")
        canvas.setAuthor(self.license.licensor.name)
        canvas.setSubject(self.links.verification)
        canvas.setViewerPreference("DisplayDocTitle", "true")

    def _head(self, canvas: Canvas) -> None:
        lines = [
            (self.license.licensor.name, Weight.BOLD, 10, MUTED),
            (f"{words.TITLE} {self.license.number}", Weight.BOLD, 15, ACCENT),
            (words.issued(self.license), Weight.REGULAR, 9, MUTED),
        ]
        block: list[Flowable] = [_paragraph(text, weight, size, color) for text, weight, size, color in lines]
        frame = KeepInFrame(WIDTH, HEAD_HEIGHT - 4 * mm, block, mode="shrink")
        top = A4[1] - MARGIN
        _, height = frame.wrapOn(canvas, WIDTH, HEAD_HEIGHT)
        frame.drawOn(canvas, MARGIN, top - height)
        canvas.setStrokeColor(ACCENT)
        canvas.setLineWidth(1.2)
        canvas.line(MARGIN, top - HEAD_HEIGHT + 3 * mm, A4[0] - MARGIN, top - HEAD_HEIGHT + 3 * mm)

    def _body(self, canvas: Canvas, groups: list[list[Row]]) -> None:
        room = A4[1] - 2 * MARGIN - HEAD_HEIGHT - FOOT_HEIGHT
        # A letter is one page whatever is written in it: long names make everything a little smaller.
        for scale in SCALES:
            table = _table(groups, scale)
            _, height = table.wrapOn(canvas, WIDTH, room)
            if height <= room:
                break
        frame = KeepInFrame(WIDTH, room, [table], mode="shrink")
        _, height = frame.wrapOn(canvas, WIDTH, room)
        frame.drawOn(canvas, MARGIN, A4[1] - MARGIN - HEAD_HEIGHT - height)

    def _foot(self, canvas: Canvas) -> None:
        _draw_code(canvas, self.links.verification, MARGIN, MARGIN, QR_SIDE)
        block: list[Flowable] = [
            _paragraph("\n".join(self._checking), Weight.REGULAR, 9),
            _paragraph("\n".join(self._signed), Weight.REGULAR, 7.5, MUTED),
        ]
        left, width = MARGIN + QR_SIDE + 5 * mm, WIDTH - QR_SIDE - 5 * mm
        frame = KeepInFrame(width, QR_SIDE, block, mode="shrink")
        _, height = frame.wrapOn(canvas, width, QR_SIDE)
        frame.drawOn(canvas, left, MARGIN + QR_SIDE - height)


def _table(groups: list[list[Row]], scale: float) -> Table:
    cells = [
        [_paragraph(label, Weight.BOLD, 8.5 * scale, ACCENT), _paragraph(value, Weight.REGULAR, 9.5 * scale)]
        for group in groups
        for label, value in group
    ]
    style = TableStyle(
        [
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("TOPPADDING", (0, 0), (-1, -1), 2.2 * scale),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 2.8 * scale),
            ("LEFTPADDING", (0, 0), (0, -1), 0),
            # A table names a font even where its cells hold paragraphs; the default one is never embedded.
            ("FONTNAME", (0, 0), (-1, -1), _font(Face.SANS, Weight.REGULAR)),
        ]
    )
    last = -1
    for group in groups:
        last += len(group)
        style.add("LINEBELOW", (0, last), (-1, last), 0.5, RULE)
    return Table(cells, colWidths=[LABEL_WIDTH, WIDTH - LABEL_WIDTH], style=style)


def _font(face: Face, weight: Weight) -> str:
    return f"Letter{face.value}{weight.name.title()}"


def _register(font: TTFont) -> None:
    """Puts this letter's cut of a face in the place of the last letter's, which lacks this one's characters."""
    if font.fontName in pdfmetrics.getRegisteredFontNames():
        # registerFont keeps the first font of a name, so this letter's characters would be printed as empty boxes.
        pdfmetrics._fonts[font.fontName] = font  # type: ignore[attr-defined]  # noqa: SLF001 - no call replaces a font
    else:
        pdfmetrics.registerFont(font)


def _paragraph(text: str, weight: Weight, size: float, color: Color = black) -> Paragraph:
    pieces = [[(run.face, run.text) for run in runs(line)] for line in text.split("\n")]
    asian = any(face is not Face.SANS for line in pieces for face, _ in line)
    marked = "<br/>".join(
        "".join(f'<font name="{_font(face, weight)}">{escape(piece)}</font>' for face, piece in line) for line in pieces
    )
    style = ParagraphStyle(
        "letter",
        fontName=_font(Face.SANS, weight),
        fontSize=size,
        leading=size * 1.32,
        textColor=color,
        spaceAfter=1.5 * mm,
        # Text without spaces between its words may break anywhere.
        wordWrap="CJK" if asian else None,
    )
    return Paragraph(marked, style)


def _draw_code(canvas: Canvas, text: str, left: float, bottom: float, side: float) -> None:
    """A QR code as vector squares, so that it stays sharp on paper."""
    rows = list(segno.make_qr(text, error="m").matrix)
    module = side / len(rows)
    canvas.setFillColor(black)
    for line, row in enumerate(rows):
        for column, dark in enumerate(row):
            if dark:
                # A hair wider than a module: neighbours must not show a seam.
                canvas.rect(
                    left + column * module,
                    bottom + side - (line + 1) * module,
                    module * 1.02,
                    module * 1.02,
                    stroke=0,
                    fill=1,
                )


def _attach(canvas: Canvas, name: str, content: bytes) -> None:
    """Embeds a file (PDF 1.7, 7.11.4); reportlab has the objects for it, but no call."""
    document = canvas._doc  # type: ignore[attr-defined]  # noqa: SLF001 - the only way to objects of one's own
    # PDFName would leave the slash as it is, which ends a name (PDF 1.7, 7.3.5).
    kind = PDFDictionary({"Type": PDFName("EmbeddedFile"), "Subtype": "/application#2Fjose"})
    embedded = document.Reference(PDFStream(kind, content))
    specification = PDFDictionary(
        {
            "Type": PDFName("Filespec"),
            "F": PDFString(name),
            "UF": PDFString(name),
            "EF": PDFDictionary({"F": embedded}),
            "AFRelationship": PDFName("Data"),
        }
    )
    files = PDFDictionary({"Names": PDFArray([PDFString(name), document.Reference(specification)])})
    document.Catalog.Names = PDFDictionary({"EmbeddedFiles": document.Reference(files)})


class PlainLetterPrinter:
    """Letters as plain text, for tests that do not look at the page; it refuses what the fonts refuse."""

    def print(self, license_: License, signature: Signature, links: LetterLinks) -> bytes:
        text = f"{asdict(license_)}\n{signature.jws}\n{asdict(links)}"
        runs(license_.licensee.name)
        return text.encode()
