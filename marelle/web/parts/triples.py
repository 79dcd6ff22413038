"""Statements about things (RDF): the same ones as Turtle, RDF/XML and JSON-LD. Everything has an address: no blank node."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from xml.etree import ElementTree as Xml

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
XSD = "http://www.w3.org/2001/XMLSchema#"
PREFIXES = {
    "rdf": RDF,
    "xsd": XSD,
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "spdx": "http://spdx.org/rdf/terms#",
}
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
ESCAPED = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"})
NOT_IN_ADDRESS = {ord(c): f"%{ord(c):02X}" for c in '<>"{}|^`\\ '}  # RFC 3987


@dataclass(frozen=True)
class Address:
    """A thing, by its address."""

    address: str


@dataclass(frozen=True)
class Literal:
    """A text in a language, or a value of a kind: "xsd:date"."""

    text: str
    language: str = ""
    kind: str = ""


Statement = tuple[str, str, Address | Literal]  # of what, which property ("dct:title"), what


def whole(name: str) -> str:
    """The whole address of "dct:title"; an address stays."""
    prefix, mark, rest = name.partition(":")
    return PREFIXES[prefix] + rest if mark and prefix in PREFIXES else name.translate(NOT_IN_ADDRESS)


def _gathered(statements: Iterable[Statement]) -> dict[str, list[tuple[str, Address | Literal]]]:
    found: dict[str, list[tuple[str, Address | Literal]]] = {}
    for subject, name, said in dict.fromkeys(statements):
        found.setdefault(subject, []).append((name, said))
    return found


# Turtle (W3C, RDF 1.1 Turtle) ----------------------------------------------------------------------------------------
def turtle(statements: Iterable[Statement]) -> str:
    """One paragraph a thing."""
    lines = [f"@prefix {prefix}: <{address}> ." for prefix, address in PREFIXES.items()]
    for subject, said in _gathered(statements).items():
        facts = " ;\n".join(f"    {name} {_in_turtle(thing)}" for name, thing in said)
        lines.append(f"\n<{whole(subject)}>\n{facts} .")
    return "\n".join(lines) + "\n"


def _in_turtle(said: Address | Literal) -> str:
    if isinstance(said, Address):
        return f"<{whole(said.address)}>"
    text = f'"{said.text.translate(ESCAPED)}"'
    if said.language:
        return f"{text}@{said.language}"
    return f"{text}^^{said.kind}" if said.kind else text


# RDF/XML (W3C, RDF 1.1 XML Syntax) -----------------------------------------------------------------------------------
def xml(statements: Iterable[Statement]) -> str:
    """One element a thing."""
    for prefix, address in PREFIXES.items():
        Xml.register_namespace(prefix, address)
    root = Xml.Element(f"{{{RDF}}}RDF")
    for subject, said in _gathered(statements).items():
        thing = Xml.SubElement(root, f"{{{RDF}}}Description", {f"{{{RDF}}}about": whole(subject)})
        for name, value in said:
            _in_xml(thing, name, value)
    Xml.indent(root)
    return Xml.tostring(root, encoding="unicode", xml_declaration=False)


def _in_xml(thing: Xml.Element, name: str, said: Address | Literal) -> None:
    prefix, _mark, local = name.partition(":")
    fact = Xml.SubElement(thing, f"{{{PREFIXES[prefix]}}}{local}")
    if isinstance(said, Address):
        fact.set(f"{{{RDF}}}resource", whole(said.address))
        return
    fact.text = said.text
    if said.language:
        fact.set(LANGUAGE, said.language)
    if said.kind:
        fact.set(f"{{{RDF}}}datatype", whole(said.kind))


# JSON-LD (W3C, JSON-LD 1.1) ------------------------------------------------------------------------------------------
def json_ld(statements: Iterable[Statement]) -> str:
    """A graph with its context inside: nothing is fetched to read it."""
    graph = []
    for subject, said in _gathered(statements).items():
        facts: dict[str, list[dict[str, str]]] = {}
        for name, value in said:
            facts.setdefault(name, []).append(_in_json(value))
        graph.append({"@id": whole(subject), **facts})
    return json.dumps({"@context": PREFIXES, "@graph": graph}, ensure_ascii=False, indent=1)


def _in_json(said: Address | Literal) -> dict[str, str]:
    if isinstance(said, Address):
        return {"@id": whole(said.address)}
    kind = {"@type": said.kind} if said.kind else {}
    return {"@value": said.text} | ({"@language": said.language} if said.language else kind)
