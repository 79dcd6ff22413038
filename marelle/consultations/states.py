"""States of consultations, of what is asked, of who relays, of groups that answer and of booklets typed in.

Source: specs/consultation.md, sections 4, 7 and 14; specs/expected.md, table of the consultation.
"""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from marelle.base.steps import Steps


class ConsultationState(TextChoices):
    DESIGN = "design", pgettext_lazy("consultation", "in design")
    PILOT = "pilot", pgettext_lazy("consultation", "in pilot")
    OPEN = "open", pgettext_lazy("consultation", "open")
    CLOSED = "closed", pgettext_lazy("consultation", "closed")
    FROZEN = "frozen", pgettext_lazy("consultation", "frozen")
    EMBARGOED = "embargoed", pgettext_lazy("consultation", "under embargo")
    PUBLISHED = "published", pgettext_lazy("consultation", "published")
    PURGED = "purged", pgettext_lazy("consultation", "purged")


C = ConsultationState
CONSULTATION_STEPS = Steps(
    pilot=({C.DESIGN}, C.PILOT),
    open=({C.DESIGN, C.PILOT}, C.OPEN),
    close=({C.OPEN}, C.CLOSED),
    freeze=({C.CLOSED}, C.FROZEN),
    embargo=({C.FROZEN}, C.EMBARGOED),
    publish=({C.EMBARGOED}, C.PUBLISHED),
    purge=({C.PUBLISHED}, C.PURGED),
)
BEING_WRITTEN = frozenset({C.DESIGN, C.PILOT})  # its questions may still change
HAS_SHEETS = frozenset({C.FROZEN, C.EMBARGOED, C.PUBLISHED})


class NationalTableState(TextChoices):
    ASKED = "asked", pgettext_lazy("table", "being drawn")
    DRAWN = "drawn", pgettext_lazy("table", "public")
    REFUSED = "refused", pgettext_lazy("table", "refused")


N = NationalTableState
NATIONAL_TABLE_STEPS = Steps(draw=({N.ASKED}, N.DRAWN), refuse=({N.ASKED}, N.REFUSED))


class ResearchState(TextChoices):
    ASKED = "asked", pgettext_lazy("research", "to be agreed on")
    AGREED = "agreed", pgettext_lazy("research", "being written")
    READY = "ready", pgettext_lazy("research", "ready")
    DECLINED = "declined", pgettext_lazy("research", "declined")
    REFUSED = "refused", pgettext_lazy("research", "impossible")
    ENDED = "ended", pgettext_lazy("research", "destroyed")


F = ResearchState
RESEARCH_STEPS = Steps(
    agree=({F.ASKED}, F.AGREED),
    decline=({F.ASKED}, F.DECLINED),
    write=({F.AGREED}, F.READY),
    refuse=({F.ASKED, F.AGREED}, F.REFUSED),
    end=({F.AGREED, F.READY}, F.ENDED),
)


class VersionState(TextChoices):
    DRAFT = "draft", pgettext_lazy("questionnaire", "draft")
    FROZEN = "frozen", pgettext_lazy("questionnaire", "frozen")
    REPLACED = "replaced", pgettext_lazy("questionnaire", "replaced")


V = VersionState
VERSION_STEPS = Steps(
    freeze=({V.DRAFT}, V.FROZEN),
    replace=({V.DRAFT, V.FROZEN}, V.REPLACED),
)


class MediumKind(TextChoices):
    AUDIO = "audio", _("recording")
    PICTURE = "picture", _("picture")


class PartnerState(TextChoices):
    REGISTERED = "registered", pgettext_lazy("partner", "registered")
    CONFIRMED = "confirmed", pgettext_lazy("partner", "confirmed")
    ACTIVE = "active", pgettext_lazy("partner", "has begun")
    DONE = "done", pgettext_lazy("partner", "has finished")
    DECLINED = "declined", pgettext_lazy("partner", "declined")


P = PartnerState
PARTNER_STEPS = Steps(
    confirm=({P.REGISTERED, P.DECLINED}, P.CONFIRMED),
    decline=({P.REGISTERED}, P.DECLINED),
    begin=({P.CONFIRMED}, P.ACTIVE),
    finish=({P.CONFIRMED, P.ACTIVE}, P.DONE),
)
RELAYS = frozenset({P.CONFIRMED, P.ACTIVE})  # partners who may open sittings


class SiteKind(TextChoices):
    SCHOOL = "school", _("school")
    LEISURE = "leisure", _("leisure centre")
    SOCIAL_CENTRE = "social_centre", _("social centre")
    SHELTER = "shelter", _("shelter")
    CHILD_PROTECTION = "child_protection", _("child protection")
    HEALTH = "health", _("health")
    HOME = "home", _("at home")
    OTHER = "other", pgettext_lazy("site", "other")


class SittingState(TextChoices):
    PLANNED = "planned", pgettext_lazy("sitting", "planned")
    READY = "ready", pgettext_lazy("sitting", "ready")
    RUNNING = "running", pgettext_lazy("sitting", "under way")
    KEYING = "keying", pgettext_lazy("sitting", "booklets being typed in")
    CLOSED = "closed", pgettext_lazy("sitting", "closed")
    CANCELLED = "cancelled", pgettext_lazy("sitting", "called off")


S = SittingState
SITTING_STEPS = Steps(
    prepare=({S.PLANNED}, S.READY),
    begin=({S.READY}, S.RUNNING),
    key_in=({S.PLANNED, S.READY, S.RUNNING, S.CLOSED}, S.KEYING),
    close=({S.READY, S.RUNNING, S.KEYING}, S.CLOSED),
    reopen=({S.CLOSED}, S.RUNNING),
    cancel=({S.PLANNED, S.READY}, S.CANCELLED),
)
TAKES_ANSWERS = frozenset({S.READY, S.RUNNING, S.KEYING})


class BookletState(TextChoices):
    KEYED_ONCE = "keyed_once", pgettext_lazy("booklet", "typed in once")
    DIFFERS = "differs", pgettext_lazy("booklet", "typed in twice, differs")
    SETTLED = "settled", pgettext_lazy("booklet", "settled")


B = BookletState
BOOKLET_STEPS = Steps(
    differ=({B.KEYED_ONCE}, B.DIFFERS),
    settle=({B.KEYED_ONCE, B.DIFFERS}, B.SETTLED),
)
