"""Places of the demonstration that apply jointly: each step of the one beside the other's, what they carry together written once."""

from itertools import zip_longest

from marelle.base import clock
from marelle.demo import network
from marelle.demo.journeys import Journey
from marelle.mandates.models import Pair
from marelle.mandates.operations import pairs
from marelle.mandates.states import Holder
from marelle.plans.models import Action

HOLDERS = (Holder.COMMUNE, Holder.BOTH, Holder.INTERCOMMUNALITY)


def walk(first: Journey, second: Journey | None = None) -> None:
    """One place's journey; or a commune's beside its intercommunality's, paired once both have begun."""
    if second is None:
        first.walk()
        return
    pair = None
    for steps in zip_longest(first.go(), second.go()):
        if steps == ("draft", "draft"):
            pair = _join(first, second)
        if steps[0] == "complete" and pair:
            _share(pair, first)


def _join(commune: Journey, intercommunality: Journey) -> Pair:
    """The commune proposes, the other accepts, and says who exercises what in each domain."""
    by, other = commune.person["administrator"], intercommunality.person["administrator"]
    words = network.content()["powers"]
    with clock.at(max(commune.at("draft"), intercommunality.at("draft"))):
        pair = pairs.propose_pair(commune.call.pk, commune.organisation, intercommunality.organisation, by=by)
        pairs.accept_pair(pair.pk, by=other)
        for number, domain in enumerate(commune.call.framework.domains.order_by("position", "pk")):
            holder = HOLDERS[number % len(HOLDERS)]
            pairs.write_power(
                pair.pk,
                domain.code,
                organisation=intercommunality.organisation,
                holder=holder,
                words=words[holder],
                version=0,
                by=other,
            )
    return pair


def _share(pair: Pair, commune: Journey) -> None:
    """The first action of the commune's plan is carried by both; a light dossier has no plan."""
    action = Action.objects.filter(objective__plan=commune.application.plan).order_by("pk").first()
    if action is not None:
        with clock.at(commune.at("complete")):
            pairs.share_action(
                pair.pk, action.code, organisation=commune.organisation, by=commune.person["administrator"]
            )
