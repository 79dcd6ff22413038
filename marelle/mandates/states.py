"""States of calls, applications, reviews, agreements and mandates, and the only steps between them."""

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy

from marelle.base.steps import Steps


class CallState(TextChoices):
    DRAFT = "draft", pgettext_lazy("call", "draft")
    PUBLISHED = "published", pgettext_lazy("call", "published")
    DECIDED = "decided", pgettext_lazy("call", "decided")
    ARCHIVED = "archived", pgettext_lazy("call", "archived")


CALL_STEPS = Steps(
    publish=({CallState.DRAFT}, CallState.PUBLISHED),
    decide=({CallState.PUBLISHED}, CallState.DECIDED),
    archive=({CallState.DECIDED}, CallState.ARCHIVED),
)


class ApplicationState(TextChoices):
    INTENT = "intent", pgettext_lazy("application", "intent declared")
    DRAFT = "draft", pgettext_lazy("application", "draft, not handed in yet")
    SUBMITTED = "submitted", pgettext_lazy("application", "handed in")
    RETURNED = "returned", pgettext_lazy("application", "sent back to complete")
    ADMISSIBLE = "admissible", pgettext_lazy("application", "admissible")
    UNDER_REVIEW = "under_review", pgettext_lazy("application", "under review")
    HEARING_PLANNED = "hearing_planned", pgettext_lazy("application", "hearing planned")
    HEARD = "heard", pgettext_lazy("application", "heard")
    OPINION_GIVEN = "opinion_given", pgettext_lazy("application", "opinion given")
    ACCEPTED = "accepted", pgettext_lazy("application", "title granted")
    ON_PROBATION = "on_probation", pgettext_lazy("application", "on probation")
    DECLINED = "declined", pgettext_lazy("application", "refused")
    ADOPTED = "adopted", pgettext_lazy("application", "voted by the council")
    SIGNED = "signed", pgettext_lazy("application", "agreement signed")
    WITHDRAWN = "withdrawn", pgettext_lazy("application", "withdrawn by the city")
    LAPSED = "lapsed", pgettext_lazy("application", "lapsed")


A = ApplicationState
BEFORE_DECISION = frozenset(
    {
        A.INTENT,
        A.DRAFT,
        A.SUBMITTED,
        A.RETURNED,
        A.ADMISSIBLE,
        A.UNDER_REVIEW,
        A.HEARING_PLANNED,
        A.HEARD,
        A.OPINION_GIVEN,
    }
)
NOT_HANDED_IN = frozenset({A.INTENT, A.DRAFT})
STILL_WRITING = NOT_HANDED_IN | {A.RETURNED, A.ON_PROBATION}  # on probation: only what its conditions name
OVER = frozenset({A.SIGNED, A.DECLINED, A.WITHDRAWN, A.LAPSED})  # nothing more is waited for
APPLICATION_STEPS = Steps(
    start=({A.INTENT}, A.DRAFT),
    submit=({A.DRAFT, A.RETURNED}, A.SUBMITTED),
    send_back=({A.SUBMITTED}, A.RETURNED),
    admit=({A.SUBMITTED}, A.ADMISSIBLE),
    assign=({A.ADMISSIBLE, A.UNDER_REVIEW}, A.UNDER_REVIEW),
    plan_hearing=({A.UNDER_REVIEW}, A.HEARING_PLANNED),
    cancel_hearing=({A.HEARING_PLANNED}, A.UNDER_REVIEW),
    hear=({A.HEARING_PLANNED}, A.HEARD),
    give_opinion=({A.UNDER_REVIEW, A.HEARD}, A.OPINION_GIVEN),
    accept=({A.OPINION_GIVEN}, A.ACCEPTED),
    put_on_probation=({A.OPINION_GIVEN}, A.ON_PROBATION),
    decline=({A.OPINION_GIVEN}, A.DECLINED),
    resubmit=({A.ON_PROBATION}, A.UNDER_REVIEW),
    adopt=({A.ACCEPTED}, A.ADOPTED),
    sign=({A.ADOPTED}, A.SIGNED),
    withdraw=(BEFORE_DECISION, A.WITHDRAWN),
    lapse=(STILL_WRITING, A.LAPSED),
    take_over=({A.DRAFT}, A.SIGNED),
)


class Holder(TextChoices):
    """Who exercises the powers of a domain, in a joint candidature."""

    COMMUNE = "commune", pgettext_lazy("power", "the commune")
    INTERCOMMUNALITY = "intercommunality", pgettext_lazy("power", "the intercommunality")
    BOTH = "both", pgettext_lazy("power", "both, each for its part")


class Asked(TextChoices):
    """On what occasion a point is asked of a city."""

    SENT_BACK = "sent_back", pgettext_lazy("point", "asked when the application was sent back")
    PROBATION = "probation", pgettext_lazy("point", "condition of the probation")


