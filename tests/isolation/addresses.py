"""Every address of the house, and what its parameters may name. An address nobody has told here fails the tests."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product

from allauth.mfa.models import Authenticator
from django.urls import get_resolver, reverse
from django.utils.translation import override

from marelle.accounts import files
from marelle.accounts.models import File, Membership, SignIn
from marelle.accounts.states import Role
from marelle.base import clock
from marelle.consultations.models import Partner
from marelle.consultations.queries import access
from marelle.mandates.models import (
    AgreementAmendment,
    BoardSession,
    Bundle,
    CallAnswer,
    Election,
    Mandate,
    PaperCopy,
    Slot,
)
from marelle.mandates.operations.followers import token_of
from tests.factories.bundles import BundleFactory
from tests.factories.mandates import AgreementAmendmentFactory, PaperCopyFactory
from tests.factories.plans import BroughtTextFactory
from tests.isolation.world import Town, World

Values = Callable[[World, Town], list]


def pasted(town: Town) -> list:
    """The code of a text brought into the plan of a town's application; written the first time it is asked."""
    plan = town.objective.plan
    return [(plan.brought.first() or BroughtTextFactory(plan=plan, given_by=town.application.created_by)).code]


def one(name: str) -> Values:
    """The code of one thing of a town, if it has one."""

    def values(world: World, town: Town) -> list:
        thing = getattr(town, name)
        return [thing.code] if thing else []

    return values


def paper_of(world: World, town: Town) -> list:
    """The copy of a town's agreement signed on paper; given the first time it is asked."""
    if town.agreement is None:
        return []
    found = PaperCopy.rows.filter(agreement=town.agreement).first()
    given = {"agreement": town.agreement, "file": town.file, "given_by": town.people["EL"], "state": "dropped"}
    return [(found or PaperCopyFactory(**given)).code]


def amendment_of(world: World, town: Town) -> list:
    """The amendment of a town's agreement, sent for signature; written the first time it is asked."""
    if town.agreement is None:
        return []
    found = AgreementAmendment.rows.filter(agreement=town.agreement).first()
    given = {"agreement": town.agreement, "asked_by": town.people["EL"], "sent_by": world.people["PO"]}
    return [(found or AgreementAmendmentFactory(sent=True, document=town.file, **given)).code]


def files_of(world: World, town: Town) -> list:
    """Every file of a town: joined, drawn by the house, signed, sealed."""
    return list(File.rows.filter(organisation=town.organisation).order_by("pk").values_list("code", flat=True))


def slots_of(world: World, town: Town) -> list:
    """A free slot of a town's call."""
    return list(Slot.rows.filter(call=town.call, hearing=None).values_list("code", flat=True)[:1])


def sessions_of(world: World, town: Town) -> list:
    """The session that had the town on its agenda, else one to come of its call."""
    rows = BoardSession.rows.filter(call=town.call)
    held = rows.filter(agenda__application__organisation=town.organisation)
    return list((held or rows.filter(held_at=None)).values_list("code", flat=True)[:1])


def call_answers_of(world: World, town: Town) -> list:
    """The public answers of a town's call."""
    return list(CallAnswer.rows.filter(call=town.call).values_list("code", flat=True))


def documents_of(world: World, town: Town) -> list:
    """What is joined to the town's call, and to the one nobody knows of; a town's own file is not one of them."""
    calls = (town.call, world.calls["secret"])
    return [*(call.documents.get().code for call in calls), town.file.code]


def bundle_of(world: World, town: Town) -> list:
    """The dossiers of the town's call in one file, made for the programme officer the first time it is asked."""
    found = Bundle.rows.filter(call=town.call, ended_at=None).first()
    if found is None:
        by, at = world.people["PO"], clock.now()
        file = files.keep(b"PK", label="dossiers.zip", kind="zip", organisation=town.call.committee, by=by)
        found = BundleFactory(call=town.call, asked_by=by, file=file, ready_at=at, expires_at=at + timedelta(days=1))
    return [found.code]


