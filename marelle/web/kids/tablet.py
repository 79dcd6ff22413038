"""A tablet of one sitting, where there is no network: every screen drawn beforehand, for `static/kids/tablet.js` to show.

The tablet seals each finished part at once and keeps boxes alone (specs/consultation.md, section 13).
"""

import base64
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import cast

from marelle.consultations.collect import Visit
from marelle.consultations.questionnaires import BANDS, Part
from marelle.web.kids import screens, walking
from marelle.web.kids.drawing import Assets, text
from marelle.web.kids.screens import Scene
from marelle.web.kids.walking import State, parts_for
from marelle.web.kids.words import preferred, words

MOST = 8_000_000  # bytes a tablet keeps, specs/consultation.md, section 13
MEDIUM = re.compile("/e/media/([0-9a-f]{64})")
STATE, ID, THREAD, WHO = "@state@", "@id@", "@thread@", "@gender@"  # put in by the tablet


def scene(visit: Visit, assets: Assets, **known: str) -> Scene:
    """What a screen of a tablet is drawn with."""
    state = State(code=visit.code, **known)
    return Scene(visit, state, assets, {"state": STATE, "js": "1"}, is_tablet=True)


def enrolment(visit: Visit, assets: Assets, accepted: str) -> str:
    """For the adult: what the tablet will keep and how much it weighs; it keeps nothing until they say so."""
    said = words(preferred(accepted))
    weighs = weight(bundle(visit, assets), visit, assets)
    megabytes = f"{max(weighs / 1e6, 0.1):.1f}"
    n = megabytes if said.spoken == "en" else megabytes.replace(".", ",")
    go = f"""<p>{text(said("tablet_weight", n=n))}</p><p>{text(said("tablet_safari"))}</p>
<div class="ways"><button type="button" class="main" data-enrol="{text(visit.code)}">{text(said("tablet_go"))}</button></div>
<p role="status" data-enrolled="{text(said("tablet_ready"))}" data-failed="{text(said("offline"))}"></p>"""
    heavy = f'<p class="wrong" role="alert">{text(said("tablet_heavy", n=n))}</p>'
    main = f"""<h1 tabindex="-1">{text(said("tablet_title"))}</h1><p>{text(said("tablet_text"))}</p>{go if weighs <= MOST else heavy}
<p class="ways"><a class="button" href="/e/file" download>{text(said("tablet_file"))}</a></p>"""
    shown = scene(visit, assets, lang=said.language)
    return shown.page(main, said("tablet_title"), stops=False)


def bundle(visit: Visit, assets: Assets) -> dict[str, object]:
    """Everything the tablet keeps: no secret but a pass that lets sealed boxes in."""
    drawn = dict(_screens(visit, assets))
    brought = [assets.css, assets.js, assets.sprite, *(address for _weight, address in assets.fonts)]
    return {
        "code": visit.code,
        "pass": visit.late,
        "key": base64.urlsafe_b64encode(visit.facts.public_key).decode().rstrip("="),
        "files": [*brought, *(f"/e/media/{digest}" for digest in media_of(drawn))],
        "screens": drawn,
    }


def media_of(drawn: Mapping[str, str]) -> list[str]:
    """Recordings and pictures on the screens of this group's languages and ages, by digest."""
    return sorted({found for screen in drawn.values() for found in MEDIUM.findall(screen)})


def weight(kept: Mapping[str, object], visit: Visit, assets: Assets) -> int:
    """Bytes a tablet would keep."""
    files = cast(list[str], kept["files"])
    media = [found[1] for found in map(MEDIUM.fullmatch, files) if found]
    return len(json.dumps(kept)) + assets.weight + visit.weigh(media)


def _screens(visit: Visit, assets: Assets) -> Iterator[tuple[str, str]]:
    facts, questionnaire = visit.facts, visit.questionnaire
    offered = [code for code in questionnaire.languages if not facts.languages or code in facts.languages] or ["fr"]
    yield "door", screens.language(scene(visit, assets, lang=offered[0]), offered)
    for lang in offered:
        yield f"{lang}/rights", screens.rights(scene(visit, assets, lang=lang))
        yield f"{lang}/about", screens.about(scene(visit, assets, lang=lang))
        yield f"{lang}/about-missing", screens.about(scene(visit, assets, lang=lang), missing=True)
        yield f"{lang}/thanks", screens.thanks(scene(visit, assets, lang=lang))
        for band in (band for band in BANDS if band in (facts.bands or BANDS)):
            shown = scene(visit, assets, lang=lang, band=band, gender=WHO, id=ID, thread=THREAD)
            yield f"{lang}/{band}/parts", screens.parts(shown)
            done = replace(shown, state=replace(shown.state, done=("",)))
            yield f"{lang}/{band}/thanks", screens.thanks(done)
            for part in parts_for(questionnaire, band):
                yield f"{lang}/{band}/part/{part.name}", _part(shown, part)


def _part(shown: Scene, part: Part) -> str:
    state = replace(shown.state, part=part.name)
    put = part.seen_by(state.band)
    drawn = screens.whole_part(replace(shown, state=state), part, put, walking.body(state, shown.visit.questionnaire))
    return re.sub(r' data-pass="[^"]*"', "", drawn)
