"""What the house puts on paper: the dossier as handed in, the agreement. Frozen content first, then its PDF.

Content is plain JSON: its fingerprint is the SHA-256 of that text, printed at the foot of every page.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from string import Template
from typing import Any
from zoneinfo import ZoneInfo

import yaml
from django.conf import settings
from django.db.models import Prefetch
from django.utils.dateformat import format as formatted
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from marelle.accounts.models import Organisation
from marelle.accounts.states import OrganisationKind, Role
from marelle.base import clock, pdf
from marelle.base.text import hour_in_words
from marelle.framework.models import Domain, text
from marelle.mandates import figures
from marelle.mandates.models import Agreement, AgreementAmendment, Application
from marelle.mandates.queries import applications, people
from marelle.plans.fields import typed
from marelle.plans.models import Action, Indicator, Objective, Plan, with_aims

TEXTS = settings.BASE / "data" / "agreements"
LANGUAGES = ("fr", "en")  # of the agreement's text

Section = dict[str, Any]  # {"title": …, "fields": [{"title": …, "state": …, "value": …}, …]}
COLOUR = "canard"  # of a domain whose framework names no colour


def fingerprint(content: dict[str, Any]) -> str:
    """SHA-256 of a frozen content, its keys in order, in hexadecimal."""
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def application_pdf(
    application: Application, sections: Sequence[Section] | None = None, *, language: str = "fr"
) -> bytes:
    """The dossier, dated by `submitted_at`, which must be set. The same dossier gives the same bytes.

    `sections`: its answers under their titles, in order; read again when they are not given.
    """
    with override(language):
        content = application_content(application, sections)
        title = _("Application of %(organisation)s") % {"organisation": application.organisation.name}
        return pdf.render("application", content, language=language, title=title, at=_handed_in(application))


def application_content(application: Application, sections: Sequence[Section] | None = None) -> dict[str, Any]:
    """All that the PDF of a dossier shows, in the reader's language."""
    content: dict[str, Any] = {
        "kind": _("Application file, as handed in"),
        "facts": _application_facts(application),
        "sections": list(sections) if sections is not None else applications.printed(applications.dossier(application)),
        "vision": application.plan.vision,
        "domains": plan_domains(application.plan),
        "team": _team(application),
        "documents": [
            {"name": file.label, "fingerprint": file.sha256}
            for file in application.files.filter(removed_at=None).order_by("added_at", "pk")
        ],
    }
    return {
        **content,
        "fingerprint": fingerprint(content),
        "keywords": [f"marelle:application:{application.code}"],
        "action_columns": [_("Action"), _("Lead service"), _("Dates"), _("Budget")],
        "indicator_columns": [_("Indicator"), _("Start"), _("Target"), _("Source")],
        "document_columns": [_("Joined document"), _("Fingerprint (SHA-256)")],
        "words": _words(),
    }


def agreement_text(application: Application, others: Sequence[Organisation], *, language: str) -> dict[str, Any]:
    """The words an agreement starts from: heading, preamble, articles, with names and dates in their places.

    `others`: the parties besides the committee and the organisation. Raises ValueError for a language without a text.
    """
    if language not in LANGUAGES:
        raise ValueError(f"no text of the agreement in {language!r}")
    words = yaml.safe_load((TEXTS / f"{language}.yaml").read_text(encoding="utf-8"))
    track, starts_on = application.track, application.call.mandate_starts_on
    decision = application.decisions.order_by("-decided_at", "-pk").first()
    with override(language):
        names = {
            "organisation": application.organisation.name,
            "committee": _("the committee"),
            "intercommunality": " – ".join(o.name for o in others),
            "years": years_in_words(track.years),
            "starts_on": day(starts_on),
            "last_day": day(figures.mandate_end(starts_on, track.years) - timedelta(days=1)),
            "track": text(track.name, language),
            "framework": text(application.call.framework.name, language),
            "session_on": day(decision.session_on if decision else None),
        }
    holds = {
        None: True,
        "intercommunality": bool(others),
        "title": track.title_granted,
        "vote": track.council_vote == "required",
    }

    def filled(piece: str) -> str:
        return Template(piece).safe_substitute(names).strip()

    return {
        "language": language,
        "heading": filled(words["title"]),
        "preamble": filled(words["preamble"]),
        "articles": [
            {"title": filled(a["title"]), "text": filled(a["text"])} for a in words["articles"] if holds[a.get("when")]
        ],
    }


def agreement_pdf(agreement: Agreement, *, at: datetime) -> bytes:
    """The text to sign, with its parties in order, dated `at`. The same agreement gives the same bytes."""
    language = agreement.content["language"]
    with override(language):
        content = agreement_content(agreement)
        title = _("%(heading)s with %(organisation)s") % {
            "heading": agreement.content["heading"],
            "organisation": agreement.application.organisation.name,
        }
        return pdf.render("agreement", content, language=language, title=title, at=at)