def calls_of(world: World, town: Town) -> list:
    """The town's call, and the one nobody outside the committee may know of."""
    return [town.call.code, world.calls["secret"].code]


def sign_ins_of(world: World, town: Town) -> list:
    """Where the town's people are signed in."""
    people = [person.pk for person in town.people.values()]
    return list(SignIn.rows.filter(person__in=people).order_by("pk").values_list("code", flat=True)[:1])


def passkey_of(world: World, town: Town) -> list:
    """The second factor of the town's administrator."""
    return list(Authenticator.objects.filter(user=town.people["CA"]).values_list("pk", flat=True)[:1])


def delegate(world: World, town: Town) -> list:
    """The place in the gathering of who is sent there."""
    return [world.gathering.places[town.key].code]


def delegate_key(world: World, town: Town) -> list:
    """The secret of their link."""
    return [world.gathering.places[town.key].participant.key]


def role_in_house(world: World, town: Town) -> list:
    """A role in the committee."""
    found = Membership.objects.living().get(organisation=world.house, role=Role.ANALYST)
    return [found.code]


def last_year(world: World, town: Town) -> list:
    """The year in which the mandates of the network end."""
    ends = Mandate.rows.order_by("pk").values_list("ends_on", flat=True)[0]
    return [(ends - timedelta(days=1)).year]


def track_of(world: World, town: Town) -> list:
    """The track a town applied for."""
    return [town.call.tracks.get().code]


def election(world: World, town: Town) -> list:
    """The day on which the committee's towns vote."""
    return [Election.objects.get_or_create(committee=world.house, on=date(2032, 3, 21))[0].code]


def partner_of(world: World, town: Town) -> Partner:
    """The town, as it relays the consultation."""
    return world.keying.sittings[town.key].site.partner


def registration(world: World, town: Town) -> list:
    """What the letter of somebody who asks to relay holds."""
    partner = partner_of(world, town)
    known = [
        world.keying.edition.code,
        "École",
        "school",
        str(partner.territory_id),
        "Camille",
        "camille@ecole.example",
    ]
    return [access.seal_registration([*known, "fr", "2031-01-01T00:00:00+00:00"])]


def place_of(world: World, town: Town) -> list:
    """The town, as an address of results names it."""
    return [f"commune-{town.organisation.territory.code}"]


