"""The questionnaire in other houses' formats: XForm, DDI-Codebook 2.5, sheets for translators.

The public schema of DDI-Codebook (LGPL) is in no package of the index, and tests fetch nothing: `MARELLE_DDI_SCHEMAS` names a
folder with `codebook.xsd` and the files it imports, and codebooks must pass it too. Its rules for what we write (order, number,
attributes and their values) are told below by hand, from its text.
"""

import os
import re
from io import BytesIO
from pathlib import Path

import pytest
from lxml import etree
from openpyxl import load_workbook

from marelle.base.errors import BadData
from marelle.consultations.instruments import blanks, codebooks, guides, translations, xforms
from marelle.consultations.instruments.translations import Change
from marelle.consultations.xlsform import read_workbook
from tests.consultations import golden_books
from tests.consultations.workbooks import YES_NO, survey, workbook

PUBLIC = Path(os.environ["MARELLE_DDI_SCHEMAS"]) if "MARELLE_DDI_SCHEMAS" in os.environ else None
STUDY = codebooks.Study(
    "2026", "Comité de démonstration", ("2026-10-01", "2026-12-24"), "https://marelle.example/consultation/2026"
)
DDI = "{ddi:codebook:2_5}"
ORDER = {
    "codeBook": "stdyDscr dataDscr",
    "stdyDscr": "citation stdyInfo method",
    "citation": "titlStmt prodStmt verStmt holdings",
    "titlStmt": "titl parTitl IDNo",
    "prodStmt": "producer software",
    "sumDscr": "collDate anlyUnit universe",
    "dataColl": "collMode resInstru",
    "dataDscr": "varGrp var",
    "varGrp": "labl",
    "var": "labl qstn valrng universe catgry derivation varFormat notes",
    "derivation": "drvdesc",
    "catgry": "catValu labl",
    "qstn": "preQTxt qstnLit postQTxt",
}
ONCE = {
    "citation": "titlStmt prodStmt",
    "titlStmt": "titl",
    "verStmt": "version",
    "catgry": "catValu",
    "var": "varFormat",
}  # at most
NAME, ANY = r"[A-Za-z_][\w.-]*", r".*"
ATTRIBUTES = {  # of each element, what the schema takes in them; every element may have an ID and a language besides
    "codeBook": {"version": r"2\.5"},
    "collDate": {"date": r"\d{4}-\d\d-\d\d", "event": "start|end|single"},
    "IDNo": {"agency": ANY},
    "version": {"type": ANY},
    "holdings": {"URI": ANY},
    "varGrp": {"type": "section|multipleResp", "name": ANY, "var": f"{NAME}( {NAME})*"},
    "var": {"name": ".+", "intrvl": "contin|discrete", "representationType": "text|numeric|code|datetime|other"},
    "qstn": {"responseDomainType": "text|numeric|code|category|datetime|geographic|multiple|other"},
    "range": {"min": r"-?\d+", "max": r"-?\d+"},
    "catgry": {"missing": "Y|N"},
    "varFormat": {"type": "character|numeric"},
}
WRITTEN = ("large", "bands", "arabic", "groups", "conditions", "kinds", "old_style", "unfinished", "scores")


def questionnaire(name):
    return read_workbook(golden_books.BOOKS[name]()).questionnaire


# XForm ---------------------------------------------------------------------------------------------------------------
def test_an_xform_has_what_is_standard_and_nothing_of_ours():
    text = xforms.xform(questionnaire("large"))

    root = etree.fromstring(text.encode())
    languages = [each.get("lang") for each in root.iter("{http://www.w3.org/2002/xforms}translation")]
    binds = [
        each
        for each in root.iter("{http://www.w3.org/2002/xforms}bind")
        if each.get("nodeset").count("/") == 3 and "meta" not in each.get("nodeset")
    ]
    assert languages == ["Français (fr)", "Français facile (fr-x-simple)", "العربية (ar)"]
    assert len(binds) == 150
    assert [each.get("nodeset") for each in root.iter("{http://www.w3.org/2002/xforms}bind")][:2] == [
        "/data/age_band",
        "/data/gender",
    ]
    assert not any(
        each.get("required") or each.get("constraint") for each in root.iter("{http://www.w3.org/2002/xforms}bind")
    )
    assert not any(word in text for word in ("wording_", "audio_6_8", "key_in", "sensitive", ".opus"))