def agreement_content(agreement: Agreement, *, changed: dict[str, Any] | None = None) -> dict[str, Any]:
    """All that the PDF of an agreement shows, in the language of its text. `changed`: the words of what changes it, in its place."""
    said = changed or agreement.content
    application = agreement.application
    starts_on, years = application.call.mandate_starts_on, application.track.years
    ends_on = figures.mandate_end(starts_on, years)
    content: dict[str, Any] = {
        "kind": f"{application.track} – {application.call}",
        "heading": said["heading"],
        "preamble": said["preamble"],
        "articles": said["articles"],
        "years": years,
        "span": _("%(years)s, from %(start)s to %(end)s")
        % {"years": years_in_words(years), "start": day(starts_on), "end": day(ends_on - timedelta(days=1))},
        "parties": [
            _party(p.organisation) for p in agreement.parties.select_related("organisation").order_by("position")
        ],
    }
    return {
        **content,
        "fingerprint": fingerprint(content),
        "keywords": [f"marelle:agreement:{agreement.code}"],
        "words": _words()
        | {
            "between": _("Between"),
            "article": _("Article"),
            "signatures": _("Signatures"),
            "party": _("Party"),
            "capacity": _("Signs as"),
            "how_signed": _(
                "Signed online: each signatory proves again who they are, then signs this very text. "
                "Who signed, as what and when can be read at the address at the foot of the page."
            ),
        },
    }


def amendment_text(amendment: AgreementAmendment, *, words: str, ends_on: date) -> dict[str, Any]:
    """The words of an amendment, drawn from its text: heading, preamble, articles. `words`: what changes, as it was typed.

    `ends_on`: the first day after the mandate, as it stands today.
    """
    agreement = amendment.agreement
    language = agreement.content.get("language", "fr")
    read = yaml.safe_load((TEXTS / f"amendment_{language}.yaml").read_text(encoding="utf-8"))
    new_end = clock.months_after(ends_on, amendment.months or 0)
    with override(language):
        names = {
            "organisation": agreement.application.organisation.name,
            "number": str(amendment.number),
            "signed_on": day(agreement.signed_at),
            "last_day": day(ends_on - timedelta(days=1)),
            "new_last_day": day(new_end - timedelta(days=1)),
            "words": words,
            "reasons": amendment.reasons,
        }

    def filled(piece: str) -> str:
        return Template(piece).safe_substitute(names).strip()

    return {
        "language": language,
        "heading": filled(read["title"]),
        "preamble": filled(read["preamble"]),
        "articles": [
            {"title": filled(a["title"]), "text": filled(a["text"])} for a in [*read[amendment.kind], *read["always"]]
        ],
        "ends_on": new_end.isoformat(),
    }


def amendment_pdf(amendment: AgreementAmendment, *, at: datetime) -> bytes:
    """The amendment to sign, with its parties in order, dated `at`. The same amendment gives the same bytes."""
    language, mandate = amendment.content["language"], amendment.agreement.mandate
    with override(language):
        last = date.fromisoformat(amendment.content["ends_on"]) - timedelta(days=1)
        content = agreement_content(amendment.agreement, changed=amendment.content)
        content["span"] = _("from %(start)s to %(end)s") % {"start": day(mandate.starts_on), "end": day(last)}
        title = f"{amendment.content['heading']} – {amendment.agreement.application.organisation.name}"
        return pdf.render("agreement", content, language=language, title=title, at=at)


def years_in_words(years: int) -> str:
    """« un an », « six ans »."""
    words = {
        **{1: _("one year"), 2: _("two years"), 3: _("three years"), 4: _("four years")},
        **{5: _("five years"), 6: _("six years")},
    }
    return words.get(years) or _("%(count)d years") % {"count": years}


def capacity_of(organisation: Organisation) -> str:
    """As what one usually signs for an organisation of this kind."""
    return {
        OrganisationKind.COMMUNE: _("mayor, or an elected member holding a delegation"),
        OrganisationKind.INTERCOMMUNALITY: _("president, or an elected member holding a delegation"),
        OrganisationKind.COMMITTEE: _("for the committee, holding a delegation"),
    }.get(OrganisationKind(organisation.kind), _("legal representative"))


def plan_domains(plan: Plan) -> list[dict[str, Any]]:
    """A plan as it is printed: domains in order, each with its objectives, actions and indicators."""
    objectives = list(
        plan.objectives.select_related("domain")
        .prefetch_related("actions", Prefetch("indicators", with_aims(Indicator.objects.select_related("definition"))))
        .order_by("position", "pk")
    )
    domains = Domain.objects.filter(framework=plan.framework_id).order_by("position", "pk")
    return [
        {
            "name": str(domain),
            "colour": domain.colour or COLOUR,
            "objectives": [_objective(o) for o in objectives if o.domain_id == domain.pk],
        }
        for domain in domains
    ]


