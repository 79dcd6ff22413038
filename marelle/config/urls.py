"""Every address of the house. French has no prefix; `/en/…` is the same in English."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import URLPattern, URLResolver, include, path

from marelle.web.account import demo
from marelle.web.office.today import without_slash

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/", include("marelle.web.api.urls")),
    *i18n_patterns(
        path("", include("marelle.web.public.urls")),
        path("demo", demo.characters, name="demo"),
        path("demo/entrer", demo.enter, name="demo_enter"),
        path("demo/courriels", demo.letters, name="demo_letters"),
        path("compte/", include("marelle.web.account.entry")),
        path("compte/", include("marelle.web.account.urls")),
        path("espace/", include("marelle.web.city.urls")),
        path("bureau", without_slash, name="office_without_slash"),
        path("bureau/", include("marelle.web.office.urls")),
        prefix_default_language=False,
    ),
]

handler400 = "marelle.web.parts.error_pages.bad_request"
handler403 = "marelle.web.parts.error_pages.forbidden"
handler404 = "marelle.web.parts.error_pages.not_found"
handler500 = "marelle.web.parts.error_pages.broken"
handler429 = "marelle.web.account.sign_in.too_many"