@pytest.mark.parametrize(
    ("tree", "text"),
    [
        (["=", "q", "a"], "${q} = 'a'"),
        (["!=", "q", "a"], "${q} != '' and ${q} != 'dk' and ${q} != 'rather_not' and ${q} != 'a'"),
        (["has", "m", "a"], "selected(${m}, 'a')"),
        (["not", ["has", "m", "a"]], "not(selected(${m}, 'a'))"),
        (["<", "n", 3], "${n} != '' and ${n} != 'dk' and ${n} != 'rather_not' and number(${n}) < 3"),
        (["empty", "m"], "not(${m} != '' and not(selected(${m}, 'dk')) and not(selected(${m}, 'rather_not')))"),
        (["and", ["=", "age_band", "6_8"], ["or", ["filled", "gender"], ["=", "q", "a"]]],
         "(${age_band} = '6_8') and ((${gender} != '' and ${gender} != 'rather_not') or (${q} = 'a'))"),
    ],
)  # fmt: skip
def test_a_condition_means_the_same_elsewhere(tree, text):
    assert xforms.expression(tree, {"q": "one", "m": "many", "n": "integer"}) == text


@pytest.mark.parametrize("name", WRITTEN)
def test_what_is_written_as_an_xform_is_taken_by_the_library(name):
    assert "<h:html" in xforms.xform(questionnaire(name))


def test_a_guide_and_a_codebook_say_how_a_score_is_worked_out():
    read = questionnaire("scores")
    recipe = [
        "coat (As-tu un manteau chaud ?) : Non = 1",
        "quiet.nowhere (Où es-tu au calme ? › Nulle part) : choisi = 1",
        "Un score n’existe que si 50 % au moins des questions posées à l’enfant ont une réponse.",
        "Les points sont reportés au prorata sur les questions sans réponse, à l’entier le plus proche.",
        "Tranches : Aucun : 0 ; Un : 1 ; Les deux : 2.",
        "En situation : score de 2 ou plus.",
    ]
    both = "Nombre de scores où l’enfant est en situation, parmi : lack, hurt. Aucun nombre si l’un d’eux manque."

    lines = pages(guides.guide(read, STUDY, guides.Reader("Consultation", 200)))["Scores"]
    root = etree.fromstring(codebooks.codebook(read, STUDY))

    assert [line[:3] + line[4:] for line in lines[1:]] == [
        ["lack", "Chez moi", "Manques du quotidien", None],
        ["hurt", "À l’école", "Moqueries", "oui"],
        ["several", "À l’école", "Difficultés ensemble", "oui"],
    ]
    assert [plain(lines[1][3]).split("\n"), plain(lines[3][3])] == [recipe, both]
    told = {var.get("name"): [plain(each.text) for each in var.iter(f"{DDI}drvdesc")] for var in root.iter(f"{DDI}var")}
    assert {name: sentences for name, sentences in told.items() if sentences}.keys() == {"lack", "hurt", "several"}
    assert (told["lack"], told["several"]) == (recipe, [both])
    groups = {group.get("name"): group.get("var") for group in root.iter(f"{DDI}varGrp")}
    assert (groups["home"].split()[-1], groups["school"].split()[-2:]) == ("V_lack", ["V_hurt", "V_several"])


def plain(text):
    """With ordinary spaces."""
    return text.replace("\u202f", " ")


# DDI -----------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", WRITTEN)
def test_a_codebook_stands_in_the_order_of_its_schema(name):
    root = etree.fromstring(codebooks.codebook(questionnaire(name), STUDY))

    for element in root.iter():
        order = ORDER.get(etree.QName(element).localname, "").split()
        places = [order.index(etree.QName(child).localname) for child in element if order]
        assert places == sorted(places), etree.QName(element).localname
    ids = [element.get("ID") for element in root.iter() if element.get("ID")]
    assert len(ids) == len(set(ids))
    assert {ref for group in root.iter(f"{DDI}varGrp") for ref in (group.get("var") or "").split()} <= set(ids)


