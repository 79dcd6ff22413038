"""Who follows a town: whom their letters still reach, and the rounds."""

from marelle.base import outbox, registers, rounds
from marelle.mandates.letters import followers as letters
from marelle.mandates.models import Follower
from marelle.mandates.operations import followers


def register() -> None:
    """Join the registers."""
    outbox.may_receive(letters.NEWS, still_follows)
    registers.forgetting.append(followers.forget_address)
    rounds.register(followers.tell_everyone)
    rounds.register(followers.forget_unconfirmed)


def still_follows(reference: str, address: str) -> bool:
    """Whoever has this address follows that town."""
    code = reference.partition(":")[2]
    return Follower.objects.filter(organisation__code=code, email__iexact=address).exists()
