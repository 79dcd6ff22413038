"""Typing booklets in: the same pages in a workspace and in the office. Nothing typed is shown again but what differs."""

from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marelle.base.languages import language_name
from marelle.base.models import JobState
from marelle.consultations import booklets, keying, numbering
from marelle.consultations.keying import Entry
from marelle.consultations.models import Booklet, Sitting
from marelle.consultations.models.field import MOST_COPIES
from marelle.consultations.operations import keying as operations
from marelle.consultations.operations import printing
from marelle.consultations.operations.printing import Wanted
from marelle.consultations.queries import keying as queries
from marelle.consultations.questionnaires import AGE_BAND, BANDS, GENDER, GENDERS, Question, Questionnaire, wording
from marelle.consultations.states import SITTING_STEPS, BookletState
from marelle.web.parts.files import attachment
from marelle.web.parts.forms import done
from marelle.web.parts.sittings import AGES

CHILD = {
    AGE_BAND: gettext_lazy("Age"),
    GENDER: gettext_lazy("Girl or boy, on the first page"),
    "lang": gettext_lazy("Language of the booklet"),
}
RELATED = (
    "site__partner__organisation",
    "site__partner__consultation__committee",
    "territory",
    "consultation__committee",
)
FORMS = [("a5", gettext_lazy("A5, to be folded")), ("large", gettext_lazy("Large print, A4"))]


@dataclass(frozen=True)
class Batch:
    """The booklets of one group, where its pages are: `home`; typing, settling and print runs are below it."""

    request: HttpRequest
    sitting: Sitting
    base: str
    home: str
    refused: dict[str, forms.Form] = field(default_factory=dict)  # forms whose faults the page says

    @property
    def person(self) -> Any:
        """Who types."""
        return self.request.user

    def context(self, **more: Any) -> dict[str, Any]:
        """What every page of it knows."""
        here = {"home": self.home, "typing": f"{self.home}/saisir", "runs_at": f"{self.home}/tirages/"}
        return {"sitting": self.sitting, "base": self.base, **here, **more}


# The batch -----------------------------------------------------------------------------------------------------------
class BeginForm(forms.Form):
    """How many are typed a second time."""

    percent = forms.IntegerField(
        label=gettext_lazy("Typed a second time, out of 100 booklets"), min_value=10, max_value=100, initial=100,
        help_text=gettext_lazy("100: each booklet. 10 at least; which ones is drawn by chance."),
    )  # fmt: skip


class WhichForm(forms.Form):
    """Which booklet: an age, a language."""

    use_required_attribute = False
    band = forms.ChoiceField(label=gettext_lazy("Age"))
    language = forms.ChoiceField(label=gettext_lazy("Language"))

    def __init__(self, sitting: Sitting, asked: Questionnaire, data: Any = None, **options: Any):
        super().__init__(data, **options)
        self.fields["band"].choices = [(c, w) for c, w in AGES if not sitting.bands or c in sitting.bands]  # type: ignore[attr-defined]
        self.fields["language"].choices = [(code, language_name(code)) for code in asked.languages]  # type: ignore[attr-defined]


class PrintForm(WhichForm):
    """Which booklets, how many."""

    form = forms.ChoiceField(label=gettext_lazy("Paper"), choices=FORMS)
    copies = forms.IntegerField(
        label=gettext_lazy("Copies"), min_value=1, max_value=MOST_COPIES, initial=1,
        help_text=gettext_lazy("60 at most, each with a number of its own; ten in a file."),
    )  # fmt: skip


def act_on(batch: Batch) -> HttpResponse | None:
    """Begin, send what waits, end. None for an act nobody knows."""
    sitting, by, act = batch.sitting, batch.person, batch.request.POST.get("act")
    if act == "begin":
        form = BeginForm(batch.request.POST)
        if not done(form, lambda typed: operations.begin_keying(sitting.pk, typed["percent"], by=by)):
            return None
    elif act == "print":
        return _asked_for(batch)
    elif act == "send":
        operations.send_waiting(sitting.pk, by=by)
    elif act == "end":
        operations.end_keying(sitting.pk, by=by)
    else:
        raise Http404
    messages.success(batch.request, _("Done."))
    return redirect(batch.home)


