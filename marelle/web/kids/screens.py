"""Every screen a child sees, in the order of specs/consultation.md, section 9. Drawn from plain values; decides nothing."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from marelle.consultations import answering
from marelle.consultations.collect import Visit
from marelle.consultations.languages import direction, own_name
from marelle.consultations.questionnaires import BANDS, DONT_KNOW, GENDERS, PICTURES, RATHER_NOT, Option, Part, Question
from marelle.web.kids.drawing import (
    Assets,
    attributes,
    button,
    document,
    drawn,
    form,
    help_box,
    picture,
    plain,
    sound,
    spoken,
    squares,
    text,
    worded,
)
from marelle.web.kids.walking import State, parts_for
from marelle.web.kids.words import Words, words

RIGHTS = {"rights_why": "voix", "rights_nobody": "secret", "rights_stop": "passer"}  # sentences and pictograms


@dataclass(frozen=True)
class Scene:
    """What every screen of one visit draws with. `carried`: the hidden fields of its forms. `is_tablet`: boxes may wait."""

    visit: Visit
    state: State
    assets: Assets
    carried: Mapping[str, str]
    is_tablet: bool = False

    @property
    def words(self) -> Words:
        return words(self.state.lang)

    def page(self, main: str, title: str, *, stops: bool = True, **data: str) -> str:
        """A whole screen, with the way out and the help at its foot."""
        said = self.words
        banner = (
            f'<p class="demonstration">{text(said("demonstration"))}</p>' if self.visit.facts.is_demonstration else ""
        )
        inside = f'<details class="help"><summary>{text(said("help"))}</summary>{help_box(self.visit.facts.help_numbers, said)}</details>'
        leave = (
            f'<button name="step" value="stop" class="stop" form="walk">{text(said("stop"))}</button>' if stops else ""
        )
        waits = f'<p class="waiting" role="status"{_counted(said)} hidden></p>' if self.is_tablet else ""
        foot = f"<footer>{waits}{inside}{leave}</footer>\n"
        known = {"data_code": self.state.code, "data_offline": said("offline"), **data}
        return document(
            main, title=title, words=said, assets=self.assets, band=self.state.band, banner=banner, foot=foot, **known
        )


def _counted(said: Words) -> str:
    return attributes(data_one=said("waiting_one"), data_many=said("waiting_many", n="{n}"))


# Before the first question -------------------------------------------------------------------------------------------
def start(said: Words, assets: Assets, *, failed: bool) -> str:
    """1. Where the code is typed."""
    wrong = f'<p class="wrong" role="alert">{text(said("code_wrong"))}</p>' if failed else ""
    main = f"""{drawn("marelle", assets, "pictogram mark")}<h1 tabindex="-1">{text(said("code_title"))}</h1>
<p id="code-help">{text(said("code_help"))}</p>{wrong}
<form method="post" action="/e"><label for="code">{text(said("code_label"))}</label>
<input id="code" name="code" class="code" dir="ltr" maxlength="9" size="9" required autocomplete="off" autocapitalize="characters" spellcheck="false" aria-describedby="code-help">
<button class="main">{text(said("go"))}</button></form>
<p class="quiet">{text(said("code_ask"))}</p>"""
    return document(main, title=said("code_title"), words=said, assets=assets)


def language(scene: Scene, languages: Sequence[str]) -> str:
    """2. Each language by its own name, and a voice to try where one is recorded."""
    said = scene.words
    choices = "".join(
        f'<button class="choice" name="lang" value="{text(code)}" lang="{text(code)}" dir="{direction(code)}">{text(own_name(code))}</button>'
        for code in languages
    )
    inside = f'<input type="hidden" name="step" value="language"><div class="choices">{choices}</div>'
    main = f'<h1 tabindex="-1">{text(said("language_title"))}</h1>{form(inside, scene.carried)}{_sound_test(scene)}'
    return scene.page(main, said("language_title"), stops=False)


def _sound_test(scene: Scene) -> str:
    """The first recording of the questionnaire, to try the loudspeaker."""
    for question in scene.visit.questionnaire.questions():
        label = scene.words("sound_test")
        heard = sound(question, scene.visit.questionnaire, BANDS[-1], scene.words, label)
        if heard:
            return f'<p class="voice">{heard}<span>{text(label)}</span></p>'
    return ""


def rights(scene: Scene) -> str:
    """3. Why, nobody knows, you may stop; yes and no of the same size."""
    said = scene.words
    title = spoken(
        _of(scene.visit.facts.title, said),
        said.language if said.language in scene.visit.facts.title else "fr",
        said.spoken,
    )
    lines = "".join(f"<li>{drawn(icon, scene.assets)}{text(said(name))}</li>" for name, icon in RIGHTS.items())
    choices = button("about", said("yes_answer"), kind="main") + button("refuse", said("no_answer"), kind="main other")
    main = f"""<p class="over">{title}</p><h1 tabindex="-1">{text(said("rights_title"))}</h1>
