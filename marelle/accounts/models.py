"""People, the organisations they act for, what they may do there, and the journal of what they did."""

from __future__ import annotations

from collections.abc import Collection
from typing import Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from marelle.accounts.states import COMMITTEE_ROLES, ImportState, OrganisationKind, RequestState, Role
from marelle.base import registers
from marelle.base.models import OwnedQuerySet, Rows
from marelle.base.text import folded_in_sql, random_id
from marelle.territories.models import Territory


class People(BaseUserManager):
    """Where people are found."""

    def get_by_natural_key(self, username: str | None) -> Person:  # type: ignore[override]
        found: Person = self.get(email__iexact=username)  # type: ignore[assignment]
        return found

    def in_care_of(self, committees: Collection[Organisation]) -> models.QuerySet[Person]:
        """Who belongs, or belonged, where these committees look after, and today nowhere else; who never belonged anywhere."""
        if not committees:
            return self.none()
        near = Organisation.objects.looked_after_by(committees).values("pk")
        elsewhere = Membership.objects.living().exclude(organisation__in=near).values("person")
        known = Membership.objects.filter(organisation__in=near).values("person")
        return self.filter(Q(pk__in=known) | Q(memberships=None), is_robot=False).exclude(pk__in=elsewhere)


class Person(AbstractBaseUser):
    """Who signs in. An organisation owns files; a person comes and goes."""

    code = models.CharField(max_length=32, unique=True, default=random_id)
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120)
    language = models.CharField(max_length=10, default="fr")
    is_active = models.BooleanField(default=True)
    is_robot = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    objects = People()
    rows = Rows()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def called(self) -> str:
        """The name lists show: what commands did, the house did."""
        return _("the house") if self.is_robot else self.name

    def roles_in(self, organisation: Organisation) -> frozenset[str]:
        """The roles held today in `organisation`. Asked of the database once a request."""
        return self.roles_at(organisation.pk)

    def roles_at(self, organisation_id: int) -> frozenset[str]:
        """The same, of the organisation whose key is known."""
        return frozenset(m.role for m in self.living_memberships if m.organisation_id == organisation_id)

    @property
    def living_memberships(self) -> list[Membership]:
        """Today's memberships with their organisations and delegations, kept on this object for one request."""
        if not hasattr(self, "_memberships"):
            self._memberships = list(Membership.objects.of_today(self)) if self.pk else []
        return self._memberships

    def knows_of(self, organisation: Organisation, standing: str) -> bool:
        """Whether an organisation this person acts for stands so (`registers.standings`). Asks the database nothing more."""
        held = (m for m in self.living_memberships if m.organisation_id == organisation.pk)
        return any(getattr(membership, standing, False) for membership in held)

    def forget_memberships(self) -> None:
        """Read the memberships again at the next question."""
        self.__dict__.pop("_memberships", None)

    def committees_as(self, roles: Collection[str] = COMMITTEE_ROLES) -> list[Organisation]:
        """The committees where this person holds one of these roles today (any of theirs), the first joined first."""
        held = (m for m in self._committee_memberships if m.role in roles)
        return list({m.organisation_id: m.organisation for m in held}.values())

    @property
    def committee_roles(self) -> frozenset[str]:
        """The roles held in any committee: for doors and menus. Rules ask about the committee of the thing at hand."""
        return frozenset(m.role for m in self._committee_memberships)

    @property
    def in_committee(self) -> bool:
        """Whether this person works for a committee in any role."""
        return bool(self.committee_roles)

    @property
    def _committee_memberships(self) -> list[Membership]:
        living = (m for m in self.living_memberships if m.organisation.kind == OrganisationKind.COMMITTEE)
        return [m for m in living if m.role in COMMITTEE_ROLES]

    @property
    def organisation_ids(self) -> list[int]:
        """Keys of the organisations this person acts for today."""
        return sorted({m.organisation_id for m in self.living_memberships})


