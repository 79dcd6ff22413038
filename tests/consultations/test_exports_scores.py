"""A score in the files anyone may take: the codebook with its frequencies and its recipe, SDMX, the tables."""

from xml.etree import ElementTree as Xml

from marelle.consultations.drawing import Column, Row
from marelle.consultations.exports import frequencies, lines, texts
from tests.consultations.test_instruments import DDI, STUDY, questionnaire

LACK = Column(
    "lack", base=1650, refused=5,
    shares=(Row("none", 43.1, 40.7, 45.5, 0, 1650, 710), Row("one", 56.9, 54, 59, 0, 1650, 940), Row("both", edge=-1)),
)  # fmt: skip
ORDER = ["labl", "qstn", "valrng", "universe", "sumStat", "catgry", "derivation", "varFormat", "notes"]


def test_codebook_tells_what_is_published_of_a_score_and_its_recipe():
    root = Xml.fromstring(
        frequencies.with_frequencies(questionnaire("scores"), STUDY, [LACK], ["Prudence."], weighted=False)
    )

    score = next(each for each in root.iter(f"{DDI}var") if each.get("name") == "lack")
    assert score.findtext(f"{DDI}sumStat") == "1650"
    found = {one.findtext(f"{DDI}catValu"): one.findtext(f"{DDI}catStat") for one in score.iter(f"{DDI}catgry")}
    assert found == {"1": "43.1", "2": "56.9", "3": None}
    assert len(list(score.iter(f"{DDI}drvdesc"))) == 6
    places = [ORDER.index(child.tag.removeprefix(DDI)) for child in score]
    assert places == sorted(places)


def test_tables_and_sdmx_tell_a_score_as_a_question():
    told = list(lines.lines_of("FR", [LACK], "2027-01", weighted=False))

    table, flow = list(texts.tables(told)), list(texts.sdmx(told, "2026"))

    assert [line.split(",")[2:7] for line in table[1:]] == [
        ["lack", "none", "all", "all", "43.1"], ["lack", "one", "all", "all", "56.9"], ["lack", "both", "all", "all", ""],
    ]  # fmt: skip
    assert [line.split(",")[6:9] for line in flow[1:]] == [["lack", "none", "43.1"], ["lack", "one", "56.9"], ["lack", "both", ""]]  # fmt: skip
