"""The house itself: its team, its ground, what went wrong in the machinery."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from marelle.accounts.doors import programme_team
from marelle.base import checks, outbox, registers
from marelle.base.doors import door
from marelle.base.models import Letter, LetterState
from marelle.framework.models import Framework
from marelle.territories.queries import sources

WORDS = {  # the names `marelle check` prints, as one reads them on a page
    "a decision moved its application": gettext_lazy("A decision moved its application"),
    "a mandate lasts its track’s years": gettext_lazy("A mandate lasts its track’s years"),
    "a plan knows when it was last read": gettext_lazy("A plan knows when it was last read"),
    "a researchers’ file is gone after its day, and is the one that was sealed": gettext_lazy(
        "A researchers’ file is gone after its day, and is the one that was sealed"
    ),
    "a signed agreement has one text": gettext_lazy("A signed agreement has one text"),
    "a working copy has its amendment": gettext_lazy("A working copy of a plan has its change"),
    "answers received can be opened one day": gettext_lazy("Answers received can be opened one day"),
    "a child is one of ten among frozen answers": gettext_lazy("A child is one of ten among frozen answers"),
    "published tables are those that were drawn": gettext_lazy("Published tables are those that were drawn"),
    "files": gettext_lazy("Files are there, unchanged"),
    "jobs done have an end": gettext_lazy("Jobs done have an end"),
    "journal": gettext_lazy("The journal is whole"),
    "letters sent have a date": gettext_lazy("Letters sent have a date"),
    "no answer is left behind by a freeze": gettext_lazy("No answer is left behind by a freeze"),
    "no city gives more points than it has": gettext_lazy("No city gives more points than it has"),
    "origins keep their words": gettext_lazy("Origins keep their words"),
    "plans follow their applications": gettext_lazy("Plans follow their applications"),
    "reports handed in are as they were": gettext_lazy("Reports handed in are as they were"),
    "the figures of places are the sum of their mandates’": gettext_lazy(
        "The figures of places are the sum of their mandates’"
    ),
    "the figures of the last night are those of the readings": gettext_lazy(
        "The figures of the last night are those of the readings"
    ),
    "the file of an agreement is what was signed": gettext_lazy("The file of an agreement is what was signed"),
    "the search of practices holds what is public, and it alone": gettext_lazy(
        "The search of practices holds what is public, and it alone"
    ),
    "what was handed in has its receipt": gettext_lazy("What was handed in has its receipt"),
}


@door(programme_team)
@require_GET
def house(request: HttpRequest) -> HttpResponse:
    """Frameworks and geography in force; letters and jobs given up."""
    context = {
        "frameworks": Framework.objects.order_by("-valid_from", "-pk"),
        "sources": sources(),
        "parked": checks.parked(),
        "mail_down_since": outbox.down_since(),
        "waiting": Letter.objects.filter(state=LetterState.WAITING).count(),
    }
    return render(request, "office/house.html", context)


@door(programme_team)
@require_GET
def invariants(request: HttpRequest) -> HttpResponse:
    """What must always hold, verified now: the same list as `marelle check`."""
    rows = [(WORDS.get(name, name), list(find())) for name, find in sorted(registers.invariants.items())]
    return render(request, "office/invariants.html", {"rows": rows})
