"""An application as one frozen content: what the committee reads, whatever its organisation writes since."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from marelle.accounts.models import File
from marelle.framework.models import Domain
from marelle.framework.queries import domains_of
from marelle.mandates import questions
from marelle.mandates.models import Application, HandIn
from marelle.mandates.queries import applications
from marelle.mandates.states import STILL_WRITING, ApplicationState
from marelle.plans.amendments import OWN, parts_of

NOTHING: dict[str, Any] = {"answers": {}, "plan": {"vision": "", "objectives": []}, "files": []}


@dataclass(frozen=True)
class Part:
    """One domain of the plan, with its objectives as plain values."""

    domain: Domain
    objectives: list[dict[str, Any]]


@dataclass(frozen=True)
class Written:
    """A content under its titles. Marked against the one before: what differs, and the names of what is gone."""

    sections: list[dict[str, Any]]
    vision: str
    outline: list[Part]
    files: list[dict[str, Any]]
    gone: list[str]


@dataclass(frozen=True)
class HandedIn:
    """The last handing-in, and when the one before was. `is_over`: its organisation has taken it back, or may write again."""

    written: Written
    content: dict[str, Any]
    at: datetime | None
    before_at: datetime | None
    is_over: bool


def handed_in(application: Application) -> HandedIn:
    """What was handed in last, marked against the handing-in before, in a fixed number of questions."""
    last: list[HandIn] = list(application.hand_ins.order_by("-number")[:2])
    now, before = [*last, None, None][:2]
    return HandedIn(
        written=read(
            application,
            now.content if now else NOTHING,
            list(now.files.order_by("added_at", "pk")) if now and now.content["files"] else [],
            before.content if before else None,
        ),
        content=now.content if now else NOTHING,
        at=now.handed_in_at if now else None,
        before_at=before.handed_in_at if before else None,
        is_over=application.state in STILL_WRITING | {ApplicationState.WITHDRAWN, ApplicationState.LAPSED},
    )


def kept(application: Application) -> Written:
    """What an application holds today, for its own people."""
    dossier = applications.dossier(application)
    return read(application, applications.content(dossier), dossier.files)


def read(
    application: Application, content: dict[str, Any], files: list[File], before: dict[str, Any] | None = None
) -> Written:
    """A content and its files under the titles of their framework."""
    framework = application.call.framework
    domains = domains_of(framework)
    sections = questions.sections_of(application.track, framework, domains, files)
    return Written(
        sections=_sections(sections, content["answers"], before and before["answers"]),
        vision=content["plan"].get("vision", ""),
        outline=_outline(domains, content, before),
        files=_files(files, before),
        gone=_gone(sections, content, before) if before else [],
    )


def _sections(
    sections: list[questions.Section], answers: dict[str, str], before: dict[str, str] | None
) -> list[dict[str, Any]]:
    """The answers under their titles, each with its key; and the questions nobody answered."""
    told = applications.under_titles(sections, answers, before)
    for section, shown in zip(sections, told, strict=True):
        answered = [q for q in section.questions if answers.get(q.key)]
        shown["fields"] = [
            {**field, "key": q.key, "file": answers[q.key] if q.kind == "file" else ""}
            for field, q in zip(shown["fields"], answered, strict=True)
        ]
        shown["unanswered"] = [q for q in section.questions if not answers.get(q.key)]
    return told


def parts(application: Application, hand_in: HandIn) -> dict[str, str]:
    """What may be remarked on in a handing-in: each field by its key, and how what holds it was called that day.

    Keys: that of a question, "plan.vision", "<kind>.<code>.<field>", "file.<SHA-256>".
    """
    content, framework = hand_in.content, application.call.framework
    files = list(hand_in.files.order_by("added_at", "pk"))
    sections = questions.sections_of(application.track, framework, domains_of(framework), files)
    found = {
        q.key: f"{g.title} – {q.title}" if g.title else q.title for s in sections for g in s.groups for q in g.questions
    }
    found |= {f"plan.{field}": "" for field in OWN["plan"]}
    if content["plan"].get("objectives"):
        for held in parts_of(content["plan"]):
            found |= {f"{held.kind}.{held.part['code']}.{field}": held.part["name"] for field in OWN[held.kind]}
    return found | {f"file.{file['sha256']}": file["label"] for file in content["files"]}


def _outline(domains: list[Domain], content: dict[str, Any], before: dict[str, Any] | None) -> list[Part]:
    objectives = content["plan"].get("objectives", [])
    known = _by_code(before)
    return [
        Part(
            domain,
            [
                {**o, "is_changed": before is not None and known.get(o["code"]) != o}
                for o in objectives
                if o["domain"] == domain.code
            ],
        )
        for domain in domains
    ]


def _files(files: list[File], before: dict[str, Any] | None) -> list[dict[str, Any]]:
    known = {file["sha256"] for file in before["files"]} if before else set()
    return [{"file": file, "is_changed": before is not None and file.sha256 not in known} for file in files]


def _gone(sections: list[questions.Section], content: dict[str, Any], before: dict[str, Any]) -> list[str]:
    """Titles of answers emptied, names of objectives and files taken out."""
    asked = {q.key: q.title for section in sections for q in section.questions}
    answers = [asked[key] for key in before["answers"] if key in asked and key not in content["answers"]]
    objectives = [o["name"] for code, o in _by_code(before).items() if code not in _by_code(content)]
    kept = {file["sha256"] for file in content["files"]}
    return answers + objectives + [file["label"] for file in before["files"] if file["sha256"] not in kept]


def _by_code(content: dict[str, Any] | None) -> dict[str, dict[str, Any]]:
    return {o["code"]: o for o in content["plan"].get("objectives", [])} if content else {}