@pytest.mark.parametrize("name", WRITTEN)
def test_a_codebook_says_in_its_attributes_what_its_schema_takes(name):
    root = etree.fromstring(codebooks.codebook(questionnaire(name), STUDY))

    for element in root.iter():
        kind = etree.QName(element).localname
        taken = ATTRIBUTES.get(kind, {}) | {
            "ID": NAME,
            "{http://www.w3.org/XML/1998/namespace}lang": r"[a-z]{2}(-\w+)*",
        }
        assert [f"{n}={v}" for n, v in element.attrib.items() if not re.fullmatch(taken.get(n, "nothing"), v)] == [], (
            kind
        )
        assert [each for each in ONCE.get(kind, "").split() if len(element.findall(f"{DDI}{each}")) > 1] == [], kind
    assert all(each.get("name") for each in root.iter(f"{DDI}var"))
    assert root.find(f"{DDI}stdyDscr/{DDI}citation/{DDI}titlStmt/{DDI}titl").text


@pytest.mark.skipif(PUBLIC is None, reason="MARELLE_DDI_SCHEMAS names no folder")
@pytest.mark.parametrize("name", WRITTEN)
def test_a_codebook_passes_the_public_schema(name):
    schema = etree.XMLSchema(etree.parse(PUBLIC / "codebook.xsd"))

    schema.assertValid(etree.fromstring(codebooks.codebook(questionnaire(name), STUDY)))


def test_a_question_with_several_answers_is_a_variable_an_option():
    content = workbook(
        survey(("note", "read_me", "Pense à ta semaine."), ("select_multiple yes_no", "q1", "Où ?")), YES_NO
    )

    root = etree.fromstring(codebooks.codebook(read_workbook(content).questionnaire, STUDY))

    variables = {each.get("ID"): each for each in root.iter(f"{DDI}var")}
    assert list(variables) == ["V_age_band", "V_gender", "V_q1.1", "V_q1.2"]
    assert [each.text for each in variables["V_q1.2"].iter(f"{DDI}labl")][0] == "Non"
    assert [each.text for each in variables["V_q1.1"].iter(f"{DDI}preQTxt")] == ["Pense à ta semaine."]
    assert [each.text for each in variables["V_q1.1"].iter(f"{DDI}catValu")] == ["0", "1", "-8", "-9"]


# Translators ---------------------------------------------------------------------------------------------------------
def translated(content, languages, **texts):
    """The sheet of a workbook, some of its cells filled: `{"B2": …}` by cell."""
    book = load_workbook(BytesIO(translations.sheet_for(content, languages)))
    for cell, text in texts.items():
        book.active[cell] = text
    held = BytesIO()
    book.save(held)
    return held.getvalue()


def test_a_sheet_for_translators_comes_back_as_a_list_of_changes():
    content = workbook(survey(("select_one yes_no", "q1", "Aimes-tu lire ?")))

    sheet = translated(content, ["ar"], F2="هل تحب القراءة؟", F3="نعم", E4="Non !")

    assert translations.changes(content, translations.sheet_for(content, ["ar"])) == []
    assert translations.changes(content, sheet) == [
        Change(("survey", "", "q1", "label"), "ar", "", "هل تحب القراءة؟"),
        Change(("choices", "yes_no", "yes", "label"), "ar", "", "نعم"),
        Change(("choices", "yes_no", "no", "label"), "fr", "Non", "Non !"),
    ]


def test_changes_are_put_in_a_copy_that_is_read_as_any_workbook():
    content = workbook(survey(("select_one yes_no", "q1", "Aimes-tu lire ?", "minimal"), more=["appearance"]))
    texts = {
        ("survey", "", "q1", "label"): "=1+1 هل",
        ("choices", "yes_no", "yes", "label"): "نعم",
        ("choices", "yes_no", "no", "label"): "لا",
    }
    changed = [Change(place, "ar", "", text) for place, text in texts.items()]

    copy = translations.merged(content, changed)

    question = read_workbook(copy).questionnaire.part("all").questions[0]
    assert (question.label, [option.label["ar"] for option in question.options]) == (
        {"fr": "Aimes-tu lire ?", "ar": "=1+1 هل"},
        ["نعم", "لا"],
    )
    assert load_workbook(BytesIO(copy))["survey"]["D2"].value == "minimal"