RESULTS = (
    "children",
    "csv",
    "data",
    "data_file",
    "method",
    "place",
    "place_report",
    "places",
    "press_kit",
    "question",
    "report",
    "research",
    "vignette",
)  # pages of what children said
DRAWN = ("place_report", "press_kit", "report")  # of them, those that take seconds to draw: opened less often
VALUES: dict[str, Values] = {  # what a parameter names: of one address, else of its whole face
    "public:city code": one("organisation"),
    "public:card code": one("organisation"),
    "public:proposals code": one("organisation"),
    "public:child_page code": one("organisation"),
    "public:city_figures code": one("organisation"),
    "public:compare code": one("organisation"),
    "public:plan_change code": one("organisation"),
    "public:plan_change amendment": one("public_change"),
    "city:amendment_kept amendment": one("past_change"),
    "office:election_forget code": election,
    "office:amendment code": one("past_change"),
    "office:amendment_confirm code": one("past_change"),
    "public:evaluation year": last_year,
    "public:evaluation_number year": last_year,
    "public:evaluation_number key": lambda world, town: ["mandates.evaluated"],
    "public:promise code": one("organisation"),
    "public:promise position": lambda world, town: [1, 2],
    "public:call code": calls_of,
    "public:document code": calls_of,
    "public:document file_code": documents_of,
    "public:network_domain slug": lambda world, town: ["nulle-part"],
    "public:network_indicator code": lambda world, town: ["rien"],
    "public:sitemap_part part": lambda world, town: [1],
    "public:open_data_file name": lambda world, town: ["readings"],
    "public:open_data_file kind": lambda world, town: ["csv"],
    "public:open_catalogue_file kind": lambda world, town: ["ttl"],
    "public:results_data_file name": lambda world, town: ["commune"],
    "public:results_data_file kind": lambda world, town: ["csv"],
    "public:badge code": one("organisation"),
    "public:city_feed code": one("organisation"),
    "public:follow code": one("organisation"),
    "public:follow_confirm token": lambda world, town: [token_of(town.organisation.code, "a@b.example", "fr")],
    "public:follow_stop key": lambda world, town: ["k" * 26],
    "public:vignette code": one("organisation"),
    "public:series code": lambda world, town: [town.webinar.series.code],
    "public:webinar code": one("webinar"),
    "public:webinar_feed code": one("webinar"),
    "public:webinar_register code": one("webinar"),
    "public:webinar_transcript code": one("webinar"),
    "public:webinar_transcript language": lambda world, town: ["fr"],
    "public:webinar_document code": one("webinar"),
    "public:webinar_document file_code": lambda world, town: [town.webinar.files.get().code],
    "public:board code": one("webinar"),
    "public:board_questions code": one("webinar"),
    "public key": lambda world, town: [town.place.participant.key],
    "public:own_page_act code": one("place"),
    "public:own_page_act verb": lambda world, town: ["cancel"],
    "public:own_page_room code": one("place"),
    "public:own_page_programme key": delegate_key,
    "public:own_page_programme code": delegate,
    "public:own_page_questions code": one("place"),
    "public:own_page_board code": one("place"),
    "public:own_page_feedback code": one("place"),
    "public:own_page_suggest code": one("place"),
    "public:own_page_certificate code": one("place"),
    "public:practice code": one("practice"),
    "public:practice_pdf code": one("practice"),
    "public:practice_file code": one("practice"),
    "public:practice_file file_code": lambda world, town: [town.practice.files.get().code],
    "public:resource code": lambda world, town: [world.resource.code],
    "public:resource_file code": lambda world, town: [world.resource.code],
    "public:resource_file file_code": lambda world, town: [world.resource.files.get().file.code],
    "city:which_space practice": lambda world, town: [world.practice.code],
    "city:result_carry_on question": lambda world, town: ["heard"],
    "city:take_over practice": lambda world, town: [world.practice.code],
    "city practice": one("practice"),
    "city:adoption adoption": one("adoption"),
    "office:practice code": one("practice"),
    "office:practice_back code": one("practice"),
    "office:practice_act code": one("practice"),
    "office:practice_write code": lambda world, town: [world.practice.code],
    "office:practice_field code": lambda world, town: [world.practice.code],
    "office:resource_back code": lambda world, town: [world.resource.code],
    "office:resource code": lambda world, town: [world.resource.code],
    "office:resource_file code": lambda world, town: [world.resource.code],
    "office:resource_act code": lambda world, town: [world.resource.code],
    "account:commune code": one("organisation"),
    "account:commune_code code": one("organisation"),
    "account:invitation token": lambda world, town: [town.token],
    "account:file code": files_of,
    "account:end_session code": sign_ins_of,
    "account_reset_password_from_key uidb36": lambda world, town: [f"{town.people['CA'].pk}"],
    "account_reset_password_from_key key": lambda world, town: ["never-given"],
    "mfa_edit_webauthn pk": passkey_of,
    "mfa_remove_webauthn pk": passkey_of,
    "city code": one("organisation"),
    "city:application_kept application": one("application"),
    "city:application_conversation_file file": one("exchange"),
    "office:application_conversation code": one("application"),
    "office:application_conversation_file code": one("application"),
    "office:application_conversation_file file": one("exchange"),
    "office:application_notes code": one("application"),
    "city:application_self_assessment slug": lambda world, town: [town.objective.domain.slug],
    "city:application_detach file_code": one("file"),
    "city:objective part": one("objective"),
    "city:action part": one("action"),
    "city:action_notes part": one("action"),
    "city:action_note part": one("action"),
    "city:action_note note": one("note"),
    "city:action_note_act part": one("action"),
    "city:action_note_act note": one("note"),
    "city:action_note_photo part": one("action"),
    "city:action_note_photo note": one("note"),
    "public:note_photo code": one("organisation"),
    "public:note_photo note": one("note"),
    "city:spreadsheet_read given": one("brought"),
    "city:brought text": lambda world, town: pasted(town),
    "city:brought_field text": lambda world, town: pasted(town),
    "city:brought_forget text": lambda world, town: pasted(town),
    "city:action_move part": one("action"),
    "city:action_service part": one("action"),
    "city:indicator part": lambda world, town: list(town.objective.indicators.values_list("code", flat=True)),
    "city report": one("report"),
    "city:report_paper kind": lambda world, town: ["docx"],
    "public:report code": one("organisation"),
    "public:report report": one("public_report"),
    "public:report_paper code": one("organisation"),
    "public:report_paper report": one("public_report"),
    "public:report_text code": one("organisation"),
    "public:report_text report": one("public_report"),
    "office:report code": one("handed_report"),
    "office:report_verify code": one("handed_report"),
    "office:report_back code": one("handed_report"),
    "office:report_put_off code": one("handed_report"),
    "office:report_accept code": one("handed_report"),
    "office:report_paper code": one("handed_report"),
    "office:report_paper kind": lambda world, town: ["docx"],
    "city proposal": one("proposal"),
    "city held": one("held"),
    "city:team_withdraw invitation": one("invitation"),
    "city:team_answer asked": one("request"),
    "city:team_end_role membership": one("membership"),
    "city:team_take_over colleague": lambda world, town: [town.people["CR"].code],
    "city:team_end_delegation delegation": one("delegation"),
    "city:meeting event": one("webinar"),
    "city:meeting_act event": one("webinar"),
    "city:meeting_act verb": lambda world, town: ["part"],
    "city:feed key": lambda world, town: [town.feeds["CA"], town.feeds["gone"]],
    "city:need need": lambda world, town: [world.learning.needs[town.key].code],
    "city:need_change need": lambda world, town: [world.learning.needs[town.key].code],
    "city:need_move need": lambda world, town: [world.learning.needs[town.key].code],
    "city:need_ask need": lambda world, town: [world.learning.needs[town.key].code],
    "city:ranking ranking": lambda world, town: [world.learning.ranking.code],
    "city:exchange exchange": lambda world, town: [world.learning.exchanges[town.key].code],
    "city:group group": lambda world, town: [world.learning.groups[town.key].code],
    "city:group_act group": lambda world, town: [world.learning.groups[town.key].code],
    "city:group_file group": lambda world, town: [world.learning.groups[town.key].code],
    "city:group_file file": lambda world, town: [world.learning.files[town.key].code],
    "office:need code": lambda world, town: [world.learning.needs[town.key].code],
    "office:need_take_up code": lambda world, town: [world.learning.needs[town.key].code],
    "office:ranking code": lambda world, town: [world.learning.ranking.code],
    "office:group code": lambda world, town: [world.learning.groups[town.key].code],
    "office:group_members code": lambda world, town: [world.learning.groups[town.key].code],
    "office:group_act code": lambda world, town: [world.learning.groups[town.key].code],
    "office:group_file code": lambda world, town: [world.learning.groups[town.key].code],
    "office:group_file file": lambda world, town: [world.learning.files[town.key].code],
    "office:call code": calls_of,
    "office:change_call code": calls_of,
    "office:publish_call code": calls_of,
    "office:close_call code": calls_of,
    "office:archive_call code": calls_of,
    "office:call_document code": calls_of,
    "office:call_answers code": calls_of,
    "city:application_point point": one("point"),
    "city:pair pair": one("pair"),
    "city:council_papers kind": lambda world, town: ["docx"],
    "city:asking_act asking": one("asking"),
    "public:asked secret": lambda world, town: [town.asked],
    "city:pair_act pair": one("pair"),
    "office:pair code": one("pair"),
    "office:call_answer_retire code": calls_of,
    "office:call_answer_retire answer": call_answers_of,
    "office:network_import given": lambda world, town: [world.network.code],
    "office:network_answer given": lambda world, town: [world.network.code],
    "office:network_invite given": lambda world, town: [world.network.code],
    "office:extend_call code": calls_of,
    "office:extend_call_answer code": calls_of,
    "office:compare code": one("agreement"),
    "office:evaluation year": last_year,
    "office:evaluation track": track_of,
    "office:evaluation_number year": last_year,
    "office:evaluation_number track": track_of,
    "office:evaluation_number key": lambda world, town: ["mandates.evaluated"],
    "office:followed code": one("agreement"),
    "office:verify code": one("agreement"),
    "office:mandate_officer code": one("agreement"),
    "office:contact_new code": one("agreement"),
    "office:contact code": one("agreement"),
    "office:step_done code": one("agreement"),
    "office:contact contact": one("contact"),
    "office:step_done contact": one("contact"),
    "office:steering_view_drop code": one("view"),
    "office:reminding code": one("reminding"),
    "office:reminding_act code": one("reminding"),
    "office:testimony code": one("testimony"),
    "office:testimony_act code": one("testimony"),
    "office:testimony_picture code": one("testimony"),
    "city testimony": one("testimony"),
    "city contact": one("contact"),
    "public:testimony_picture code": one("organisation"),
    "public:testimony_picture testimony": one("testimony"),
    "office:mandate code": one("agreement"),
    "office:mandate_answer code": one("agreement"),
    "office:series code": lambda world, town: [town.webinar.series.code],
    "office:meeting code": one("webinar"),
    "office:meeting_act code": one("webinar"),
    "office:meeting_act verb": lambda world, town: ["part"],
    "office:meeting_cancel code": one("webinar"),
    "office:meeting_people code": one("webinar"),
    "office:application code": one("application"),
    "office:admit code": one("application"),
    "office:send_back code": one("application"),
    "office:more_time code": one("application"),
    "office:more_time_answer code": one("application"),
    "office:hearing code": one("application"),
    "office:hearing_cancel code": one("application"),
    "office:hearing_minutes code": one("application"),
    "office:hearing_sheet code": one("application"),
    "office:hearing_slots code": calls_of,
    "office:sessions code": calls_of,
    "office:assigning code": calls_of,
    "office:bundle code": calls_of,
    "office:side_by_side code": calls_of,
    "office:funnel code": calls_of,
    "office:bundle_file code": calls_of,
    "office:bundle_file bundle": bundle_of,
    "office:session code": sessions_of,
    "office:session_change code": sessions_of,
    "office:session_agenda code": sessions_of,
    "office:session_propose code": sessions_of,
    "office:session_confirm code": sessions_of,
    "office:session_hold code": sessions_of,
    "office:session_minutes code": sessions_of,
    "office:session_letters code": sessions_of,
    "office:decision_letter code": one("application"),
    "office:hearing_slot_remove code": calls_of,
    "office:hearing_slot_remove slot": slots_of,
    "office:assign code": one("application"),
    "office:opinion code": one("application"),
    "office:propose code": one("application"),
    "office:confirm code": one("application"),
    "office:city_write code": one("organisation"),
    "office:reading code": one("review"),
    "office:reading_field code": one("review"),
    "office:finish_reading code": one("review"),
    "office:step_aside code": one("review"),
    "office:begin_reading code": one("review"),
    "office:reading_sign code": one("review"),
    "office:reopen_reading code": one("review"),
    "office:take_back_reading code": one("review"),
    "office:remark code": one("remark"),
    "office:remarks code": one("application"),
    "office:tie_end code": lambda world, town: [world.tie.code],
    "office:reading_view_drop code": lambda world, town: [world.reading_view.code],
    "office:agreement_prepare code": one("application"),
    "office:agreement code": one("agreement"),
    "office:agreement_write code": one("agreement"),
    "office:agreement_send code": one("agreement"),
    "office:agreement_change code": one("agreement"),
    "office:agreement_sign code": one("agreement"),
    "office:agreement_text code": one("agreement"),
    "office:agreement_sealed code": one("agreement"),
    "office:agreement_paper code": one("agreement"),
    "office:agreement_paper_answer code": one("agreement"),
    "office:agreement_copy code": one("agreement"),
    "office:agreement_copy copy": paper_of,
    "city:agreement_copy copy": paper_of,
    "office:agreement_amendments code": one("agreement"),
    "office:agreement_amendment code": one("agreement"),
    "office:agreement_amendment_answer code": one("agreement"),
    "office:agreement_amendment_text code": one("agreement"),
    "office:agreement_amendment amendment": amendment_of,
    "office:agreement_amendment_answer amendment": amendment_of,
    "office:agreement_amendment_text amendment": amendment_of,
    "city:agreement_amendment amendment": amendment_of,
    "city:agreement_amendment_text amendment": amendment_of,
    "office:people_withdraw invitation": lambda world, town: [world.invitation.code],
    "office:people_end_role membership": role_in_house,
    "office:people_erase act": lambda world, town: [world.erasure.code],
    "office:identity_answer act": lambda world, town: [world.erasure.code],
    "office:merge_answer act": lambda world, town: [world.erasure.code],
    "office:merge_propose closing": lambda world, town: [world.leaver.code],
    "office:merge_propose staying": lambda world, town: [world.leaver.code],
    "office:people_answer asked": one("request"),
    "public year": lambda world, town: [world.gathering.event.year],
    "public:gathering_declaration code": lambda world, town: [world.gathering.declaration.code],
    "public:gathering_item code": lambda world, town: [world.gathering.item.code],
    "public:gathering_document code": lambda world, town: [world.gathering.item.code],
    "public:gathering_document file_code": lambda world, town: [world.gathering.file.code],
    "city event": lambda world, town: [world.gathering.event.code],
    "city:gathering_choices place": lambda world, town: [world.gathering.places[town.key].code],
    "city:gathering_act place": lambda world, town: [world.gathering.places[town.key].code],
    "city:gathering_act verb": lambda world, town: ["annuler"],
    "city:gathering_declaration declaration": lambda world, town: [world.gathering.declaration.code],
    "office:consultation_research_request asked": lambda world, town: [world.research.code],
    "office:consultation_research_undertaking asked": lambda world, town: [world.research.code],
    "office edition": lambda world, town: [world.consulting.consultation.code],
    "city sitting": lambda world, town: [world.keying.sittings[town.key].code],
    "city:booklets_print run": lambda world, town: [world.keying.runs[town.key].code],
    "city:booklet_settle number": lambda world, town: [123456],
    **{
        f"office:{name} edition": lambda world, town: [world.keying.edition.code]
        for name in ("booklets", "booklet_type", "booklet_settle", "booklets_print", "keying")
    },
    "office:partner edition": lambda world, town: [world.keying.edition.code],
    "office:partner partner": lambda world, town: [partner_of(world, town).code],
    **{
        f"office:consultation_{name} edition": lambda world, town: [
            world.results.coming.code,
            world.results.public.code,
            world.consulting.consultation.code,
        ]
        for name in ("freeze", "publication", "results", "tables")
    },
    **{
        f"public:{name} code": lambda world, town: [
            world.results.public.code,
            world.results.coming.code,
            world.keying.edition.code,
        ]
        for name in ("results", *(f"results_{each}" for each in RESULTS))
    },
    **{
        f"public:results_{name} code": lambda world, town: [world.results.coming.code, world.results.public.code]
        for name in DRAWN
    },
    **{f"public:results_{name} question": lambda world, town: ["heard"] for name in ("csv", "question", "vignette")},
    "public:results_place slug": place_of,
    "public:results_place_report slug": place_of,
    "public:kit_document name": lambda world, town: ["fiche-adulte"],
    "public:partner_confirm token": registration,
    "public:boxes key": lambda world, town: ["k" * 26],
    "public:poster key": lambda world, town: ["k" * 26],
    "public:projector key": lambda world, town: ["k" * 26],
    "public:relay link": lambda world, town: [access.link_of(partner_of(world, town), own=True)],
    "public:sitting_open link": lambda world, town: [access.link_of(partner_of(world, town))],
    "office sitting": lambda world, town: [world.keying.sittings[town.key].code],
    "office:booklets_print run": lambda world, town: [world.keying.runs[town.key].code],
    "office:booklet_settle number": lambda world, town: [123456],
    "office:questionnaire_screen part": lambda world, town: ["all"],
    "office medium": lambda world, town: [world.consulting.medium.code],
    "office:questionnaire_version version": lambda world, town: [world.consulting.version.code],
    "office:questionnaire_export file": lambda world, town: ["classeur.xlsx", "ddi.xml"],
    "office item": lambda world, town: [world.gathering.item.code],
    "office declaration": lambda world, town: [world.gathering.declaration.code],
    "office:gathering_step verb": lambda world, town: ["annoncer"],
    "office:gathering code": lambda world, town: [world.gathering.event.code],
    "office:gathering_badges code": lambda world, town: [world.gathering.event.code],
    "office:gathering_cancel code": lambda world, town: [world.gathering.event.code],
    "office:gathering_change code": lambda world, town: [world.gathering.event.code],
    "office:gathering_declaration code": lambda world, town: [world.gathering.event.code],
    "office:gathering_declaration_open code": lambda world, town: [world.gathering.event.code],
    "office:gathering_declaration_new code": lambda world, town: [world.gathering.event.code],
    "office:gathering_door code": lambda world, town: [world.gathering.event.code],
    "office:gathering_arrange code": lambda world, town: [world.gathering.event.code],
    "office:gathering_arrange verb": lambda world, town: ["room"],
    "office:gathering_item code": lambda world, town: [world.gathering.event.code],
    "office:gathering_item_new code": lambda world, town: [world.gathering.event.code],
    "office:gathering_item_remove code": lambda world, town: [world.gathering.event.code],
    "office:gathering_outcome code": lambda world, town: [world.gathering.event.code],
    "office:gathering_people code": lambda world, town: [world.gathering.event.code],
    "office:gathering_practice code": lambda world, town: [world.gathering.event.code],
    "office:gathering_replies code": lambda world, town: [world.gathering.event.code],
    "office:gathering_sheet code": lambda world, town: [world.gathering.event.code],
    "office:gathering_step code": lambda world, town: [world.gathering.event.code],
}