<ol class="rights">{lines}</ol>{form(f'<div class="two">{choices}</div>', scene.carried)}"""
    return scene.page(main, said("rights_title"), stops=False)


def about(scene: Scene, *, missing: bool = False) -> str:
    """4. Age band and gender, nothing else of the child."""
    said = scene.words
    offered = scene.visit.facts.bands or BANDS
    bands = "".join(_choice("band", band, said(f"band_{band}")) for band in BANDS if band in offered)
    genders = "".join(_choice("gender", gender, said(f"gender_{gender}")) for gender in GENDERS)
    wrong = f'<p class="wrong" role="alert">{text(said("about_missing"))}</p>' if missing else ""
    inside = f"""{wrong}<fieldset><legend>{text(said("age"))}</legend><div class="answers few">{bands}</div></fieldset>
<fieldset><legend>{text(said("gender"))}</legend><div class="answers few">{genders}</div></fieldset>
<div class="ways">{button("parts", said("next"), kind="main")}</div>"""
    main = f'<h1 tabindex="-1">{text(said("about_title"))}</h1>{form(inside, scene.carried)}'
    return scene.page(main, said("about_title"))


def parts(scene: Scene) -> str:
    """5. One square a part, in any order."""
    said = scene.words
    drawn_parts = "".join(_part_square(scene, part) for part in parts_for(scene.visit.questionnaire, scene.state.band))
    finish = button("finish", said("finish"), kind="main other")
    main = f"""<h1 tabindex="-1">{text(said("parts_title"))}</h1><p>{text(said("parts_help"))}</p>
{form(f'<div class="hopscotch">{drawn_parts}</div><div class="ways sky">{finish}</div>', scene.carried)}"""
    return scene.page(main, said("parts_title"))


def _part_square(scene: Scene, part: Part) -> str:
    said, is_done = scene.words, part.name in scene.state.done
    title = spoken(_of(part.title, said), said.language if said.language in part.title else "fr", said.spoken)
    minutes = said("part_sent") if is_done else said("minutes", n=part.minutes) if part.minutes else ""
    icon = drawn(part.icon, scene.assets) if scene.state.band in PICTURES else ""
    off = attributes(disabled=is_done)
    return f'<button class="square" name="part" value="{text(part.name)}"{off}>{icon}<b>{title}</b><small>{text(minutes)}</small></button>'


# Questions -----------------------------------------------------------------------------------------------------------
def questions(scene: Scene, part: Part, shown: Iterable[Question], *, page: int) -> str:
    """6. Without a script: one page of questions."""
    said = scene.words
    asked = "".join(_question(scene, question) for question in shown)
    ways = f'<div class="ways">{button("back", said("back"))}{button("next", said("next"), kind="main")}</div>'
    main = f"""<p class="over">{text(said("page_of", n=page + 1))}</p><h1 tabindex="-1">{_title(part, said)}</h1>
{form(asked + ways, scene.carried)}"""
    return scene.page(main, _plain_title(part, said))


def whole_part(scene: Scene, part: Part, shown: Sequence[Question], body: Mapping[str, object]) -> str:
    """6 to 8. With a script: the part in one document, shown question by question, sent when the child says so."""
    said = scene.words
    asked = "".join(_question(scene, question) for question in shown)
    ways = f'<div class="ways"><button type="button" data-go="back">{text(said("back"))}</button><button type="button" data-go="next" class="main">{text(said("next"))}</button></div>'
    count = f'<p class="count" data-count="{text(said("question_of", n="{n}", all="{all}"))}"></p>{squares(0, 0)}'
    told = {key: value for key, value in body.items() if key != "a"}
    main = f"""<div class="over">{count}<h1 tabindex="-1">{_title(part, said)}</h1></div>