def test_a_sheet_of_another_house_is_refused_in_one_sentence():
    content = workbook(survey(("select_one yes_no", "q1", "A")))

    for sheet in (b"not a workbook", content):
        with pytest.raises(BadData):
            translations.changes(content, sheet)


# The guide of city officers ------------------------------------------------------------------------------------------
def pages(content):
    book = load_workbook(BytesIO(content))
    assert [
        cell.coordinate for page in book.worksheets for row in page.iter_rows() for cell in row if cell.data_type == "f"
    ] == []
    return {page.title: [list(row) for row in page.iter_rows(values_only=True)] for page in book.worksheets}


def test_a_guide_says_each_question_and_option_in_french():
    lines = [
        ("type", "name", "label::Français (fr)", "wording_6_8::Français (fr)", "relevant", "age_min", "sensitive", "parameters"),
        ("select_one yes_no", "read", "Lis-tu pour ton plaisir ?", "Tu lis ?", "", "", "", ""),
        ("integer", "books", "Combien ?", "", "${read} = 'yes'", "12", "yes", "start=0 end=5"),
    ]  # fmt: skip
    read = read_workbook(workbook(lines)).questionnaire

    told = pages(guides.guide(read, STUDY, guides.Reader("=1+1", 200)))

    assert list(told) == ["Lire ce guide", "Questions", "Réponses"]
    notice = {name: sentence for name, sentence in told["Lire ce guide"]}
    assert notice["Guide de lecture"] == "=1+1 (2026), Comité de démonstration"
    assert notice["Période"] == "Du 01/10/2026 au 24/12/2026."
    assert notice["Ce qui est publié"].endswith("ni pour une commune sous 200.")
    assert told["Questions"][1:] == [
        [1, "read", "all", "Lis-tu pour ton plaisir ?", "6-8 ans\u202f: Tu lis ?", "6-8 ans, 9-11 ans, 12-14 ans, 15-18 ans",
         "une réponse", "tous, à ces âges", "Oui · Non", None],
        [2, "books", "all", "Combien ?", None, "12-14 ans, 15-18 ans", "un nombre",
         "Si tu as répondu «\u202fOui\u202f» à la question 1\u202f:", "de 0 à 5", "oui"],
    ]  # fmt: skip
    assert [line[1:4] + line[5:] for line in told["Réponses"][1:]] == [
        ["read", "1", "Oui", "1"],
        ["read", "2", "Non", "2"],
        ["read", "-8", "Je ne sais pas", "*"],
        ["read", "-9", "Je ne veux pas répondre", "-"],
        ["books", None, "de 0 à 5", "le nombre"],
        ["books", "-8", "Je ne sais pas", "*"],
        ["books", "-9", "Je ne veux pas répondre", "-"],
    ]


# The workbook one begins from ----------------------------------------------------------------------------------------
def test_the_workbook_one_begins_from_is_read_without_a_fault():
    content = blanks.workbook()

    read = read_workbook(content)

    assert (read.faults, {todo.kind for todo in read.todos}) == ([], {"audio_none"})
    assert [(q.name, q.kind, q.bands[0], q.sensitive) for q in read.questionnaire.questions()] == [
        ("lire", "one", "6_8", False),
        ("seul", "one", "6_8", False),
        ("ou_lire", "many", "6_8", False),
        ("note", "integer", "9_11", False),
        ("moquerie", "one", "12_14", True),
    ]


def test_the_workbook_one_begins_from_explains_every_column_it_has():
    told = pages(blanks.workbook())
    explained = [(sheet, name) for sheet, name, _words in next(iter(told.values()))[5:]]

    columns = [(sheet, name) for sheet, lines in told.items() if sheet in blanks.COLUMNS for name in lines[0]]

    assert explained == columns
    assert all(words for _sheet, _name, words in next(iter(told.values()))[5:])
