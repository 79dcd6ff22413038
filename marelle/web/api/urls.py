"""Addresses of this face. Their doors are in `config.doors`: the library makes the views."""

from django.urls import URLPattern, URLResolver

from marelle.web.api.api import api

app_name = "api"
urlpatterns: list[URLPattern | URLResolver] = list(api.urls[0])
