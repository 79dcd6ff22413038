"""States of meetings, places in them, questions, needs, exchanges and groups. Source: the agreed table of the programme's process."""

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from marelle.base.steps import Steps


class EventKind(TextChoices):
    WEBINAR = "webinar", _("webinar")
    GATHERING = "gathering", _("national gathering")
    GROUP_MEETING = "group_meeting", _("meeting of a working group")


class EventState(TextChoices):
    DRAFT = "draft", pgettext_lazy("meeting", "draft")
    PUBLISHED = "published", pgettext_lazy("meeting", "announced")
    HELD = "held", pgettext_lazy("meeting", "held")
    CANCELLED = "cancelled", pgettext_lazy("meeting", "cancelled")
    DOCUMENTED = "documented", pgettext_lazy("meeting", "held, with its documents")


E = EventState
EVENT_STEPS = Steps(
    publish=({E.DRAFT}, E.PUBLISHED),
    hold=({E.PUBLISHED}, E.HELD),
    cancel=({E.PUBLISHED}, E.CANCELLED),
    publish_proceedings=({E.HELD}, E.DOCUMENTED),
)
ANNOUNCED = frozenset({E.PUBLISHED, E.HELD, E.CANCELLED, E.DOCUMENTED})
OVER = frozenset({E.HELD, E.DOCUMENTED})


class Access(TextChoices):
    PUBLIC = "public", _("open to everyone")
    NETWORK = "network", _("open to the network’s members and guests")
    INVITATION = "invitation", _("by invitation")


class Confidentiality(TextChoices):
    PUBLIC = "public", _("what is said is public")
    NETWORK = "network", _("what is said stays in the network")
    UNATTRIBUTED = "unattributed", _("what is said stays unattributed")


class HostRole(TextChoices):
    LEAD = "lead", _("organiser")
    CO_ORGANISER = "co_organiser", _("co-organiser")
    PARTNER = "partner", _("partner")


class EventRole(TextChoices):
    ORGANISER = "organiser", _("organiser")
    MODERATOR = "moderator", _("moderator")
    SPEAKER = "speaker", _("speaker")
    INTERPRETER = "interpreter", _("interpreter")


class ItemKind(TextChoices):
    PLENARY = "plenary", _("plenary")
    ROUND_TABLE = "round_table", _("round table")
    WORKSHOP = "workshop", _("workshop")
    PEER_LEARNING = "peer_learning", _("peer learning")
    PRESENTATION = "presentation", _("presentation")
    QUESTIONS = "questions", _("questions and answers")
    MARKET = "market", _("market of practices")
    BREAK = "break", _("break")


class Level(TextChoices):
    ANY = "any", _("for everyone")
    FIRST_STEPS = "first_steps", _("first steps")
    PRACTISED = "practised", _("practised")


class RegistrationState(TextChoices):
    ASKED = "asked", pgettext_lazy("registration", "asked")
    CONFIRMED = "confirmed", pgettext_lazy("registration", "confirmed")
    WAITING = "waiting", pgettext_lazy("registration", "on the waiting list")
    OFFERED = "offered", pgettext_lazy("registration", "a place is offered")
    CANCELLED = "cancelled", pgettext_lazy("registration", "cancelled")
    PRESENT = "present", pgettext_lazy("registration", "present")
    ABSENT = "absent", pgettext_lazy("registration", "absent")


R = RegistrationState
REGISTRATION_STEPS = Steps(
    confirm=({R.ASKED, R.OFFERED}, R.CONFIRMED),
    queue=({R.ASKED}, R.WAITING),
    offer=({R.WAITING}, R.OFFERED),
    expire=({R.OFFERED}, R.WAITING),
    cancel=({R.ASKED, R.CONFIRMED, R.WAITING, R.OFFERED}, R.CANCELLED),
    check_in=({R.CONFIRMED, R.ABSENT}, R.PRESENT),
    mark_absent=({R.CONFIRMED}, R.ABSENT),
)
HOLDS_A_PLACE = frozenset({R.CONFIRMED, R.OFFERED, R.PRESENT, R.ABSENT})
ENDED = frozenset({R.CANCELLED})


class Reply(TextChoices):
    SILENT = "silent", _("has not answered")
    COMES = "comes", _("comes")
    DOES_NOT = "does_not", _("does not come")


class QuestionState(TextChoices):
    PROPOSED = "proposed", pgettext_lazy("question", "proposed")
    SHOWN = "shown", pgettext_lazy("question", "on the board")
    ANSWERED = "answered", pgettext_lazy("question", "answered")
    SET_ASIDE = "set_aside", pgettext_lazy("question", "set aside")


Q = QuestionState
QUESTION_STEPS = Steps(
    show=({Q.PROPOSED, Q.SET_ASIDE}, Q.SHOWN),
    set_aside=({Q.PROPOSED, Q.SHOWN}, Q.SET_ASIDE),
    answer=({Q.SHOWN}, Q.ANSWERED),
)
ON_THE_BOARD = frozenset({Q.SHOWN, Q.ANSWERED})


class Urgency(IntegerChoices):
    LATER = 1, _("can wait")
    THIS_YEAR = 2, _("this year")
    NOW = 3, _("now")


class NeedState(TextChoices):
    STATED = "stated", pgettext_lazy("need", "stated")
    MET = "met", pgettext_lazy("need", "met")
    WITHDRAWN = "withdrawn", pgettext_lazy("need", "withdrawn")


N = NeedState
NEED_STEPS = Steps(
    meet=({N.STATED}, N.MET),
    reopen=({N.MET, N.WITHDRAWN}, N.STATED),
    withdraw=({N.STATED}, N.WITHDRAWN),
)


class ExchangeState(TextChoices):
    ASKED = "asked", pgettext_lazy("exchange", "asked")
    ACCEPTED = "accepted", pgettext_lazy("exchange", "accepted")
    DECLINED = "declined", pgettext_lazy("exchange", "declined")
    CLOSED = "closed", pgettext_lazy("exchange", "told")


X = ExchangeState
EXCHANGE_STEPS = Steps(
    accept=({X.ASKED}, X.ACCEPTED),
    decline=({X.ASKED}, X.DECLINED),
    tell=({X.ACCEPTED}, X.CLOSED),
)


class GroupRole(TextChoices):
    FACILITATOR = "facilitator", pgettext_lazy("working group", "facilitator")
    MEMBER = "member", pgettext_lazy("working group", "member")


class Term(TextChoices):
    """Why a practice or a city may help with a need: each has its points in `figures`."""

    SERVICE = "service", _("works on the same service")
    DOMAIN = "domain", _("same domain of the programme")
    SIZE = "size", _("a city of about the same size")
    NEAR_SIZE = "near_size", _("a city of a comparable size")
    LANGUAGE = "language", _("speaks the same language")
    COUNTED = "counted", _("its effect is counted, before and after")
    COMPARED = "compared", _("its effect was compared with other places")
    VERIFIED = "verified", _("its effect was verified from outside")
    RETAINED = "retained", _("retained by the programme")
    ADOPTED = "adopted", _("taken up elsewhere")
    MET = "met", _("has met such a need itself")
