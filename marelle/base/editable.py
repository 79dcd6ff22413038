"""A text one can still edit (DOCX): real headings and tables, its language said."""

from io import BytesIO

INK = {"canard": "0F5C73", "pin": "0B6E4F", "prune": "6B2A77", "brique": "B3361E", "ocre": "8A5200"}


class Paper:
    """An editable text being written, from top to bottom."""

    def __init__(self, title: str, language: str, *, header: str = ""):
        import docx  # slow import
        from docx.shared import Pt  # slow import

        self._held = docx.Document()
        properties = self._held.core_properties
        properties.title, properties.author, properties.language = title, "Marelle", language
        self._held.styles["Normal"].font.size = Pt(11)
        if header:
            self._held.sections[0].header.paragraphs[0].text = header
        self.heading(title, 0)

    def heading(self, words: str, level: int, *, colour: str = "") -> None:
        """A heading, 0 for the title; `colour`: of a domain."""
        from docx.shared import RGBColor  # slow import

        heading = self._held.add_heading(_clean(words), level)
        for run in heading.runs if colour else ():
            run.font.color.rgb = RGBColor.from_string(INK.get(colour, INK["canard"]))

    def fact(self, name: str, value: str) -> None:
        """A name in bold, then what it is."""
        self._held.add_paragraph().add_run(f"{name} : ").bold = True
        self._held.paragraphs[-1].add_run(_clean(value))

    def write(self, words: str) -> None:
        """A paragraph for each line."""
        for line in words.split("\n"):
            if line.strip():
                self._held.add_paragraph(_clean(line))

    def table(self, head: list[str], rows: list[list[str]]) -> None:
        """A table with its head in bold."""
        table = self._held.add_table(rows=1, cols=len(head), style="Table Grid")
        for cell, word in zip(table.rows[0].cells, head, strict=True):
            cell.paragraphs[0].add_run(word).bold = True
        for row in rows:
            for cell, word in zip(table.add_row().cells, row, strict=True):
                cell.text = _clean(word)
        self._held.add_paragraph()

    def new_page(self) -> None:
        """What follows begins a page."""
        self._held.add_page_break()

    def content(self) -> bytes:
        """The file."""
        held = BytesIO()
        self._held.save(held)
        return held.getvalue()


def _clean(words: str) -> str:
    """Without the control characters an XML text refuses."""
    return "".join(letter for letter in words if letter >= " " or letter in "\n\t")
