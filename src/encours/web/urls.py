"""Every address of Encours: those of each app (its module `urls`, if it has one), then our own."""

from __future__ import annotations

from django.apps import apps
from django.urls import URLPattern, URLResolver, include, path
from django.utils.module_loading import module_has_submodule

from encours.web import views


def app_urls() -> list[URLPattern | URLResolver]:
    """Return the addresses of every app of ours that has a module `urls`, in the order of INSTALLED_APPS."""
    ours = [app for app in apps.get_app_configs() if app.name.startswith("encours.") and app.label != "web"]
    return [
        path("", include(f"{app.name}.urls"))
        for app in ours
        if app.module and module_has_submodule(app.module, "urls")
    ]


urlpatterns: list[URLPattern | URLResolver] = [
    *app_urls(),
    path("", include("encours.access.company.urls")),
    path("healthz", views.healthz, name="healthz"),
    path("favicon.ico", views.favicon, name="favicon"),
]

handler400 = views.bad_request
handler403 = views.permission_denied
handler404 = views.page_not_found
handler500 = views.server_error