def _asked_for(batch: Batch) -> HttpResponse | None:
    """Booklets are drawn beside the page; None when what was typed is refused, which the page then says."""
    form = _paper(batch)
    if not done(form, lambda typed: printing.ask_for_booklets(batch.sitting.pk, Wanted(**typed), by=batch.person)):
        batch.refused["paper"] = form
        return None
    messages.success(batch.request, _("Booklets are being drawn: they will be on this page."))
    return redirect(batch.home)


def _paper(batch: Batch) -> PrintForm:
    data = batch.request.POST if batch.request.POST.get("act") == "print" else None
    return PrintForm(batch.sitting, operations.questionnaire_of(batch.sitting), data, auto_id="print-%s")


def _runs(sitting: Sitting) -> list[dict[str, Any]]:
    """Booklets asked for, the last first: drawn, refused, or how far one is."""
    bands, shapes, found = dict(AGES), dict(FORMS), []
    runs = list(queries.print_runs(sitting))
    jobs = printing.jobs_of(runs)
    for run in runs:
        job = jobs.get(run.code)
        words = [bands[run.band], language_name(run.language), shapes[run.form]]
        stopped = bool(job and job.state == JobState.PARKED)
        found.append({"run": run, "words": ", ".join(map(str, words)), "job": job, "is_stopped": stopped})
    return found


def show(batch: Batch) -> dict[str, Any]:
    """The batch as it stands."""
    sitting, asked = batch.sitting, operations.questionnaire_of(batch.sitting)
    clerks, questions = queries.rates(sitting)
    numbers = numbering.question_numbers(asked)
    waiting = queries.waiting(sitting, batch.person)
    runs = _runs(sitting)
    return batch.context(
        begin=BeginForm(batch.request.POST if batch.request.POST.get("act") == "begin" else None, auto_id="%s"),
        which=WhichForm(sitting, asked, auto_id="type-%s"),
        paper=batch.refused.get("paper") or _paper(batch),
        runs=runs,
        draws=any(each["job"] and not each["is_stopped"] for each in runs),
        waiting=waiting,
        sending=any(each.what == queries.SENDING for each in waiting),
        settled=queries.settled(sitting),
        clerks=clerks,
        questions=[(_titled(asked, numbers, name), rate) for name, rate in questions],
        may_begin=SITTING_STEPS.allows(sitting, "key_in"),
        is_keying=sitting.state == "keying",
        days=operations.KEPT.days,
    )


def printed(batch: Batch, run: str) -> FileResponse:
    """Booklets that were drawn, taken away. Raises Http404 for another group's, and for those not drawn yet."""
    found = queries.print_runs(batch.sitting).filter(code=run, file__isnull=False).first()
    if found is None or found.file is None:
        raise Http404
    return attachment(found.file)


def status(context: dict[str, Any]) -> int:
    """422 when something typed was refused."""
    forms_shown = (value for value in context.values() if isinstance(value, forms.BaseForm))
    return 422 if context.get("refused") or any(form.is_bound and form.errors for form in forms_shown) else 200