def day(value: date | datetime | None) -> str:
    """A day as it is written out, in Paris; empty when there is none."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = value.astimezone(clock.PARIS)
    words = formatted(value, "j F Y")
    return f"1er{words[1:]}" if value.day == 1 and (get_language() or "").startswith("fr") else words


def moment(value: datetime, zone: str) -> str:
    """A day and an hour, with the place that keeps the time."""
    local = value.astimezone(ZoneInfo(zone))
    return _("%(day)s at %(hour)s (%(place)s time)") % {
        "day": day(local.date()),
        "hour": hour_in_words(local),
        "place": clock.place_of(zone),
    }


def _party(organisation: Organisation) -> dict[str, str]:
    names = [person.name for person in people.signatories_of(organisation)]
    is_committee = organisation.kind == OrganisationKind.COMMITTEE
    named = "" if is_committee or not names else _("represented by %(names)s") % {"names": ", ".join(names)}
    return {
        "name": organisation.name,
        "kind": "" if is_committee else f"{organisation.get_kind_display()}, {organisation.code}",
        "represented": named or _("represented by its signatory on the platform"),
        "capacity": capacity_of(organisation),
    }


def _words() -> dict[str, str]:
    return {
        "fingerprint": _("Fingerprint of the content:"),
        "verify": _("Check this document:"),
        "page": _("page"),
        "plan": _("Action plan"),
        "vision": _("Vision"),
        "promise": _("Our promise:"),
        "team": _("Team"),
        "documents": _("Documents joined"),
        "nothing_written": _("Nothing written."),
    }


def _application_facts(application: Application) -> list[dict[str, str]]:
    organisation = application.organisation
    by = application.submitted_by
    facts = [
        (_("Organisation"), f"{organisation.name} ({organisation.code})"),
        (_("Call"), str(application.call)),
        (_("Track"), str(application.track)),
        (_("Handed in on"), moment(_handed_in(application), application.call.zone)),
        (_("By"), by.name if by else ""),
        (_("Reference"), application.code),
    ]
    return [{"name": name, "value": value} for name, value in facts if value]


def _handed_in(application: Application) -> datetime:
    if application.submitted_at is None:
        raise ValueError("a dossier is printed once it has been handed in")
    return application.submitted_at


def _team(application: Application) -> list[str]:
    """Who acts for the organisation, elected leads first, each named once a role."""
    rows = application.organisation.memberships.living().select_related("person").order_by("person__name", "pk")
    in_order = sorted(rows, key=lambda row: row.role != Role.ELECTED_LEAD)
    return [f"{row.person.name}, {row.get_role_display()}" for row in in_order]


def _objective(objective: Objective) -> dict[str, Any]:
    def in_order(rows: Iterable[Any]) -> list[Any]:
        return sorted(rows, key=lambda row: (row.position, row.pk))

    actions, indicators = in_order(objective.actions.all()), in_order(objective.indicators.all())
    more = [line for line in (*map(_more_of_action, actions), *map(_more_of_indicator, indicators)) if line]
    told = {
        "name": objective.name or _("Objective without a name"),
        "promise": objective.promise,
        "actions": [_action(a) for a in actions],
        "indicators": [_indicator(i) for i in indicators],
    }
    return told | ({"more": more} if more else {})  # left out when blank: what was printed before keeps its fingerprint


def _action(action: Action) -> list[str]:
    dates = " – ".join(d for d in (day(action.starts_on), day(action.ends_on)) if d)
    return [action.name, action.lead_service, dates or "–", _euros(action.budget_eur)]


def _more_of_action(action: Action) -> str:
    """In one line, what an action says beyond its table: whom it is for, who pays; empty when it says nothing."""
    ages = " – ".join(str(age) for age in (action.age_from, action.age_to) if age is not None)
    told = [
        (_("Children it is for"), action.target_children),
        (_("Ages"), ages),
        (_("Places"), action.places),
        (_("What it delivers"), action.output),
        (_("Who pays"), action.funding),
        (_("Articles of the Convention"), action.articles),
        (_("Sustainable development goals and targets"), action.sdg),
    ]
    return _in_one_line(action.name, told)


def _more_of_indicator(indicator: Indicator) -> str:
    told = [
        (_("Yearly targets"), typed("indicator", "yearly_targets", indicator.yearly_targets)),
        (_("Means of verification"), indicator.means_of_verification),
        (_("Read by which groups"), indicator.breakdowns),
        (_("Service that answers for it"), indicator.owner),
    ]
    return _in_one_line(indicator.name, told)


def _in_one_line(name: str, told: Iterable[tuple[str, str]]) -> str:
    words = "; ".join(_("%(title)s: %(value)s") % {"title": title, "value": value} for title, value in told if value)
    return _("%(title)s: %(value)s") % {"title": name, "value": words} if words else ""


def _indicator(indicator: Indicator) -> list[str]:
    name = indicator.name or (str(indicator.definition) if indicator.definition else "")
    unit = indicator.unit or (text(indicator.definition.unit) if indicator.definition else "")
    start = _number(indicator.baseline)
    if indicator.baseline is not None and indicator.baseline_year:
        start = f"{start} ({indicator.baseline_year})"
    return [
        f"{name} ({unit})" if unit else name,
        start or indicator.baseline_missing_because or _("not measured"),
        _number(indicator.target) or "–",
        indicator.source or "–",
    ]


def _euros(amount: int | None) -> str:
    return _("unknown") if amount is None else f"{amount:,} €".replace(",", "\u202f").replace(" €", "\u00a0€")


def _number(value: Any) -> str:
    return "" if value is None else f"{value.normalize():f}".replace(".", ",")
