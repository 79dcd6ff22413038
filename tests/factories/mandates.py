"""Calls, applications at each stage, and what follows them. The call of 2026 opens on 1 April and closes on 1 June, noon."""

from datetime import UTC, date, datetime

import factory
from factory.django import DjangoModelFactory

from marelle.accounts import files
from marelle.accounts.models import Person
from marelle.mandates.models import Application
from marelle.mandates.queries import applications as queries
from tests.factories.accounts import FileFactory, OrganisationFactory, PersonFactory
from tests.factories.framework import (
    CriterionFactory,
    DomainFactory,
    FrameworkFactory,
    ProgrammeFactory,
    RecommendationFactory,
    TrackFactory,
)
from tests.factories.plans import ActionFactory, IndicatorFactory, ObjectiveFactory, PlanFactory

OPENS = datetime(2026, 4, 1, 7, tzinfo=UTC)
IN_TIME = datetime(2026, 5, 2, 9, tzinfo=UTC)
CLOSES = datetime(2026, 6, 1, 10, tzinfo=UTC)  # noon in Paris
TOO_LATE = datetime(2026, 6, 2, 9, tzinfo=UTC)
FINGERPRINT = "a" * 64


def with_rows(model, *args, **kwargs):
    """Make a row through the manager operations use: pages must say for whom they read."""
    return getattr(model, "rows", model._default_manager).create(*args, **kwargs)


class RowFactory(DjangoModelFactory):
    """A factory of rows that belong to an organisation."""

    class Meta:
        abstract = True

    @classmethod
    def _create(cls, model, *args, **kwargs):
        return with_rows(model, *args, **kwargs)


class StewardshipFactory(DjangoModelFactory):
    """The committee runs the programme of cities."""

    class Meta:
        model = "mandates.Stewardship"

    programme = factory.SubFactory(ProgrammeFactory)
    committee = factory.SubFactory(OrganisationFactory, committee=True)


class CallFactory(DjangoModelFactory):
    """Published by the committee, for the full title, under a framework with no domain yet."""

    class Meta:
        model = "mandates.Call"
        skip_postgeneration_save = True

    code = factory.Sequence(lambda n: f"appel-{n}")
    name = {"fr": "Appel 2026", "en": "Call 2026"}
    committee = factory.SubFactory(OrganisationFactory, committee=True)
    framework = factory.SubFactory(FrameworkFactory)
    opens_at = OPENS
    closes_at = CLOSES
    mandate_starts_on = date(2026, 9, 1)
    state = "published"

    class Params:
        draft = factory.Trait(state="draft")
        decided = factory.Trait(state="decided")
        archived = factory.Trait(state="archived")

    @factory.post_generation
    def tracks(self, create, given, **kwargs):
        if create:
            self.tracks.set([TrackFactory()] if given is None else given)


def past(state: str, plan: str, **fields) -> factory.Trait:
    """A trait for an application that was handed in."""
    return factory.Trait(state=state, plan__state=plan, submitted_at=IN_TIME, fingerprint=FINGERPRINT, **fields)


class ApplicationFactory(RowFactory):
    """A draft in the 2026 call, with an empty plan; a trait for each other state."""

    class Meta:
        model = "mandates.Application"

    call = factory.SubFactory(CallFactory)
    organisation = factory.SubFactory(OrganisationFactory)
    track = factory.SubFactory(TrackFactory)
    plan = factory.SubFactory(
        PlanFactory,
        organisation=factory.SelfAttribute("..organisation"),
        framework=factory.SelfAttribute("..call.framework"),
    )
    state = "draft"
    created_by = factory.SubFactory(PersonFactory)
    created_at = datetime(2026, 4, 2, 8, tzinfo=UTC)

    class Params:
        intent = factory.Trait(state="intent")
        submitted = past("submitted", "submitted")
        returned = past("returned", "returned", returned_because="Le budget manque.", complete_before=date(2026, 6, 20))
        admissible = past("admissible", "submitted")
        under_review = past("under_review", "submitted")
        hearing_planned = past("hearing_planned", "submitted")
        heard = past("heard", "submitted")
        opinion_given = past("opinion_given", "submitted", opinion="favourable", opinion_text="Un projet solide.")
        accepted = past("accepted", "validated", opinion="favourable", opinion_text="Un projet solide.")
        on_probation = past("on_probation", "submitted", opinion="probation", opinion_text="À compléter.")
        declined = past("declined", "submitted", opinion="unfavourable", opinion_text="Trop tôt.")
        adopted = past(
            "adopted",
            "adopted",
            opinion="favourable",
            opinion_text="Un projet solide.",
            vote_number="2026-41",
            voted_on=date(2026, 9, 14),
        )
        signed = past(
            "signed",
            "running",
            opinion="favourable",
            opinion_text="Un projet solide.",
            vote_number="2026-41",
            voted_on=date(2026, 9, 14),
        )
        withdrawn = factory.Trait(state="withdrawn")
        lapsed = factory.Trait(state="lapsed")


