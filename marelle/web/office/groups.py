"""Working groups in the office: made, their members brought in, what they made carried to the library."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from marelle.accounts.doors import programme_team
from marelle.accounts.models import Organisation, Person
from marelle.accounts.proof import SECOND, asks
from marelle.accounts.states import PROGRAMME_TEAM
from marelle.base.doors import door
from marelle.base.idempotency import once
from marelle.events.models import Group
from marelle.events.operations import groups as operations
from marelle.events.queries import groups as queries
from marelle.events.states import GroupRole
from marelle.web.parts import groups as shared
from marelle.web.parts.files import attachment
from marelle.web.parts.forms import done, page


class GroupForm(forms.Form):
    """A new group: its name and its charter."""

    committee = forms.ModelChoiceField(
        Organisation.objects.none(), label=gettext_lazy("Committee"), to_field_name="code"
    )
    name_fr = forms.CharField(label=gettext_lazy("Name in French"), max_length=120)
    name_en = forms.CharField(label=gettext_lazy("Name in English"), max_length=120, required=False)
    charter_fr = forms.CharField(label=gettext_lazy("Charter in French"), required=False, widget=shared.AREA)
    charter_en = forms.CharField(label=gettext_lazy("Charter in English"), required=False, widget=shared.AREA)

    def __init__(self, committees: list[Organisation], *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if len(committees) == 1:
            del self.fields["committee"]
        else:
            self.fields["committee"].queryset = Organisation.objects.filter(pk__in=[c.pk for c in committees])

    def in_each_language(self, field: str) -> dict[str, str]:
        """What was typed."""
        return {code: self.cleaned_data[f"{field}_{code}"] for code in operations.LANGUAGES}


class MemberForm(forms.Form):
    """Somebody to invite."""

    email = forms.EmailField(
        label=gettext_lazy("E-mail"),
        help_text=gettext_lazy(
            "Of somebody who has an account, in any organisation you look after, at home or abroad."
        ),
    )
    role = forms.ChoiceField(
        label=gettext_lazy("Part in the group"), choices=GroupRole.choices, initial=GroupRole.MEMBER
    )


ENDINGS = {
    "end": (operations.leave, gettext_lazy("This person is no longer in the group.")),
    "withdraw": (operations.withdraw_invitation, gettext_lazy("The invitation is taken back.")),
}


@door(programme_team)
@require_http_methods(["GET", "POST"])
@asks(acting=SECOND)
@once
def group_list(request: HttpRequest) -> HttpResponse:
    """The groups of one's committees, and a form to make one."""
    committees, made = request.user.committees_as(PROGRAMME_TEAM), []  # type: ignore[union-attr]
    form = GroupForm(committees, request.POST or None)

    def make(typed: dict[str, Any]) -> None:
        house = typed.get("committee") or committees[0]
        words = {"name": form.in_each_language("name"), "charter": form.in_each_language("charter")}
        made.append(operations.make_group(house, by=request.user, **words))  # type: ignore[arg-type]

    if done(form, make):
        messages.success(request, _("The group is made. Invite its members."))
        return redirect("office:group", made[0].code)
    return page(request, "office/groups.html", {"form": form, "groups": queries.of_team(request.user)})  # type: ignore[arg-type]


@door(programme_team)
@require_GET
@asks(reading=SECOND)
def group(request: HttpRequest, code: str) -> HttpResponse:
    """One group, as its members see it, and who is in it."""
    return _show(request, _group(request, code))


@door(programme_team)
@require_POST
@asks(acting=SECOND)
@once
def members(request: HttpRequest, code: str) -> HttpResponse:
    """Invite somebody, take an invitation back, or end somebody's place."""
    found = _group(request, code)
    if request.POST.get("act") in ENDINGS:
        end, sentence = ENDINGS[request.POST["act"]]
        gone = get_object_or_404(Person, code=request.POST.get("person", ""))
        end(found.pk, gone, by=request.user)  # type: ignore[arg-type]
        messages.success(request, sentence)
        return redirect("office:group", code)
    form = MemberForm(request.POST)
    if done(form, lambda typed: operations.invite_member(found.pk, by=request.user, **typed)):  # type: ignore[arg-type]
        messages.success(request, _("This person is invited: they join once they have read the charter."))
        return redirect("office:group", code)
    return _show(request, found, member_form=form, status=422)


@door(programme_team)
@require_POST
@asks(acting=SECOND)
@once
def act(request: HttpRequest, code: str) -> HttpResponse:
    """Answer one's invitation; write in the group; close it; carry what it made to the library."""
    found = _group(request, code)
    if request.POST.get("act") in ("accept", "decline"):
        shared.answer_invitation(request, found, request.user)  # type: ignore[arg-type]
        return redirect("office:group", code)
    if request.POST.get("act") == "close":
        operations.close_group(found.pk, by=request.user)  # type: ignore[arg-type]
        messages.success(request, _("The group is closed: its members still read it."))
        return redirect("office:group", code)
    if request.POST.get("act") == "library":
        return _carry(request, found)
    refused = shared.take(request, found, request.user)  # type: ignore[arg-type]
    if refused:
        return _show(request, _group(request, code), refused=refused, status=422)
    return redirect("office:group", code)


@door(programme_team)
@require_GET
@asks(reading=SECOND)
def file(request: HttpRequest, code: str, file: str) -> HttpResponseBase:
    """A file of the group."""
    return attachment(shared.file_of(_group(request, code), file))


def _carry(request: HttpRequest, group: Group) -> HttpResponse:
    """A file of the group becomes a draft of the library."""
    made = shared.file_of(group, request.POST.get("file", ""))
    language = "en" if request.POST.get("language") == "en" else "fr"
    resource = operations.put_in_library(group.pk, made, language, by=request.user)  # type: ignore[arg-type]
    messages.success(request, _("It is a draft of the library: say what it is, then publish it."))
    return redirect("office:resource", resource.code)


def _show(
    request: HttpRequest, group: Group, *, refused: dict[str, Any] | None = None, status: int = 200, **more: Any
) -> HttpResponse:
    shown = shared.show(group, request.user, refused)  # type: ignore[arg-type]
    own = shown["invitations"].filter(person=request.user).exists()
    context = {"member_form": MemberForm(), "is_invited": own, **shown, **more}
    response = page(request, "office/group.html", context)
    response.status_code = status
    return response


def _group(request: HttpRequest, code: str) -> Group:
    """A group of one's own committees. Raises Http404."""
    rows = queries.of_team(request.user).select_related("committee")  # type: ignore[arg-type]
    return get_object_or_404(rows, code=code)