<form{attributes(data_walk=json.dumps(told), data_id=scene.state.id, data_pass=scene.visit.ticket, **said_of_a_part(said))} autocomplete="off">{asked}{ways}</form>
{_end_sections(scene)}"""
    return scene.page(main, _plain_title(part, said))


def said_of_a_part(said: Words) -> dict[str, str]:
    """Sentences the script may need: why a text or a part is not taken, what its buttons are called."""
    why = {"data_refused": said("text_refused"), "data_why409": said("full_text"), "data_why410": said("closed_text")}
    return {**why, "data_listen": said("listen"), "data_listen-option": said("listen_option", option="{option}")}


def _end_sections(scene: Scene) -> str:
    said = scene.words
    end = f"""<section hidden data-screen="end"><h2 tabindex="-1">{text(said("end_title"))}</h2><p>{text(said("end_text"))}</p>
<p class="wrong" role="alert" tabindex="-1" hidden data-not-sent="{text(said("not_sent"))}"></p><p role="status" hidden data-sending>{text(said("sending"))}</p>
<div class="ways"><button type="button" data-go="send" class="main">{text(said("send"))}</button>
<button type="button" data-go="review">{text(said("review"))}</button><button type="button" data-go="erase">{text(said("erase"))}</button></div></section>"""
    after = form(
        f'<div class="ways">{button("received", said("next_part"), kind="main")}{button("received-last", said("finish"), kind="main other")}</div>',
        scene.carried,
    )
    sent = f"""<section hidden data-screen="sent"><h2 tabindex="-1">{text(said("sent_title"))}</h2><p>{text(said("sent_text"))}</p>{after}</section>"""
    if scene.is_tablet:
        sent += f"""<section hidden data-screen="kept"><h2 tabindex="-1">{text(said("kept_title"))}</h2><p>{text(said("kept_text"))}</p>{after.replace(' id="walk"', "")}</section>"""
    idle = f"""<section hidden data-screen="idle" role="alertdialog" aria-labelledby="idle"><h2 id="idle" tabindex="-1">{text(said("idle_title"))}</h2>
<p data-seconds="{text(said("idle_text", n="{n}"))}"></p><div class="ways"><button type="button" data-go="stay" class="main">{text(said("idle_yes"))}</button></div></section>"""
    stop = f"""<section hidden data-screen="stop"><h2 tabindex="-1">{text(said("stop_title"))}</h2><p>{text(said("stop_text"))}</p>