# Typing --------------------------------------------------------------------------------------------------------------
class KeyingForm(forms.Form):
    """One line a question, typed by its keys."""

    use_required_attribute = False
    number = forms.RegexField(
        r"^[1-9][0-9]{5}$", label=gettext_lazy("Number of the booklet"),
        error_messages={"invalid": gettext_lazy("Six figures, at the foot of each page.")},
    )  # fmt: skip

    def __init__(self, asked: Questionnaire, band: str, language: str, data: Any = None):
        super().__init__(data, auto_id="%s")
        self.band, self.language, self.answers = band, language, {}  # type: ignore[var-annotated]
        self.questions = {f"q_{question.name}": question for _part, question in keying.put(asked, band)}
        numbers = numbering.question_numbers(asked)
        genders = dict(enumerate(GENDERS, start=1))
        told = [(str(key), booklets.words(language)[f"gender_{gender}"]) for key, gender in genders.items()]
        self.fields["gender"] = _line(str(CHILD[GENDER]), [*told, (numbering.SKIPPED, _("nothing ticked"))])
        for name, question in self.questions.items():
            label = f"{numbers[question.name]}. {wording(question, band, language)[0]}"
            self.fields[name] = _line(label, keys_told(question, band, language), kind=question.kind)

    def clean(self) -> dict[str, Any]:
        """What the keys say."""
        cleaned = super().clean() or {}
        try:
            cleaned["said_gender"] = keying.gender_of(cleaned.get("gender", ""))
        except keying.Unknown:
            self.add_error("gender", _("This key is not one of those printed."))
        for name, question in self.questions.items():
            try:
                answer = keying.understood(question, cleaned.get(name, ""))
            except keying.Unknown:
                self.add_error(name, _("This key is not one of those printed."))
            else:
                self.answers |= {} if answer is None else {question.name: answer}
        return cleaned

    def entry(self) -> Entry:
        """The booklet, as this person read it."""
        return Entry.new(self.band, self.cleaned_data["said_gender"], self.language, self.answers)


class Keyed(forms.CharField):
    """A line typed by its keys: blank, nothing was ticked."""

    may_stay_blank = True


def _line(label: str, told: list[tuple[str, str]], *, kind: str = "one") -> forms.CharField:
    hint = " · ".join(key if key == word else f"{key} {word}" for key, word in told)
    widget = forms.TextInput(
        attrs={
            "data-keys": "\n".join(f"{key}\t{word}" for key, word in told),
            "data-kind": kind,
            "autocomplete": "off",
            "inputmode": "text",
        }
    )
    return Keyed(label=label, help_text=hint, required=False, max_length=300, widget=widget)


def keys_told(question: Question, band: str, language: str) -> list[tuple[str, str]]:
    """Each key and what it says."""
    words = booklets.words(language)
    others = [(key, words[said]) for key, said in numbering.special_keys(question).items()]
    skipped = [*others, (numbering.SKIPPED, _("nothing ticked"))]
    if question.kind == "integer":
        return [(key, key) for key in numbering.option_keys(question)] + skipped
    options = numbering.option_keys(question).items() if question.kind != "text" else ()
    return [(key, wording(question.options[code - 1], band, language)[0]) for key, code in options] + skipped


def typing(batch: Batch) -> tuple[dict[str, Any], HttpResponse | None]:
    """The form of one booklet, or where one goes once it is taken. Raises Http404 for an age or a language not asked."""
    request, asked = batch.request, operations.questionnaire_of(batch.sitting)
    band = request.GET.get("band") or [*batch.sitting.bands, *BANDS][0]
    language = request.GET.get("language") or asked.languages[0]
    if band not in BANDS or language not in asked.languages:
        raise Http404
    form = KeyingForm(asked, band, language, request.POST or None)
    taken: list[Booklet] = []
    number = request.POST.get("number", "")
    if done(
        form,
        lambda typed: taken.append(operations.key_in(batch.sitting.pk, int(number), form.entry(), by=batch.person)),
    ):
        messages.success(request, _told(taken[0]))
        return {}, redirect(f"{batch.home}/saisir?band={band}&language={language}")
    return batch.context(form=form, band=dict(AGES)[band], language=language_name(language)), None


def _told(booklet: Booklet) -> str:
    number = {"number": booklet.number}
    if booklet.state == BookletState.SETTLED:
        return _("Booklet %(number)s is received.") % number
    if booklet.state == BookletState.DIFFERS:
        return _("Booklet %(number)s is kept: the two readings differ, a third choice settles.") % number
    if operations.is_agreed(booklet):
        return _("Booklet %(number)s is kept, and could not leave for the moment.") % number
    return _("Booklet %(number)s is kept: another person types it a second time.") % number


