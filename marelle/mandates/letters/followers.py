"""Letters to those who follow a town: the link that confirms, and what is new, once a month."""

from collections.abc import Sequence
from datetime import datetime

from marelle.accounts.models import Organisation
from marelle.base import outbox
from marelle.base.addresses import whole
from marelle.base.text import random_id
from marelle.mandates.models import Follower
from marelle.mandates.queries.news import News

CONFIRM, NEWS = "follow_confirm", "follow_news"
MOST_TOLD = 30  # facts of one letter; the others are on the page


def ask_to_confirm(organisation: Organisation, email: str, language: str, token: str) -> None:
    """The link that says the address is theirs: nothing is kept of it before they press."""
    outbox.write(
        CONFIRM,
        to=email,
        language=language,
        key=f"{CONFIRM}:{random_id()}",
        reference=reference(organisation),
        context={"organisation": organisation, "address": whole("public:follow_confirm", token, language=language)},
    )


def tell_news(follower: Follower, news: Sequence[News], month: datetime) -> None:
    """What is new in a town, with the link that ends these letters. One a month."""
    stop = whole("public:follow_stop", follower.key, language=follower.language)
    town = whole("public:city", follower.organisation.code, language=follower.language)
    outbox.write(
        NEWS,
        to=follower.email,
        language=follower.language,
        key=f"{NEWS}:{follower.key}:{month:%Y-%m}",
        reference=reference(follower.organisation),
        context={
            "organisation": follower.organisation,
            "news": news[:MOST_TOLD],
            "more": max(len(news) - MOST_TOLD, 0),
            "town": town,
            "stop": stop,
        },
        unsubscribe=stop,
    )


def reference(organisation: Organisation) -> str:
    """What these letters are about."""
    return f"mandates.follower:{organisation.code}"