<div class="two"><button type="button" data-go="stay" class="main">{text(said("stop_no"))}</button>{form(button("stopped", said("stop_yes"), kind="main other"), scene.carried, "leave")}</div></section>"""
    return end + sent + idle + stop


MOST_COMPILED = 20_000  # questions: some forty versions in four languages, for four ages
_compiled: dict[tuple[object, ...], str] = {}  # by version, question, age, language: what no answer is in


def _question(scene: Scene, question: Question) -> str:
    """One question, drawn once for a version, an age and a language as long as nothing is answered: no answer is kept."""
    state = scene.state
    if question.name in state.a or question.kind == "text" or question.sensitive:
        return _drawn(scene, question)
    version, is_scripted = scene.visit.questionnaire.short_hash, bool(scene.carried.get("js"))
    known = (version, question.name, state.band, state.lang, is_scripted, scene.assets)
    if known not in _compiled:
        if len(_compiled) > MOST_COMPILED:
            _compiled.clear()
        _compiled[known] = _drawn(scene, question)
    return _compiled[known]


def _drawn(scene: Scene, question: Question) -> str:
    """One question with its picture, its voice, its answers; the two that say nothing; help where it may hurt."""
    said, state = scene.words, scene.state
    pictured = (
        picture(question, scene.assets, scene.visit.questionnaire, said.language) if state.band in PICTURES else ""
    )
    heard = sound(question, scene.visit.questionnaire, state.band, said, said("listen"))
    hint = question.hint.get(said.language) or question.hint.get("fr", "")
    hint = f'<p class="hint">{text(hint)}</p>' if hint else ""
    named = _for_the_script(question) if scene.carried.get("js") else ""
    wording = worded(question, state.band, said.language)
    if not question.is_asked:
        return (
            f'<section class="question"{named}><p class="note" tabindex="-1">{wording}</p>{pictured}{heard}</section>'
        )
    several = f'<p class="hint">{text(said("several"))}</p>' if question.kind == "many" else ""
    help = (
        f'<aside class="sensitive"><p>{text(said("sensitive"))}</p>{help_box(scene.visit.facts.help_numbers, said, leads=False)}</aside>'
        if question.sensitive
        else ""
    )
    return f"""<section class="question"{named}><fieldset><legend tabindex="-1">{wording}</legend>{pictured}{heard}{hint}{several}
{_answers(scene, question)}</fieldset>{help}</section>"""


def _for_the_script(question: Question) -> str:
    """What decides, in the page, whether a question is put."""
    relevance = json.dumps(question.relevance) if question.relevance else None
    return attributes(data_question=question.name, data_kind=question.kind, data_relevance=relevance)


def _answers(scene: Scene, question: Question) -> str:
    given = scene.state.a.get(question.name)
    chosen = set(map(str, given)) if isinstance(given, list) else {str(given)} if given is not None else set()
    if question.kind == "text":
        return _written(scene, question) + _others(scene, question, "radio", chosen)
    kind = "checkbox" if question.kind == "many" else "radio"
    choices = [
        _option(scene, question, option, code, kind=kind, chosen=chosen)
        for code, option in enumerate(question.options, start=1)
    ]
    if question.kind == "integer" and question.start is not None and question.end is not None:
        numbers = range(question.start, question.end + 1)
        choices = [_choice(question.name, str(n), str(n), chosen=str(n) in chosen) for n in numbers]
    numbers_class = " numbers" if question.kind == "integer" else ""
    return f'<div class="answers{numbers_class}">{"".join(choices)}</div>{_others(scene, question, kind, chosen)}'


def _others(scene: Scene, question: Question, kind: str, chosen: set[str]) -> str:
    """The two answers that say nothing, as good as any."""
    said = scene.words
    shown = [
        _choice(question.name, code, said(code), kind=kind, chosen=code in chosen, quiet=True)
        for code, is_there in ((DONT_KNOW, question.has_dont_know), (RATHER_NOT, question.has_rather_not))
        if is_there
    ]
    return f'<div class="answers others">{"".join(shown)}</div>'


def _option(scene: Scene, question: Question, option: Option, code: int, *, kind: str, chosen: set[str]) -> str:
    said, state = scene.words, scene.state
    pictured = picture(option, scene.assets, scene.visit.questionnaire, said.language) if state.band in PICTURES else ""
    label = said("listen_option", option=plain(option, state.band, said.language))
    heard = sound(option, scene.visit.questionnaire, state.band, said, label)
    ticked = attributes(checked=str(code) in chosen)
    inside = (
        f'<input type="{kind}" name="{text(question.name)}" value="{code}" data-name="{text(option.name)}"{ticked}>'
    )
    return f'<div class="answer"><label>{inside}{pictured}<span>{worded(option, state.band, said.language)}</span></label>{heard}</div>'


def _choice(
    name: str, value: str, label: str, *, kind: str = "radio", chosen: bool = False, quiet: bool = False
) -> str:
    ticked = attributes(checked=chosen, data_alone=quiet)
    return f'<div class="answer"><label><input type="{kind}" name="{text(name)}" value="{text(value)}"{ticked}><span>{text(label)}</span></label></div>'


def _written(scene: Scene, question: Question) -> str:
    """A free text: what not to write, and whom to call, before the field."""
    said, given = scene.words, scene.state.a.get(question.name)
    value = given if isinstance(given, str) and given not in (DONT_KNOW, RATHER_NOT) else ""
    name, wording = text(question.name), text(plain(question, scene.state.band, said.language))
    wrong = f'<p class="wrong" role="alert">{text(said("text_refused"))}</p>' if answering.tells_who(value) else ""
    return f"""<aside class="sensitive"><p id="{name}-warning">{text(said("text_warning"))}</p>{help_box(scene.visit.facts.help_numbers, said, leads=False)}</aside>{wrong}
