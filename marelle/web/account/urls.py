"""Addresses of one's own account, and of coming in. Signing in is in `entry`."""

from django.urls import URLPattern, URLResolver, path

from marelle.web.account import download, home, identity, newcomer, notices

app_name = "account"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.home, name="home"),
    path("moi", home.details, name="details"),
    path("sessions/<slug:code>/terminer", home.end_session, name="end_session"),
    path("sessions/terminer", home.end_sessions, name="end_sessions"),
    path("fichiers/<slug:code>", download.file, name="file"),
    path("commune/<slug:code>", newcomer.commune, name="commune"),
    path("commune/<slug:code>/code", newcomer.confirm, name="commune_code"),
    path("invitation/<str:token>", newcomer.invitation, name="invitation"),
    path("identite", identity.identity, name="identity"),
    path("identite/changee", identity.changed, name="identity_changed"),
    path("identite/reprendre", identity.take_back, name="identity_take_back"),
    path("identite/detacher", identity.untie, name="identity_untie"),
    path("entrer/identite", identity.start, name="identity_start"),
    path("entrer/identite/retour", identity.back, name="identity_back"),
    path("sortir/identite/retour", identity.left, name="identity_left"),
    path("messages", notices.notices, name="messages"),
    path("messages/lus", notices.mark_read, name="messages_read"),
]