class OrganisationQuerySet(models.QuerySet):
    def looked_after_by(self, committees: Collection[Organisation]) -> Self:
        """The committees themselves, and the organisations they look after (docs/decisions/0009).

        Who answered one of their calls; who has answered none yet, by the committees of its country, or by all
        where its country has none.
        """
        houses = Organisation.objects.filter(kind=OrganisationKind.COMMITTEE)
        near = Q(country__in={c.country for c in committees}) | ~Q(country__in=houses.values("country"))
        found, new = Q(pk__in=[c.pk for c in committees]), ~Q(kind=OrganisationKind.COMMITTEE) & near
        for answered in registers.answered:
            found |= Q(pk__in=answered(committees))
            new &= ~Q(pk__in=answered(None))
        return self.filter(found | new) if committees else self.none()

    def looking_after(self, organisation: Organisation) -> Self:
        """The committees that look after an organisation: `looked_after_by`, read the other way."""
        houses = Organisation.objects.filter(kind=OrganisationKind.COMMITTEE)
        asked = Q(pk__in=[])
        for answered_to in registers.answered_to:
            asked |= Q(pk__in=answered_to(organisation))
        found = Q(pk=organisation.pk) | asked
        if organisation.kind != OrganisationKind.COMMITTEE:
            near = Q(country=organisation.country) | ~Exists(houses.filter(country=organisation.country))
            found |= ~Exists(houses.filter(asked)) & near
        return self.filter(found, kind=OrganisationKind.COMMITTEE)


class Organisation(models.Model):
    """A commune, intercommunality, school, partner or the committee: who applies, plans and signs.

    `code`: INSEE of a commune, SIREN of an intercommunality, UAI of a school, else "o-" and a random word.
    `lon`, `lat`: degrees, of an organisation abroad; elsewhere its territory has them.
    """

    code = models.CharField(max_length=40, unique=True)
    kind = models.CharField(max_length=20, choices=OrganisationKind)
    name = models.CharField(max_length=200)
    folded_name = models.GeneratedField(
        expression=folded_in_sql("name"), output_field=models.CharField(max_length=400), db_persist=True, db_index=True
    )
    country = models.CharField(max_length=2, default="FR")
    lon = models.FloatField(null=True, blank=True)
    lat = models.FloatField(null=True, blank=True)
    territory = models.OneToOneField(
        Territory, on_delete=models.PROTECT, null=True, blank=True, related_name="organisation"
    )
    created_at = models.DateTimeField()

    rows = Rows()
    objects = OrganisationQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name


class MembershipQuerySet(models.QuerySet):
    def living(self) -> Self:
        """Begun and not ended."""
        return self.filter(ended_at=None)

    def of_today(self, person: Person) -> Self:
        """Where a person acts today: the organisation, whether its lead delegated handing in to them, how it stands."""
        delegated = Delegation.objects.filter(person=person, organisation=OuterRef("organisation"), ended_at=None)
        rows = self.living().filter(person=person).select_related("organisation")
        standing = {name: condition() for name, condition in registers.standings.items()}
        return rows.annotate(has_delegation=Exists(delegated), **standing).order_by("pk")


class Membership(models.Model):
    """A person in an organisation, in one role, from a day to another."""

    code = models.CharField(max_length=32, unique=True, default=random_id)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="memberships")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=2, choices=Role)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    has_delegation: bool  # of those read by `of_today`

    objects = MembershipQuerySet.as_manager()
    rows = Rows()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "organisation", "role"],
                condition=Q(ended_at=None),
                name="one_living_membership_per_role",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("started_at")), name="membership_ends_after_it_starts"
            ),
        ]


class SignIn(models.Model):
    """One browser where a person is signed in: since when, last seen when. All times are the host's own."""

    code = models.CharField(max_length=32, unique=True, default=random_id)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="sign_ins")
    session_key = models.CharField(max_length=40, unique=True)
    browser = models.CharField(max_length=60, blank=True)
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()

    rows = Rows()
    objects = models.Manager()