class ReviewState(TextChoices):
    ASSIGNED = "assigned", pgettext_lazy("review", "to read")
    STARTED = "started", pgettext_lazy("review", "being read")
    FINISHED = "finished", pgettext_lazy("review", "finished")
    STEPPED_ASIDE = "stepped_aside", pgettext_lazy("review", "stepped aside: conflict of interest")


V = ReviewState
STILL_READING = frozenset({V.ASSIGNED, V.STARTED})
BEGUN = frozenset({V.STARTED, V.FINISHED})  # its reader has said there is no conflict of interest
REVIEW_STEPS = Steps(
    start=({V.ASSIGNED}, V.STARTED),
    finish=({V.STARTED}, V.FINISHED),
    reopen=({V.FINISHED}, V.STARTED),
    step_aside=({V.ASSIGNED, V.STARTED}, V.STEPPED_ASIDE),
)


class OpinionKind(TextChoices):
    FAVOURABLE = "favourable", pgettext_lazy("opinion", "favourable")
    WITH_RECOMMENDATIONS = "with_recommendations", pgettext_lazy("opinion", "favourable, with recommendations")
    PROBATION = "probation", pgettext_lazy("opinion", "probation")
    UNFAVOURABLE = "unfavourable", pgettext_lazy("opinion", "unfavourable")


class Outcome(TextChoices):
    GRANTED = "granted", pgettext_lazy("decision", "granted")
    PROBATION = "probation", pgettext_lazy("decision", "probation, with conditions")
    REFUSED = "refused", pgettext_lazy("decision", "refused")


class AgreementState(TextChoices):
    DRAFT = "draft", pgettext_lazy("agreement", "in preparation")
    SENT = "sent", pgettext_lazy("agreement", "sent for signature")
    PARTLY_SIGNED = "partly_signed", pgettext_lazy("agreement", "partly signed")
    SIGNED = "signed", pgettext_lazy("agreement", "signed by all")
    AMENDED = "amended", pgettext_lazy("agreement", "amended")
    ENDED = "ended", pgettext_lazy("agreement", "ended")


class SigningOrder(TextChoices):
    """In which order the parties of an agreement sign."""

    ANY = "any", pgettext_lazy("signing", "in any order")
    COMMITTEE_LAST = "committee_last", pgettext_lazy("signing", "the committee last")
    COMMITTEE_FIRST = "committee_first", pgettext_lazy("signing", "the committee first")


G = AgreementState
AGREEMENT_STEPS = Steps(
    send=({G.DRAFT}, G.SENT),
    sign_first=({G.SENT, G.PARTLY_SIGNED}, G.PARTLY_SIGNED),
    sign_last=({G.SENT, G.PARTLY_SIGNED}, G.SIGNED),
    change=({G.SENT, G.PARTLY_SIGNED}, G.DRAFT),
    amend=({G.SIGNED}, G.AMENDED),
    end=({G.SIGNED, G.AMENDED}, G.ENDED),
    take_over=({G.DRAFT}, G.SIGNED),
)


class PaperCopyState(TextChoices):
    """What becomes of the scanned copy of an agreement signed on paper."""

    GIVEN = "given", pgettext_lazy("copy", "to be checked")
    ACCEPTED = "accepted", pgettext_lazy("copy", "checked")
    REFUSED = "refused", pgettext_lazy("copy", "refused")
    DROPPED = "dropped", pgettext_lazy("copy", "of a text taken back")


K = PaperCopyState
PAPER_COPY_STEPS = Steps(
    accept=({K.GIVEN}, K.ACCEPTED),
    refuse=({K.GIVEN}, K.REFUSED),
    drop=({K.GIVEN}, K.DROPPED),
)


class AmendmentKind(TextChoices):
    """What an amendment of an agreement does."""

    PROLONGATION = "prolongation", pgettext_lazy("amendment", "prolongation of the mandate")
    CHANGE = "change", pgettext_lazy("amendment", "change of the text")


class AmendmentState(TextChoices):
    DRAFT = "draft", pgettext_lazy("agreement", "in preparation")
    SENT = "sent", pgettext_lazy("agreement", "sent for signature")
    PARTLY_SIGNED = "partly_signed", pgettext_lazy("agreement", "partly signed")
    SIGNED = "signed", pgettext_lazy("agreement", "signed by all")
    DROPPED = "dropped", pgettext_lazy("agreement", "dropped")


N = AmendmentState
AGREEMENT_AMENDMENT_STEPS = Steps(
    send=({N.DRAFT}, N.SENT),
    sign_first=({N.SENT, N.PARTLY_SIGNED}, N.PARTLY_SIGNED),
    sign_last=({N.SENT, N.PARTLY_SIGNED}, N.SIGNED),
    drop=({N.DRAFT, N.SENT, N.PARTLY_SIGNED}, N.DROPPED),
)