<textarea name="{name}" rows="4" maxlength="{answering.MOST_TEXT}" aria-label="{wording}" aria-describedby="{name}-warning" autocomplete="off">{text(value)}</textarea>
<p class="hint">{text(said("text_left"))}</p>"""


# After the last question ---------------------------------------------------------------------------------------------
def end(scene: Scene, part: Part, *, status: int = 0) -> str:
    """7. Nothing has left yet; or it did not leave, and why."""
    said = scene.words
    why = {409: "full_text", 410: "closed_text", 503: "wait_text"}.get(status, "not_sent" if status else "")
    wrong = f'<p class="wrong" role="alert">{text(said(why))}</p>' if why else ""
    ways = (
        button("send", said("again" if status else "send"), kind="main")
        + button("review", said("review"))
        + button("erase", said("erase"))
    )
    main = f"""<h1 tabindex="-1">{text(said("end_title"))}</h1>{wrong}<p>{text(said("end_text"))}</p>
{form(f'<div class="ways">{ways}</div>', scene.carried)}"""
    return scene.page(main, said("end_title"))


def sent(scene: Scene) -> str:
    """8. Only once it was received."""
    said = scene.words
    ways = button("parts", said("next_part"), kind="main") + button("finish", said("finish"), kind="main other")
    main = f"""<h1 tabindex="-1">{text(said("sent_title"))}</h1><p>{text(said("sent_text"))}</p>{form(f'<div class="ways">{ways}</div>', scene.carried)}"""
    return scene.page(main, said("sent_title"))


def stop(scene: Scene) -> str:
    """Whether to stop: never why."""
    said = scene.words
    ways = button("resume", said("stop_no"), kind="main") + button("stopped", said("stop_yes"), kind="main other")
    main = f"""<h1 tabindex="-1">{text(said("stop_title"))}</h1><p>{text(said("stop_text"))}</p>{form(f'<div class="two">{ways}</div>', scene.carried)}"""
    return scene.page(main, said("stop_title"), stops=False)


def thanks(scene: Scene) -> str:
    """9. What becomes of the answers, when and where; a card to take home; the place for the next child."""
    said, facts = scene.words, scene.visit.facts
    if scene.state.done:
        when = said("thanks_when", date=_day(facts.answered_on, said)) if facts.answered_on else said("thanks_soon")
        card = f"""<section class="card">{drawn("soleil", scene.assets)}<h2>{text(said("card_title"))}</h2><p>{text(said("card_text"))}</p><p>{text(when)}</p>
<p>{text(said("thanks_where"))}</p>{squares(len(scene.state.done), len(parts_for(scene.visit.questionnaire, scene.state.band)))}</section>
<p><button type="button" data-go="print" hidden>{text(said("card_print"))}</button></p>"""
        lead = f"<p>{text(said('thanks_sent'))}</p>"
    else:
        card, lead = "", f"<p>{text(said('thanks_none'))}</p>"
    away = f"/e/{text(scene.state.code)}"
    main = f"""<h1 tabindex="-1">{text(said("thanks_title"))}</h1>{lead}{card}<div class="thanks-help">{help_box(facts.help_numbers, said)}</div>
<p role="status" data-reset="{text(said("reset_in", n="{n}"))}"></p><div class="ways"><a class="button main" href="{away}" data-go="next-child">{text(said("for_next"))}</a></div>"""
    return scene.page(main, said("thanks_title"), stops=False)


def late(scene: Scene) -> str:
    """A page that waited for more than two hours: what is gone, what is not, and the door without typing the code again."""
    said = scene.words
    main = f"""<h1 tabindex="-1">{text(said("late_title"))}</h1><p>{text(said("late_text"))}</p>
<div class="ways"><a class="button main" href="/e/{text(scene.state.code)}">{text(said("go"))}</a></div>"""
    return scene.page(main, said("late_title"), stops=False)


def told(said: Words, assets: Assets, name: str) -> str:
    """One sentence: closed, full, busy, or too old."""
    main = f'<h1 tabindex="-1">{text(said(f"{name}_title"))}</h1><p>{text(said(f"{name}_text"))}</p><div class="ways"><a class="button main" href="/e">{text(said("code_title"))}</a></div>'
    return document(main, title=said(f"{name}_title"), words=said, assets=assets)


def _of(texts: Mapping[str, str], said: Words) -> str:
    return texts.get(said.language) or texts.get("fr", "")


def _title(part: Part, said: Words) -> str:
    return spoken(_of(part.title, said), said.language if said.language in part.title else "fr", said.spoken)


def _plain_title(part: Part, said: Words) -> str:
    return _of(part.title, said)


def _day(on: date, said: Words) -> str:
    """With the name of its month where somebody wrote it."""
    months = said("months").split(", ")
    return f"{on.day} {months[on.month - 1]} {on.year}" if len(months) > 1 else f"{on.day}/{on.month}/{on.year}"