class AnswerFactory(RowFactory):
    """The presentation's summary."""

    class Meta:
        model = "mandates.Answer"

    application = factory.SubFactory(ApplicationFactory)
    key = "presentation.summary"
    value = "Un bourg de 4 000 habitants."
    edited_by = factory.SubFactory(PersonFactory)
    edited_at = datetime(2026, 4, 20, 12, 32, tzinfo=UTC)


class HandInFactory(DjangoModelFactory):
    """The first handing-in, of an application without answers."""

    class Meta:
        model = "mandates.HandIn"

    application = factory.SubFactory(ApplicationFactory, submitted=True)
    number = 1
    content = {"answers": {}, "plan": {"vision": "", "objectives": []}, "files": []}
    fingerprint = FINGERPRINT
    receipt = factory.SubFactory(FileFactory, organisation=factory.SelfAttribute("..application.organisation"))
    handed_in_at = IN_TIME
    handed_in_by = factory.SubFactory(PersonFactory)


class ReviewFactory(RowFactory):
    """Given to a reader, who has not yet said whether there is a conflict of interest."""

    class Meta:
        model = "mandates.Review"

    application = factory.SubFactory(ApplicationFactory, under_review=True)
    reviewer = factory.SubFactory(PersonFactory)
    assigned_by = factory.SubFactory(PersonFactory)
    assigned_at = datetime(2026, 6, 8, 8, tzinfo=UTC)

    class Params:
        started = factory.Trait(state="started")
        finished = factory.Trait(
            state="finished", summary="Un dossier clair.", finished_at=datetime(2026, 6, 15, 16, tzinfo=UTC)
        )
        stepped_aside = factory.Trait(state="stepped_aside")


class ScoreFactory(DjangoModelFactory):
    """Not scored yet."""

    class Meta:
        model = "mandates.Score"

    review = factory.SubFactory(ReviewFactory)
    criterion = factory.SubFactory(
        CriterionFactory, framework=factory.SelfAttribute("..review.application.call.framework")
    )


class RemarkFactory(RowFactory):
    """Of a reader who has begun, on the vision."""

    class Meta:
        model = "mandates.Remark"

    review = factory.SubFactory(ReviewFactory, started=True)
    application = factory.LazyAttribute(lambda remark: remark.review.application)
    hand_in = factory.SubFactory(HandInFactory, application=factory.SelfAttribute("..application"))
    field = "plan.vision"
    part = ""
    author = factory.LazyAttribute(lambda remark: remark.review.reviewer)
    text = "Les moyens ne sont pas dits."
    made_at = datetime(2026, 6, 12, 9, tzinfo=UTC)


class TakenUpFactory(RowFactory):
    """One answer taken from an application that lapsed, no plan."""

    class Meta:
        model = "mandates.TakenUp"

    application = factory.SubFactory(ApplicationFactory)
    previous = factory.SubFactory(
        ApplicationFactory, state="lapsed", organisation=factory.SelfAttribute("..application.organisation")
    )
    content = factory.LazyFunction(lambda: {"answers": {"presentation.summary": "Avant."}, "plan": {}, "read": []})
    taken_at = datetime(2026, 3, 3, 9, tzinfo=UTC)


class TieFactory(RowFactory):
    """With one organisation."""

    class Meta:
        model = "mandates.Tie"

    person = factory.SubFactory(PersonFactory)
    organisation = factory.SubFactory(OrganisationFactory)
    declared_at = datetime(2026, 6, 1, 8, tzinfo=UTC)


class TimingFactory(DjangoModelFactory):
    """A reader who wants to know how long they take."""

    class Meta:
        model = "mandates.Timing"

    person = factory.SubFactory(PersonFactory)
    asked_at = datetime(2026, 6, 1, 8, tzinfo=UTC)


class ReadingTimeFactory(RowFactory):
    """An hour and a half, one day."""

    class Meta:
        model = "mandates.ReadingTime"

    review = factory.SubFactory(ReviewFactory, started=True)
    on = date(2026, 6, 12)
    seconds = 5400
    seen_at = datetime(2026, 6, 12, 10, tzinfo=UTC)