class MandateState(TextChoices):
    PLANNED = "planned", pgettext_lazy("mandate", "about to start")
    ACTIVE = "active", pgettext_lazy("mandate", "running")
    ON_WATCH = "on_watch", pgettext_lazy("mandate", "on watch")
    SUSPENDED = "suspended", pgettext_lazy("mandate", "suspended")
    PROLONGED = "prolonged", pgettext_lazy("mandate", "prolonged")
    RENOUNCED = "renounced", pgettext_lazy("mandate", "renounced")
    WITHDRAWN = "withdrawn", pgettext_lazy("mandate", "withdrawn")
    ENDED = "ended", pgettext_lazy("mandate", "ended")
    RENEWED = "renewed", pgettext_lazy("mandate", "renewed")
    CLOSED = "closed", pgettext_lazy("mandate", "closed")


M = MandateState
MANDATE_STEPS = Steps(
    begin=({M.PLANNED}, M.ACTIVE),
    watch=({M.ACTIVE}, M.ON_WATCH),
    clear=({M.ON_WATCH}, M.ACTIVE),
    suspend=({M.ON_WATCH}, M.SUSPENDED),
    restore=({M.SUSPENDED}, M.ACTIVE),
    withdraw=({M.SUSPENDED}, M.WITHDRAWN),
    renounce=({M.ACTIVE, M.ON_WATCH}, M.RENOUNCED),
    prolong=({M.ACTIVE, M.ON_WATCH}, M.PROLONGED),
    end=({M.ACTIVE, M.PROLONGED}, M.ENDED),
    renew=({M.ENDED}, M.RENEWED),
    close=({M.ENDED}, M.CLOSED),
)
MEMBER_STATES = frozenset({M.ACTIVE, M.ON_WATCH, M.PROLONGED})
RUNNING = MEMBER_STATES | {M.SUSPENDED}


class ContactKind(TextChoices):
    """How the committee and a city spoke to one another."""

    VISIT = "visit", pgettext_lazy("contact", "visit")
    CALL = "call", pgettext_lazy("contact", "phone call")
    MAIL = "mail", pgettext_lazy("contact", "message")
    MEETING = "meeting", pgettext_lazy("contact", "meeting")


class ViewPage(TextChoices):
    """The list whose filters a view keeps."""

    STEERING = "steering", pgettext_lazy("view", "steering")
    READINGS = "readings", pgettext_lazy("view", "readings")


class RemindingState(TextChoices):
    DRAFT = "draft", pgettext_lazy("reminding", "being written")
    CONFIRMED = "confirmed", pgettext_lazy("reminding", "confirmed")
    DROPPED = "dropped", pgettext_lazy("reminding", "dropped")


REMINDING_STEPS = Steps(
    confirm=({RemindingState.DRAFT}, RemindingState.CONFIRMED),
    drop=({RemindingState.DRAFT}, RemindingState.DROPPED),
)


class TestimonyState(TextChoices):
    PROPOSED = "proposed", pgettext_lazy("testimony", "proposed")
    RETURNED = "returned", pgettext_lazy("testimony", "sent back to complete")
    PUBLISHED = "published", pgettext_lazy("testimony", "published")
    WITHDRAWN = "withdrawn", pgettext_lazy("testimony", "withdrawn")


T = TestimonyState
TESTIMONY_STEPS = Steps(
    propose=({T.RETURNED}, T.PROPOSED),
    send_back=({T.PROPOSED}, T.RETURNED),
    publish=({T.PROPOSED}, T.PUBLISHED),
    withdraw=({T.PROPOSED, T.RETURNED, T.PUBLISHED}, T.WITHDRAWN),
)


class Speaker(TextChoices):
    """Who says a testimony: of a child nothing but the role is ever told."""

    ADULT = "adult", pgettext_lazy("testimony", "an adult")
    CHILD = "child", pgettext_lazy("testimony", "a child, or children together")


class ChildRole(TextChoices):
    """What one may say of a child who speaks: a choice, so that nobody is told by a free text."""

    COUNCIL = "council", pgettext_lazy("testimony", "member of a children’s council")
    CLASS = "class", pgettext_lazy("testimony", "pupil of a class")
    CENTRE = "centre", pgettext_lazy("testimony", "child of a leisure centre")
    GROUP = "group", pgettext_lazy("testimony", "group of children")


class HandoverReason(TextChoices):
    """What calls for a handover."""

    LEFT = "left", pgettext_lazy("handover", "somebody left")
    ELECTIONS = "elections", pgettext_lazy("handover", "municipal elections")
    ASKED = "asked", pgettext_lazy("handover", "the team asked for it")
