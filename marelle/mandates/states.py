"""States of calls, applications, reviews, agreements and mandates, and the only steps between them."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from marelle.base.steps import Steps


class CallState(TextChoices):
    DRAFT = "draft", _("draft")
    PUBLISHED = "published", _("published")
    DECIDED = "decided", _("decided")
    ARCHIVED = "archived", _("archived")


CALL_STEPS = Steps(
    publish=({CallState.DRAFT}, CallState.PUBLISHED),
    decide=({CallState.PUBLISHED}, CallState.DECIDED),
    archive=({CallState.DECIDED}, CallState.ARCHIVED),
)


class ApplicationState(TextChoices):
    INTENT = "intent", _("intent declared")
    DRAFT = "draft", _("draft, not handed in yet")
    SUBMITTED = "submitted", _("handed in")
    RETURNED = "returned", _("sent back to complete")
    ADMISSIBLE = "admissible", _("admissible")
    UNDER_REVIEW = "under_review", _("under review")
    HEARING_PLANNED = "hearing_planned", _("hearing planned")
    HEARD = "heard", _("heard")
    OPINION_GIVEN = "opinion_given", _("opinion given")
    ACCEPTED = "accepted", _("title granted")
    ON_PROBATION = "on_probation", _("on probation")
    DECLINED = "declined", _("refused")
    ADOPTED = "adopted", _("voted by the council")
    SIGNED = "signed", _("agreement signed")
    WITHDRAWN = "withdrawn", _("withdrawn by the city")
    LAPSED = "lapsed", _("lapsed")


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
STILL_WRITING = frozenset({A.INTENT, A.DRAFT, A.RETURNED})
APPLICATION_STEPS = Steps(
    start=({A.INTENT}, A.DRAFT),
    submit=({A.DRAFT, A.RETURNED}, A.SUBMITTED),
    send_back=({A.SUBMITTED}, A.RETURNED),
    admit=({A.SUBMITTED}, A.ADMISSIBLE),
    assign=({A.ADMISSIBLE, A.UNDER_REVIEW}, A.UNDER_REVIEW),
    plan_hearing=({A.UNDER_REVIEW}, A.HEARING_PLANNED),
    hear=({A.HEARING_PLANNED}, A.HEARD),
    give_opinion=({A.UNDER_REVIEW, A.HEARD}, A.OPINION_GIVEN),
    accept=({A.OPINION_GIVEN}, A.ACCEPTED),
    put_on_probation=({A.OPINION_GIVEN}, A.ON_PROBATION),
    decline=({A.OPINION_GIVEN}, A.DECLINED),
    resubmit=({A.ON_PROBATION}, A.UNDER_REVIEW),
    adopt=({A.ACCEPTED}, A.ADOPTED),
    sign=({A.ADOPTED}, A.SIGNED),
    withdraw=(BEFORE_DECISION, A.WITHDRAWN),
    lapse=({A.INTENT, A.DRAFT, A.RETURNED}, A.LAPSED),
)


class ReviewState(TextChoices):
    ASSIGNED = "assigned", _("to read")
    STARTED = "started", _("being read")
    FINISHED = "finished", _("finished")
    STEPPED_ASIDE = "stepped_aside", _("stepped aside: conflict of interest")


V = ReviewState
REVIEW_STEPS = Steps(
    start=({V.ASSIGNED}, V.STARTED),
    finish=({V.STARTED}, V.FINISHED),
    reopen=({V.FINISHED}, V.STARTED),
    step_aside=({V.ASSIGNED, V.STARTED}, V.STEPPED_ASIDE),
)


class OpinionKind(TextChoices):
    FAVOURABLE = "favourable", _("favourable")
    WITH_RECOMMENDATIONS = "with_recommendations", _("favourable, with recommendations")
    PROBATION = "probation", _("probation")
    UNFAVOURABLE = "unfavourable", _("unfavourable")


class Outcome(TextChoices):
    GRANTED = "granted", _("granted")
    PROBATION = "probation", _("probation, with conditions")
    REFUSED = "refused", _("refused")


class AgreementState(TextChoices):
    DRAFT = "draft", _("in preparation")
    SENT = "sent", _("sent for signature")
    PARTLY_SIGNED = "partly_signed", _("partly signed")
    SIGNED = "signed", _("signed by all")
    AMENDED = "amended", _("amended")
    ENDED = "ended", _("ended")


G = AgreementState
AGREEMENT_STEPS = Steps(
    send=({G.DRAFT}, G.SENT),
    sign_first=({G.SENT, G.PARTLY_SIGNED}, G.PARTLY_SIGNED),
    sign_last=({G.SENT, G.PARTLY_SIGNED}, G.SIGNED),
    change=({G.SENT, G.PARTLY_SIGNED}, G.DRAFT),
    amend=({G.SIGNED}, G.AMENDED),
    end=({G.SIGNED, G.AMENDED}, G.ENDED),
)


class MandateState(TextChoices):
    PLANNED = "planned", _("about to start")
    ACTIVE = "active", _("running")
    ON_WATCH = "on_watch", _("on watch")
    SUSPENDED = "suspended", _("suspended")
    PROLONGED = "prolonged", _("prolonged")
    RENOUNCED = "renounced", _("renounced")
    WITHDRAWN = "withdrawn", _("withdrawn")
    ENDED = "ended", _("ended")
    RENEWED = "renewed", _("renewed")
    CLOSED = "closed", _("closed")


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