class Invitation(models.Model):
    """A one-use letter that lets its reader in, for 14 days. Only the token's digest is kept.

    `held_at`: prepared with a network brought in, for `held_name`; no letter left, and nobody holds its token.
    """

    code = models.CharField(max_length=32, unique=True, default=random_id)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="invitations")
    email = models.EmailField()
    role = models.CharField(max_length=2, choices=Role)
    token_digest = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    invited_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    held_at = models.DateTimeField(null=True, blank=True)
    held_name = models.CharField(max_length=120, blank=True)

    rows = Rows()
    objects = models.Manager()


class JoinRequest(models.Model):
    """Someone asks to join an organisation; an administrator or the committee answers."""

    code = models.CharField(max_length=32, unique=True, default=random_id)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="join_requests")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="join_requests")
    role = models.CharField(max_length=2, choices=Role, default=Role.CITY_EDITOR)
    words = models.CharField(max_length=500, blank=True)
    state = models.CharField(max_length=10, choices=RequestState, default=RequestState.ASKED)
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    rows = Rows()
    objects = models.Manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "organisation"], condition=Q(state="asked"), name="one_open_join_request_per_person"
            )
        ]


class Delegation(models.Model):
    """The elected lead lets an administrator hand files in: by which act, from which day."""

    code = models.CharField(max_length=32, unique=True, default=random_id)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="delegations")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="delegations")
    given_by = models.CharField(max_length=120)
    reference = models.CharField(max_length=120)
    signed_on = models.DateField()
    recorded_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    rows = Rows()
    objects = models.Manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "person"], condition=Q(ended_at=None), name="one_living_delegation_per_person"
            )
        ]


class FileQuerySet(OwnedQuerySet):
    def visible_to(self, person: Person) -> Self:
        """One's own organisations' files; for the committee, those handed in with a dossier its reader may open."""
        seen = Q(organisation__in=person.organisation_ids)
        if person.in_committee:
            for keys in registers.files_shown:
                seen |= Q(pk__in=keys(person)) & ~Q(shared_at=None)
        return self.filter(seen, is_apart=False).scoped("visible_to")


class File(models.Model):
    """A file given by a person, or made by the house, owned by an organisation. Its bytes lie under a random name.

    `size`: bytes. `shared_at`: when the committee came to see it (the dossier was handed in).
    `is_public`: a document of a published call. `is_apart`: read with the thing it is joined to, and nowhere else.
    """

    code = models.CharField(max_length=32, unique=True, default=random_id)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="files")
    label = models.CharField(max_length=200)
    kind = models.CharField(max_length=5)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64, db_index=True)
    place = models.CharField(max_length=100, unique=True)
    added_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    shared_at = models.DateTimeField(null=True, blank=True)
    is_public = models.BooleanField(default=False)
    is_apart = models.BooleanField(default=False)
    removed_at = models.DateTimeField(null=True, blank=True)

    rows = Rows()
    objects = FileQuerySet.as_manager()

    def __str__(self) -> str:
        return self.label


class JournalChain(models.Model):
    """The head of one organisation's chain (the house's own when `organisation` is None): locked to append.

    `acted_at`: when one of the organisation's own people last did something; None if nobody ever did.
    """

    organisation = models.OneToOneField(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="journal_chain"
    )
    length = models.PositiveIntegerField(default=0)
    digest = models.CharField(max_length=64, default="0" * 64)
    acted_at = models.DateTimeField(null=True, blank=True)

    rows = Rows()
    objects = models.Manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(Coalesce("organisation", 0), name="one_journal_chain_per_organisation_and_house")
        ]  # NULL is never equal to NULL: the house's own would not be unique


class JournalEntry(models.Model):
    """One act, as a digest in a chain: `digest = sha256(previous + content digest)`. Append-only, in the database too."""

    chain = models.ForeignKey(JournalChain, on_delete=models.PROTECT, related_name="entries")
    number = models.PositiveIntegerField()
    previous = models.CharField(max_length=64)
    content_digest = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["chain", "number"], name="one_journal_entry_per_number")]