class DecisionFactory(DjangoModelFactory):
    """The title granted, by two persons."""

    class Meta:
        model = "mandates.Decision"

    application = factory.SubFactory(ApplicationFactory, accepted=True)
    outcome = "granted"
    reasons = "Les enfants sont entendus et les moyens sont là."
    session_on = date(2026, 7, 6)
    proposed_by = factory.SubFactory(PersonFactory)
    confirmed_by = factory.SubFactory(PersonFactory)
    decided_at = datetime(2026, 7, 6, 15, tzinfo=UTC)

    class Params:
        refused = factory.Trait(outcome="refused", application__declined=True, application__accepted=False)
        probation = factory.Trait(
            outcome="probation",
            conditions="Associer les enfants des quartiers éloignés.",
            conditions_due_on=date(2027, 1, 31),
        )


class AgreementFactory(RowFactory):
    """Being prepared."""

    class Meta:
        model = "mandates.Agreement"

    application = factory.SubFactory(ApplicationFactory, adopted=True)

    class Params:
        sent = factory.Trait(
            state="sent",
            fingerprint="b" * 64,
            sent_at=datetime(2026, 9, 20, 8, tzinfo=UTC),
            sent_by=factory.SubFactory(PersonFactory),
            document=factory.SubFactory(FileFactory, organisation=factory.SelfAttribute("..application.organisation")),
        )
        partly_signed = factory.Trait(sent=True, state="partly_signed")
        signed = factory.Trait(
            sent=True,
            state="signed",
            application__adopted=False,
            application__signed=True,
            signed_at=datetime(2026, 9, 28, 8, tzinfo=UTC),
        )


class PartyFactory(DjangoModelFactory):
    """The organisation whose application it is."""

    class Meta:
        model = "mandates.Party"

    agreement = factory.SubFactory(AgreementFactory, sent=True)
    organisation = factory.LazyAttribute(lambda party: party.agreement.application.organisation)
    position = 0


class SignatureFactory(DjangoModelFactory):
    """Of the text that was sent."""

    class Meta:
        model = "mandates.Signature"

    party = factory.SubFactory(PartyFactory)
    person = factory.SubFactory(PersonFactory)
    capacity = "Maire"
    fingerprint = "b" * 64
    signed_at = datetime(2026, 9, 24, 8, tzinfo=UTC)


class PaperCopyFactory(RowFactory):
    """Signed on paper by the city’s mayor, to be checked."""

    class Meta:
        model = "mandates.PaperCopy"

    agreement = factory.SubFactory(AgreementFactory, sent=True)
    file = factory.SubFactory(FileFactory, organisation=factory.SelfAttribute("..agreement.application.organisation"))
    fingerprint = factory.SelfAttribute("agreement.fingerprint")
    signers = factory.LazyAttribute(
        lambda copy: [
            {
                "organisation": copy.agreement.application.organisation.code,
                "name": "Ana Maire",
                "capacity": "Maire",
                "on": "2026-09-24",
            }
        ]
    )
    given_by = factory.SubFactory(PersonFactory)
    given_at = datetime(2026, 9, 25, 8, tzinfo=UTC)


class AgreementAmendmentFactory(RowFactory):
    """The first one, changing the text, in preparation."""

    class Meta:
        model = "mandates.AgreementAmendment"

    agreement = factory.SubFactory(AgreementFactory, signed=True)
    number = 1
    kind = "change"
    reasons = "Les élections."
    content = factory.LazyFunction(
        lambda: {"language": "fr", "heading": "Avenant n° 1", "preamble": "", "articles": [], "ends_on": "2032-09-01"}
    )
    asked_by = factory.SubFactory(PersonFactory)
    asked_at = datetime(2028, 5, 10, 9, tzinfo=UTC)

    class Params:
        sent = factory.Trait(
            state="sent",
            fingerprint="c" * 64,
            sent_at=datetime(2028, 5, 11, 9, tzinfo=UTC),
            sent_by=factory.SubFactory(PersonFactory),
            document=factory.SubFactory(
                FileFactory, organisation=factory.SelfAttribute("..agreement.application.organisation")
            ),
        )


class AmendmentSignatureFactory(DjangoModelFactory):
    """Of the text that was sent."""

    class Meta:
        model = "mandates.AmendmentSignature"

    amendment = factory.SubFactory(AgreementAmendmentFactory, sent=True)
    party = factory.SubFactory(PartyFactory, agreement=factory.SelfAttribute("..amendment.agreement"))
    person = factory.SubFactory(PersonFactory)
    capacity = "Maire"
    fingerprint = "c" * 64
    signed_at = datetime(2028, 5, 12, 9, tzinfo=UTC)