# A third choice ------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Line:
    """One thing two persons read otherwise. `name`: of the fields of its choice."""

    name: str
    title: str
    hint: str
    first: str
    second: str
    fault: str = ""


def settling(batch: Batch, number: int) -> tuple[dict[str, Any], HttpResponse | None]:
    """What differs side by side, or where one goes once it is settled. Raises Http404."""
    booklet = batch.sitting.booklets.filter(number=number, state=BookletState.DIFFERS).first()
    if booklet is None:
        raise Http404
    booklet.sitting = batch.sitting
    asked = operations.questionnaire_of(batch.sitting)
    found = operations.disagreement(booklet, by=batch.person)
    choices, faults = _choices(asked, found, batch.request.POST)
    if batch.request.method == "POST" and not faults:
        operations.settle(booklet.pk, choices, by=batch.person)
        messages.success(batch.request, _("Booklet %(number)s is settled and received.") % {"number": number})
        return {}, redirect(batch.home)
    lines = _lines(asked, found, operations.band_of(booklet), faults if batch.request.method == "POST" else {})
    return batch.context(number=number, lines=lines, refused=any(line.fault for line in lines)), None


def _choices(
    asked: Questionnaire, found: list[tuple[str, Any, Any]], fields: Any
) -> tuple[dict[str, tuple[str, Any]], dict[str, str]]:
    choices, faults = {}, {}
    for name, _first, _second in found:
        chosen, typed = fields.get(f"c_{name}", ""), fields.get(f"o_{name}", "")
        try:
            choices[name] = (chosen, _other(asked, name, typed) if chosen == operations.OTHER else None)
        except (keying.Unknown, KeyError):
            faults[name] = _("This key is not one of those printed.")
        if chosen not in (operations.FIRST, operations.SECOND, operations.OTHER):
            faults[name] = _("Choose one of the three.")
    return choices, faults


def _other(asked: Questionnaire, name: str, typed: str) -> Any:
    """Another value, by its keys. Raises keying.Unknown."""
    if name == GENDER:
        return keying.gender_of(typed)
    if name in CHILD:
        allowed = BANDS if name == AGE_BAND else asked.languages
        if typed not in allowed:
            raise keying.Unknown(name)
        return typed
    return keying.understood(_question(asked, name), typed)


def _lines(asked: Questionnaire, found: list[tuple[str, Any, Any]], band: str, faults: dict[str, str]) -> list[Line]:
    numbers, lines = numbering.question_numbers(asked), []
    for name, first, second in found:
        if name in CHILD:
            one, other = (_of_child(name, value) for value in (first, second))
            hint = " · ".join(f"{n} {g}" for n, g in enumerate(GENDERS, start=1)) if name == GENDER else ""
            lines.append(Line(name, str(CHILD[name]), hint, one, other, faults.get(name, "")))
            continue
        question = _question(asked, name)
        hint = " · ".join(f"{key} {word}" for key, word in keys_told(question, band, "fr"))
        one, other = (keying.keys_of(question, value) for value in (first, second))
        lines.append(Line(name, _titled(asked, numbers, name), hint, one, other, faults.get(name, "")))
    return lines


def _of_child(name: str, value: str) -> str:
    if name == GENDER:
        return booklets.words("fr")[f"gender_{value}"]
    return str(dict(AGES)[value]) if name == AGE_BAND else language_name(value)


def _question(asked: Questionnaire, name: str) -> Question:
    return next(question for question in asked.questions() if question.name == name)


def _titled(asked: Questionnaire, numbers: dict[str, int], name: str) -> str:
    if name in CHILD:
        return str(CHILD[name])
    return f"{numbers[name]}. {wording(_question(asked, name), BANDS[-1], 'fr')[0]}"
