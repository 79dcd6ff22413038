"""Which callable of the process answers, and how many pages are drawn at once."""

import threading

import pytest

from marelle.config.front import Front, kids_assets


@pytest.mark.parametrize(
    ("path", "who"),
    [("/e", "intake"), ("/e/", "intake"), ("/e/ABCDEFGH", "intake"), ("/e/collect", "intake"),
     ("/", "house"), ("/en", "house"), ("/en/villes", "house"), ("/espace/67447", "house"), ("/E/ABCDEFGH", "house")],
)  # fmt: skip
def test_e_and_below_is_the_intakes(path, who):
    front = Front(lambda *_a: [b"house"], lambda *_a: [b"intake"])

    assert front({"PATH_INFO": path}, lambda *_a: None) == [who.encode()]


def test_pages_wait_their_turn_and_parts_do_not():
    let, drawn = threading.Event(), []

    def house(environ, start_response):
        drawn.append(1)
        let.wait(5)
        return []

    front = Front(house, lambda *_a: [b"received"], at_once=2)
    threads = [threading.Thread(target=front, args=({"PATH_INFO": "/"}, None)) for _n in range(5)]
    for thread in threads:
        thread.start()
    for _n in range(100):
        if len(drawn) == 2:
            break
        let.wait(0.01)

    assert len(drawn) == 2
    assert front({"PATH_INFO": "/e/collect"}, None) == [b"received"]
    let.set()
    for thread in threads:
        thread.join()
    assert len(drawn) == 5


def test_a_childs_first_page_carries_its_sheet_and_no_letters(settings):
    static = settings.BASE / "marelle" / "static"
    fonts = sorted((static / "built" / "fonts").glob("atkinson-*.woff2"))

    assets = kids_assets()

    brought = [static / "built" / "kids.css", static / "built" / "js" / "kids.js", static / "kids" / "pictograms.svg"]
    assert [weight for weight, _address in assets.fonts] == [font.stem.rpartition("-")[2] for font in fonts]
    assert ("woff2" in assets.sheet, "Texte de repli" in assets.sheet) == (False, True)
    assert assets.weight == sum(path.stat().st_size for path in (*brought, *fonts))