class MandateFactory(RowFactory):
    """Six years from 1 September 2026, running."""

    class Meta:
        model = "mandates.Mandate"

    agreement = factory.SubFactory(AgreementFactory, signed=True)
    organisation = factory.LazyAttribute(lambda mandate: mandate.agreement.application.organisation)
    track = factory.LazyAttribute(lambda mandate: mandate.agreement.application.track)
    plan = factory.LazyAttribute(lambda mandate: mandate.agreement.application.plan)
    starts_on = date(2026, 9, 1)
    ends_on = date(2032, 9, 1)
    state = "active"

    class Params:
        planned = factory.Trait(state="planned")
        on_watch = factory.Trait(state="on_watch")
        suspended = factory.Trait(state="suspended")
        prolonged = factory.Trait(state="prolonged")
        renounced = factory.Trait(state="renounced")
        withdrawn = factory.Trait(state="withdrawn")
        ended = factory.Trait(state="ended")
        renewed = factory.Trait(state="renewed")
        closed = factory.Trait(state="closed")


class FollowerFactory(RowFactory):
    """A resident who confirmed their address on 10 February 2027."""

    class Meta:
        model = "mandates.Follower"

    organisation = factory.SubFactory(OrganisationFactory)
    email = factory.Sequence(lambda n: f"habitant-{n}@courriel.example")
    confirmed_at = told_until = datetime(2027, 2, 10, 9, tzinfo=UTC)


def ReadyApplication(*, by: Person | None = None, **situation) -> Application:
    """An application to which nothing is missing: one domain, one recommendation, every required answer, a file."""
    application = ApplicationFactory(**situation)
    by = by or PersonFactory()
    framework = application.call.framework
    if not framework.domains.exists():
        RecommendationFactory(domain=DomainFactory(framework=framework))
    for domain in framework.domains.all():
        objective = ObjectiveFactory(plan=application.plan, domain=domain)
        ActionFactory(objective=objective)
        IndicatorFactory(objective=objective)
    for section in queries.dossier(application).sections:
        for question in section.questions:
            value = {"choice": "yes", "day": "2026-03-20", "number": "12"}.get(question.kind, "Une réponse.")
            AnswerFactory(application=application, key=question.key, value=value, edited_by=by)
    vote = _vote(application, by)
    application.files.add(vote)
    if application.track.council_vote != "none":
        AnswerFactory(application=application, key="documents.vote_file", value=vote.code, edited_by=by)
    return application


def _vote(application: Application, by: Person):
    content = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
    return files.keep(content, label="deliberation.pdf", kind="pdf", organisation=application.organisation, by=by)


class CallAnswerFactory(RowFactory):
    """A question answered for everybody on the page of a call."""

    class Meta:
        model = "mandates.CallAnswer"

    call = factory.SubFactory(CallFactory)
    question = {"fr": "Faut-il un vote avant le dépôt ?"}
    answer = {"fr": "Non, après la décision."}
    published_by = factory.SubFactory(PersonFactory)
    published_at = IN_TIME


class PairFactory(RowFactory):
    """A commune proposes a joint application to its intercommunality."""

    class Meta:
        model = "mandates.Pair"

    call = factory.SubFactory(CallFactory)
    commune = factory.SubFactory(OrganisationFactory)
    intercommunality = factory.SubFactory(OrganisationFactory, intercommunality=True)
    proposed_from = factory.SelfAttribute("commune")
    proposed_by = factory.SubFactory(PersonFactory)
    proposed_at = IN_TIME

    class Params:
        accepted = factory.Trait(accepted_at=IN_TIME, accepted_by=factory.SubFactory(PersonFactory))


class PowerFactory(RowFactory):
    """The commune exercises a domain."""

    class Meta:
        model = "mandates.Power"

    pair = factory.SubFactory(PairFactory, accepted=True)
    domain = factory.SubFactory(DomainFactory)
    holder = "commune"
    edited_by = factory.SubFactory(PersonFactory)
    edited_at = IN_TIME


class SharedActionFactory(RowFactory):
    """An action carried by both."""

    class Meta:
        model = "mandates.SharedAction"

    pair = factory.SubFactory(PairFactory, accepted=True)
    action = factory.SubFactory(ActionFactory)
    added_by = factory.SubFactory(PersonFactory)
    added_at = IN_TIME


class AskingFactory(RowFactory):
    """The summary, asked of the youth service."""

    class Meta:
        model = "mandates.Asking"

    application = factory.SubFactory(ApplicationFactory)
    key = "presentation.summary"
    whom = "Service jeunesse"
    digest = factory.Sequence(lambda n: f"{n:064d}")
    asked_by = factory.SubFactory(PersonFactory)
    asked_at = IN_TIME
    expires_at = CLOSES
