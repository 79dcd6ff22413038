"""What each form would send, filled in so that the right is what decides."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from marelle.plans.models import Action
from tests.isolation.consulting import OPUS, questions
from tests.isolation.world import Town, World
from tests.journeys.road import VOTE


def upload(name: str = "note.pdf") -> SimpleUploadedFile:
    """A small file."""
    return SimpleUploadedFile(name, VOTE, "application/pdf")


def call_form(world: World, town: Town) -> dict[str, Any]:
    """A call, whole."""
    return {
        "code": "call-new",
        "name_fr": "Appel",
        "name_en": "Call",
        "tracks": [town.call.tracks.get().pk],
        "framework": town.call.framework_id,
        "opens_on": "2026-11-01",
        "opens_hour": "09:00",
        "closes_on": "2026-12-01",
        "closes_hour": "18:00",
        "zone": "Europe/Paris",
        "mandate_starts_on": "2027-01-01",
        "readers_required": 2,
    }


def signature(world: World, town: Town) -> dict[str, Any]:
    """Read, and signed."""
    fingerprint = town.agreement.fingerprint if town.agreement else "0" * 64
    return {"capacity": "Maire", "read": "on", "fingerprint": fingerprint}


def copied(town: Town) -> Action:
    """An action of the working copy of the town's plan."""
    return Action.objects.filter(objective__plan__amendment=town.change).select_related("objective").order_by("pk")[0]


def sent(name: str, world: World, town: Town) -> dict[str, Any]:
    """The form of this address."""
    plain = FORMS.get(name, {})
    return dict(plain(world, town) if callable(plain) else plain)


def mandate_of(town: Town) -> list[str]:
    """The code of a town’s mandate, if it has one."""
    return [town.agreement.mandate.code] if town.agreement else []