class JournalContent(models.Model):
    """What an entry says: it can be purged (a person erased) without breaking the chain of digests."""

    entry = models.OneToOneField(JournalEntry, on_delete=models.PROTECT, related_name="content")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    verb = models.CharField(max_length=40)
    reference = models.CharField(max_length=120, blank=True)
    facts = models.JSONField(default=dict)
    salt = models.CharField(max_length=32, default=random_id)


class PendingAct(models.Model):
    """Half of a four-eyes act: someone proposed it, another person must confirm. `payload` is what will be done."""

    code = models.CharField(max_length=32, unique=True, default=random_id)
    kind = models.CharField(max_length=40)
    reference = models.CharField(max_length=120)
    payload = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=RequestState, default=RequestState.ASKED)
    proposed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    answered_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)

    rows = Rows()
    objects = models.Manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "reference"], condition=Q(state="asked"), name="one_pending_act_per_kind_and_thing"
            ),
            models.CheckConstraint(
                condition=Q(answered_by=None) | ~Q(answered_by=F("proposed_by")) | Q(state="declined"),
                name="pending_act_confirmed_by_another_person",
            ),
        ]


class Notification(models.Model):
    """A sentence for one person about something they may read; the digest mails those not read.

    `organisation`: the committee they are told it for, when it stands in the office.
    """

    code = models.CharField(max_length=32, unique=True, default=random_id)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="notifications")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    kind = models.CharField(max_length=40)
    reference = models.CharField(max_length=120)
    sentence = models.CharField(max_length=300)
    address = models.CharField(max_length=300)
    made_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True)


class Thread(models.Model):
    """What is said about one thing, named by its reference "package.model:code": who may read the thing may read it."""

    code = models.CharField(max_length=32, unique=True, default=random_id)
    reference = models.CharField(max_length=120, unique=True)
    begun_at = models.DateTimeField()

    rows = Rows()
    objects = models.Manager()


class Message(models.Model):
    """One message of a thread. It stays: its author may correct it for a quarter of an hour, and nobody takes it away.

    `file`: what was joined to it, read by who reads the thread and by nobody else.
    """

    code = models.CharField(max_length=32, unique=True, default=random_id)
    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="messages")
    author = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    language = models.CharField(max_length=10)
    text = models.TextField()
    file = models.ForeignKey(File, on_delete=models.PROTECT, null=True, blank=True, related_name="messages")
    mentions = models.ManyToManyField(Person, blank=True, related_name="+")
    made_at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True, blank=True)

    rows = Rows()
    objects = models.Manager()

    class Meta:
        indexes = [models.Index(fields=["thread", "made_at"], name="messages_in_order")]
        constraints = [
            models.CheckConstraint(
                condition=Q(edited_at=None) | Q(edited_at__gte=F("made_at")), name="message_edited_after_it_is_made"
            )
        ]


class ThreadReading(models.Model):
    """How far a person has read a thread."""

    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="readings")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    read_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["thread", "person"], name="one_reading_per_thread_and_person")]


class Import(models.Model):
    """A workbook somebody gave: what it would change is read, shown, confirmed, then written.

    `kind`: who reads it; `reference`: what it speaks of; `options`: what was asked beside it. `told`: what was shown,
    `digest` its SHA-256. `choices`: "file" by number of a clash settled so. `outcome`: what was written, or why not.
    """

    code = models.CharField(max_length=32, unique=True, default=random_id)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20)
    reference = models.CharField(max_length=120)
    file = models.ForeignKey(File, on_delete=models.PROTECT, related_name="+")
    options = models.JSONField(default=dict, blank=True)
    state = models.CharField(max_length=10, choices=ImportState, default=ImportState.READING)
    told = models.JSONField(default=list, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    choices = models.JSONField(default=dict, blank=True)
    outcome = models.JSONField(default=dict, blank=True)
    given_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    rows = Rows()
    objects = models.Manager()
