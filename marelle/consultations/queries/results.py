"""What may be read of a freeze: its protected tables, with the words of the questionnaire. Nothing true is here."""

from collections import defaultdict

from marelle.accounts.models import PendingAct
from marelle.accounts.states import RequestState
from marelle.consultations import questionnaires, scores
from marelle.consultations.catalogue import FRANCE
from marelle.consultations.drawing import Column
from marelle.consultations.models import Consultation, Freeze, ZoneTables
from marelle.consultations.queries.published import Edition
from marelle.consultations.questionnaires import Questionnaire
from marelle.consultations.states import VersionState
from marelle.consultations.telling import Result, result_of
from marelle.framework.models import text


def waiting_act(consultation: Consultation, *kinds: str) -> PendingAct | None:
    """What one administrator proposed and another has not answered yet, among these kinds of act."""
    asked = PendingAct.rows.filter(
        reference=f"consultations.consultation:{consultation.code}", state=RequestState.ASKED, kind__in=kinds
    )
    return asked.select_related("proposed_by").first()


def latest_freeze(consultation: Consultation) -> Freeze | None:
    """The freeze that counts, with who agreed on it."""
    found = consultation.freezes.select_related("proposed_by", "confirmed_by")
    return found.order_by("-frozen_at", "-pk").first()


def asked_in(consultation: Consultation) -> Questionnaire | None:
    """What children were asked, in the wording that was frozen last."""
    version = consultation.questionnaires.filter(state=VersionState.FROZEN).order_by("-number").first()
    return questionnaires.read(version.canonical) if version else None


def preview(consultation: Consultation) -> Edition | None:
    """An edition as it will be published, for those who prepare it; None before its freeze. Three questions."""
    freeze, asked = latest_freeze(consultation), asked_in(consultation)
    return Edition(consultation, freeze, asked) if freeze and asked else None


def zone_tables(freeze: Freeze, zone: str = FRANCE, profile: str = "") -> ZoneTables | None:
    """What a zone tells, with or without a page; None for one no child answered from. `profile`: the question crossed with."""
    return freeze.zones.filter(zone=zone, profile=profile).first()


def results(consultation: Consultation, freeze: Freeze, zone: str = FRANCE) -> list[Result]:
    """Every question of a zone, in the order children were asked; none when the zone has no page."""
    asked, tables = asked_in(consultation), zone_tables(freeze, zone)
    return results_of(asked, tables) if asked and tables else []


def results_of(asked: Questionnaire, tables: ZoneTables) -> list[Result]:
    """Every question a zone tells, in the order children were asked."""
    drawn: dict[str, list[Column]] = defaultdict(list)
    for column in tables.columns:
        drawn[column.question].append(column)
    return [
        result_of(question, text(part.title) or part.name, drawn[question.name])
        for part, question in scores.tabled(asked)
        if question.name in drawn
    ]