AVENANT = {"kind": "change", "words": "Un mot.", "reasons": "Les élections."}
CALL = {"kind": "call", "on": "2026-10-01", "said": "Un appel.", "next_who": ""}
EDITION = {
    "name_fr": "Consultation",
    "opens_on": "2031-10-06",
    "opens_hour": "06:00",
    "closes_on": "2032-03-12",
    "closes_hour": "22:00",
    "city_floor": "50",
}
TESTIMONY = {
    "speaker": "adult",
    "quote_fr": "Bonjour.",
    "role": "Maire",
    "consent_on": "2026-10-01",
    "consent_how": "Signé.",
}
FORMS: dict[str, Any] = {
    "public:webinar_register": lambda world, town: {
        "occurrence": town.place.occurrence.code,
        "name": "Camille Essai",
        "email": "camille@ailleurs.example",
    },
    "public:own_page_link": {"email": "camille@ailleurs.example"},
    "public:follow": {"email": "camille@ailleurs.example"},
    "public:own_page_details": {"name": "Camille Essai", "language": "fr"},
    "public:own_page_board": {"question": "Qui paie ?"},
    "public:own_page_programme": lambda world, town: {"choose": world.gathering.item.code},
    "public:own_page_suggest": {"text": "La tutelle"},
    "city:meeting_act": {"kind": "break", "minutes": "5", "name_fr": "Pause"},
    "office:meeting_act": {"kind": "break", "minutes": "5", "name_fr": "Pause"},
    "office:meeting_cancel": {"because": "La salle est fermée."},
    "office:new_webinar": {"name_fr": "Un webinaire"},
    "city:sitting_act": {"act": "raise"},
    "office:partner": {"act": "draw"},
    "city:booklets": {"act": "begin", "percent": "5"},
    "city:booklet_type": {"number": "234567", "gender": "1"},
    "city:booklet_settle": {"c_heard": ""},
    "office:booklets": {"act": "begin", "percent": "5"},
    "office:booklet_type": {"number": "234567", "gender": "1"},
    "office:booklet_settle": {"c_heard": ""},
    "office:consultation_new": {"code": "2031", **EDITION},
    "office:consultation_clone": {"code": "2032", **EDITION},
    "office:consultation_change": EDITION,
    "office:consultation_publication": {"act": "propose", "on": "2027-06-01", "hour": "06:00", "reread": "on"},
    "office:consultation_tables": {},
    "office:consultation_national_tables": {},
    "office:consultation_research": {},
    "office:consultation_research_request": {"act": "agree"},
    "office:research_files": {"request": "none"},
    "office:help_numbers": {"number": "112", "place": "4", "said_fr": "urgence"},
    "office:questionnaire": lambda world, town: {"file": questions()},
    "office:questionnaire_todo": lambda world, town: {"file": questions()},
    "office:questionnaire_media": lambda world, town: {"file": SimpleUploadedFile("q2.opus", OPUS)},
    "office:all_series": {"name_fr": "Une série"},
    "office:series": {"name_fr": "Une série"},
    "account:details": {"name": "Camille Essai", "language": "fr"},
    "account:commune": {"name": "Camille Essai", "email": "camille@ville.example"},
    "account:invitation": {"name": "Camille Essai"},
    "city:application_start": lambda world, town: {"call": town.call.code, "track": town.call.tracks.get().code},
    "city:application_field": {"name": "presentation.summary", "value": "Autre", "was": ""},
    "city:application_presentation": {"presentation.summary": "Autre"},
    "city:application_self_assessment": lambda world, town: {
        f"recommendation.{town.objective.domain.recommendations.get().code}.policy": "no"
    },
    "city:application_team": {"team.officer_name": "Autre"},
    "city:application_documents": {"documents.vote_on": "2026-03-21"},
    "city:application_plan": {"plan.vision": "Autre"},
    "city:application_plan_add": lambda world, town: {
        "what": "objective",
        "to": town.objective.domain.code,
        "name": "Une autre rue",
    },
    "city:bring_plan": {"text": "Une rue calme"},
    "city:brought_field": {"name": "line.0", "value": "skip", "was": ""},
    "city:application_coherence": lambda world, town: {
        "rule": "objective_without_action",
        "place": f"objective.{town.objective.code}",
        "said": "Non.",
        "was": "",
    },
    "city:application_plan_change": lambda world, town: {"name": f"objective.{town.objective.code}", "act": "up"},
    "city:application_plan_cover": lambda world, town: {"to": town.objective.code, "recommendation": []},
    "city:application_attach": lambda world, town: {"file": upload()},
    "city:application_submit": {"exact": "on"},
    "city:agreement_vote": {"number": "2026-41", "voted_on": "2026-09-01"},
    "city:agreement_sign": signature,
    "city:agreement_amendments": AVENANT,
    "office:agreement_amendments": AVENANT,
    "city:agreement_amendment": {"capacity": "Maire", "read": "on", "fingerprint": "c" * 64},
    "office:agreement_amendment": {"capacity": "Maire", "read": "on", "fingerprint": "c" * 64},
    "city:agreement_paper": lambda world, town: {
        "file": upload(),
        "fingerprint_seen": signature(world, town)["fingerprint"],
    },
    "city:renounce": {"reasons": "Le conseil l’a voté.", "sure": "on"},
    "city:handover": {"email": "quelqu.un@ville.example", "role": "CE"},
    "office:elections": lambda world, town: {"on": "2032-03-28", "committee": world.house.pk},
    "city:team_invite": {"email": "quelqu.un@ville.example", "role": "CE"},
    "city:team_answer": {"role": "CE", "answer": "accept"},
    "city:team_give_role": lambda world, town: {"person": town.people["CE"].code, "role": "CR"},
    "city:team_delegate": lambda world, town: {
        "person": town.people["CA2"].code,
        "given_by": "Ana Maire",
        "reference": "2026-12",
        "signed_on": "2026-04-01",
    },
    "city:practice_begin": {"name": "Une pratique"},
    "city:practice": {"fr.name": "Autre", "was:fr.name": ""},
    "city:practice_field": {"name": "fr.name", "value": "Autre", "was": ""},
    "city:practice_describe": {"language": ["fr"]},
    "city:practice_act": {"act": "submit"},
    "city:practice_attach": lambda world, town: {"file": upload()},
    "city:take_over": lambda world, town: {"objective": town.objective.code},
    "city:action_move": {"step": "begin"},
    "city:action_service": {"service": "Voirie", "was": "Voirie"},
    "city:action_note": {"words": "Autre", "day": "2026-09-01"},
    "city:action_note_act": {"act": "hide"},
    "city:action_notes": {"words": "Une note", "day": "2026-09-01"},
    "city:amendment": {"plan.vision": "Autre"},
    "city:amendment_field": lambda world, town: {
        "name": f"action.{copied(town).code}.partners" if town.change else "x",
        "value": "Autre",
        "was": "",
    },
    "city:amendment_add": lambda world, town: {
        "what": "action",
        "to": copied(town).objective.code if town.change else "x",
        "name": "Une autre rue",
    },
    "city:amendment_change": lambda world, town: {
        "name": f"action.{copied(town).code}" if town.change else "x",
        "act": "up",
    },
    "city:amendment_cover": lambda world, town: {
        "to": copied(town).objective.code if town.change else "x",
        "recommendation": [],
    },
    "city:amendment_read": {"why": "Un retard."},
    "office:amendment": {"outcome": "accept", "reasons": "Le retard est établi."},
    "city:proposals": {"words": "Des bancs.", "source": "class", "names_nobody": "on"},
    "city:proposal": {"kind": "no", "why": "C’est trop cher."},
    "city:proposal_change": {"words": "Des bancs.", "source": "class", "names_nobody": "on"},
    "city:proposal_act": {"act": "show"},
    "city:proposal_carry_on": lambda world, town: {"to": f"objective.{town.objective.code}"},
    "city:result_carry_on": {"to": "answer"},
    "city:group_codes": lambda world, town: {"report": town.report.code if town.report else "", "kind": "class"},
    "city:group_code_act": {"act": "revoke"},
    "city:child_page": {"part": "welcome", "words": "Bienvenue !"},
    "city:report": {"highlights": "Autre", "was:highlights": ""},
    "city:report_field": {"name": "highlights", "value": "Autre", "was": ""},
    "city:report_submit": {"exact": "on"},
    "office:report_put_off": {"due_on": "2027-03-01", "because": "Le service change de main."},
    "office:report_back": {"reasons": "Dites ce qui freine."},
    "city:indicator": {"period": "2025", "value": "5"},
    "city:spreadsheet": lambda world, town: {"file": upload("plan.xlsx")},
    "city:adoption": {"act": "drop", "words": "Trop cher."},
    "office:practice_new": lambda world, town: {"organisation": town.organisation.code, "name": "Une rue"},
    "office:practice_write": {"act": "correct"},
    "office:practice_field": {"name": "fr.name", "value": "Autre", "was": ""},
    "office:resource_back": {"note": "Une version anglaise ?"},
    "office:practice_back": {"note": "Dites le coût."},
    "office:practice_act": {"act": "retire"},
    "office:new_resource": {"name_fr": "Guide", "kind": "tool", "audience": "officers", "rights": "CC0-1.0"},
    "office:resource": {"name_fr": "Guide", "kind": "tool", "audience": "officers", "rights": "CC0-1.0"},
    "office:resource_file": lambda world, town: {"language": "fr", "file": upload()},
    "office:resource_act": {"act": "retire"},
    "city:feed_change": {"act": "open"},
    "city:ranking": lambda world, town: {world.learning.needs[town.key].code: "1"},
    "city:need_new": {"name": "Trouver des tuteurs", "service": "tutelle", "urgency": "2"},
    "city:need_change": {"name": "Former des tuteurs", "service": "tutelle", "urgency": "2"},
    "city:need_move": {"act": "retirer"},
    "city:need_ask": lambda world, town: {"city": world.learning.exchanges[town.key].asked_of.code},
    "city:exchange": {"act": "tell", "outcome": ""},
    "city:group_act": {"act": "thread", "text": "Bonjour", "language": "fr"},
    "office:rankings": {"name_fr": "Hiver", "opens_on": "2026-11-01", "closes_on": "2026-12-01", "points": "5"},
    "office:groups": {"name_fr": "Un groupe"},
    "office:group_members": {"email": "quelqu.un@ailleurs.example", "role": "member"},
    "office:group_act": {"act": "thread", "text": "Bonjour", "language": "fr"},
    "office:new_call": call_form,
    "office:change_call": call_form,
    "office:extend_call": {"closes_on": "2027-01-15", "closes_hour": "18:00", "reasons": "Un délai."},
    "office:verify": {"reading": "unknown"},
    "office:contact_new": CALL,
    "office:contact": CALL,
    "office:mandate_officer": lambda world, town: {"officer": world.people["PO"].code},
    "office:steering_view": {"name": "Une liste"},
    "office:reminding_new": lambda world, town: {"who": "ticked", "mandat": mandate_of(town)},
    "office:reminding": {"words": "Bonjour {ville}"},
    "office:reminding_act": {"leave_out": "1"},
    "office:testimony_act": {"send_back": "1", "note": "À compléter."},
    "city:testimony_new": TESTIMONY,
    "city:testimony": TESTIMONY,
    "city:testimony_act": {"withdraw": "1"},
    "office:mandate": {"move": "watch", "on": "2026-09-01", "reasons": "Rien reçu."},
    "office:call_document": lambda world, town: {"document": upload()},
    "city:askings": {"key": "presentation.summary", "whom": "Service jeunesse", "email": "jeunesse@ville.example"},
    "city:asking_act": {"act": "set_aside"},
    "public:asked": {"words": "Une réponse."},
    "city:agreement_refuse": {"because": "Un article manque.", "fingerprint_seen": "0" * 64},
    "city:pair_propose": {"other": "inconnu"},
    "city:pair_act": {"act": "end"},
    "office:call_answers": {"question_fr": "Quel jour ?", "answer_fr": "Le 1er juin."},
    "city:application_conversation": {"text": "Une question.", "language": "fr"},
    "office:application_conversation": {"text": "Une réponse.", "language": "fr"},
    "office:application_notes": {"text": "À revoir.", "language": "fr"},
    "office:send_back": {"words_1": "Le budget manque.", "complete_before": "2026-11-20"},
    "office:more_time": {"on": "2027-01-15", "hour": "18:00", "reasons": "Une crue."},
    "office:city_write": {"words": "Où en êtes-vous ?"},
    "office:hearing": {"slot": "1"},
    "office:hearing_cancel": {"because": "La salle est fermée."},
    "office:hearing_minutes": {"shared_minutes": "Le maire présente le projet."},
    "office:hearing_slots": {
        "on": "2126-07-06",
        "hour": "10:00",
        "length_minutes": "45",
        "count": "1",
        "place": "Mairie",
    },
    "office:assigning": {"personne": ""},
    "office:bundle": {},
    "office:sessions": {"on": "2126-07-06", "hour": "14:00", "length_minutes": "120", "place": "Mairie"},
    "office:session_change": {"on": "2126-07-06", "hour": "14:00", "length_minutes": "120", "place": "Mairie"},
    "office:session_agenda": {"add": "inconnue"},
    "office:session_propose": {"reasons_for_all": "Un projet solide."},
    "office:session_confirm": {"application": "inconnue"},
    "office:session_hold": lambda world, town: {"present": world.people["BD"].code},
    "office:assign": lambda world, town: {"reader": world.people["RV2"].code},
    "office:opinion": {"opinion": "favourable", "text": "Un projet solide."},
    "office:propose": {"outcome": "granted", "reasons": "Un projet solide.", "session_on": "2026-10-01"},
    "office:reading": {"summary": "Autre", "was.summary": "", "version.summary": "0"},
    "office:reopen_reading": {"because": "Le budget a été précisé."},
    "office:remarks": {"field": "plan.vision", "text": "Les moyens ?"},
    "office:remark": {"act": "answer", "text": "Oui."},
    "office:ties": {"departement": "", "code": "99999"},
    "office:times": {"act": "measure"},
    "office:reading_view": {"name": "À lire vite"},
    "office:reading_field": {"name": "summary", "value": "Autre", "was": "", "version": "0"},
    "office:agreement_prepare": {"language": "fr"},
    "office:agreement_write": lambda world, town: {
        "preamble": "Entre",
        "version": town.agreement.version,
        "articles-TOTAL_FORMS": 1,
        "articles-INITIAL_FORMS": 0,
        "articles-0-title": "Objet",
        "articles-0-text": "Un texte.",
    },
    "office:agreement_sign": signature,
    "office:people_invite": {"email": "quelqu.un@comite.example", "role": "AN"},
    "office:people_leave": lambda world, town: {"email": world.leaver.email, "act": "close"},
    "office:people_give_role": lambda world, town: {"person": world.people["AN"].code, "role": "CM"},
    "office:people_answer": {"role": "CE", "answer": "accept"},
    "office:gathering_door": lambda world, town: {"code": world.gathering.places[town.key].code},
    "city:gathering_reply": {"reply": "comes"},
    "city:gathering_delegation": {
        "people-TOTAL_FORMS": 1,
        "people-INITIAL_FORMS": 0,
        "people-0-name": "Camille Essai",
        "people-0-email": "camille.essai@ville.example",
    },
    "city:gathering_choices": lambda world, town: {"item": world.gathering.item.code},
    "city:gathering_declaration": lambda world, town: {
        "read": "on",
        "fingerprint": world.gathering.declaration.fingerprint,
    },
}