@dataclass(frozen=True)
class Pattern:
    """One URL pattern by its full name, with its parameters. `is_bilingual`: whether it also stands under /en/."""

    name: str
    parameters: tuple[str, ...]
    is_bilingual: bool

    @property
    def face(self) -> str:
        """The beginning of its name."""
        return self.name.partition(":")[0]

    def values(self, parameter: str) -> Values | None:
        """How this parameter is filled in, if somebody said."""
        return VALUES.get(f"{self.name} {parameter}") or VALUES.get(f"{self.face} {parameter}")

    def addresses(self, world: World, town: Town, language: str = "fr") -> list[str]:
        """Every address this town gives it; none when the town has no such thing."""
        filled = [self.values(parameter)(world, town) for parameter in self.parameters]
        with override(language if self.is_bilingual else "fr"):
            return [reverse(self.name, kwargs=dict(zip(self.parameters, v, strict=True))) for v in product(*filled)]


def patterns(resolver=None, face: str = "", is_bilingual: bool = False) -> Iterator[Pattern]:
    """Every URL pattern of the house."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if hasattr(pattern, "url_patterns"):
            inner = f"{face}{pattern.namespace}:" if pattern.namespace else face
            yield from patterns(pattern, inner, is_bilingual or hasattr(pattern.pattern, "prefix_default_language"))
        else:
            yield Pattern(f"{face}{pattern.name}", tuple(pattern.pattern.regex.groupindex), is_bilingual)


EVERY = sorted(patterns(), key=lambda pattern: pattern.name)
