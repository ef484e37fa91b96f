"""Where each address of docs/pages.md is found on the demonstration."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.contrib.auth.tokens import default_token_generator
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from encours.access.models import User
from encours.access.scopes import EVERYTHING
from encours.core.days import PARIS
from encours.desk.demo.play import Player
from encours.desk.demo.users import ensure_users
from encours.desk.management.commands.demo import AUTHOR
from encours.dunning.default_templates import default_templates
from encours.dunning.models import FormalNotice, MessageTemplate, Mode, Reminder, ReminderRun
from encours.dunning.runs.actions import launch_run
from encours.dunning.runs.options import RunOptions
from encours.dunning.runs.proposing import create_run, prepare
from encours.dunning.runs.selections import RunSelection
from encours.dunning.runs.working import work_until_done
from encours.intake.models import ImportJob
from encours.parties.models import Account, BillingEntity, Customer
from encours.receivables.models import Invoice, InvoiceKind, Payment
from tests.dunning.issuing import template
from tests.dunning.noticing import prepared

EMAIL_THEN_LETTER = RunOptions(templates=(("email", "E1"), ("letter", "L1")))


def play_demonstration() -> None:
    """Load the story, and a formal notice that waits for a second person."""
    play_story(dt.datetime.now(PARIS))
    noticed = Account.objects.get(customer__code="DUPONT", entity__code="TOPCONSEIL")
    prepared(noticed, User.objects.get(username="gestion"))


def play_story(now: dt.datetime) -> None:
    """Load what the demonstration tells, its users, a proposal of a mass reminder and one that is done."""
    for text in default_templates():  # the tests before may have emptied the database
        template(text.code, text.language)
    Player(today=now.date(), actor=AUTHOR, zone=PARIS).play()
    ensure_users(renew=False, actor=AUTHOR, now=now)
    done = _proposal(("GARAGE", "FLEURS", "IMPRIM", "OCEANE"), now)
    launch_run(run=done, actor=AUTHOR, now=now)
    work_until_done(lambda: now)
    _proposal((), now)


def _proposal(codes: tuple[str, ...], now: dt.datetime) -> ReminderRun:
    accounts = Account.objects.filter(customer__code__in=codes) if codes else Account.objects.all()
    selection = RunSelection(account_ids=tuple(accounts.values_list("id", flat=True)))
    run = create_run(selection=selection, options=EMAIL_THEN_LETTER, scope=EVERYTHING, actor=AUTHOR, now=now)
    prepare(run_id=run.pk, clock=lambda: now)
    return run


def _correctable() -> Invoice:
    return Invoice.objects.get(account__customer__code="LYCEE")


def _import_under_way() -> ImportJob:
    job, _made = ImportJob.objects.get_or_create(
        user=User.objects.get(username="admin"),
        token="factures:0",
        defaults={
            "actor": {"name": "Camille Admin"},
            "kind": "factures",
            "name": "factures-2016.csv",
            "said": {},
            "line_count": 8_000,
            "read_count": 2_500,
            "lease_owner": "elsewhere:1:1",
            "lease_expires_at": dt.datetime(2999, 1, 1, tzinfo=dt.UTC),
            "started_at": dt.datetime.now(PARIS),
        },
    )
    return job


def addresses() -> Mapping[str, str]:
    """Return where each page of docs/pages.md is found on the demonstration."""
    account = Account.objects.get(customer__code="DUPONT", entity__code="TOPCONSEIL").pk
    invoice = Invoice.objects.get(account=account, gross_minor=1_140_000).pk
    credit_note = Invoice.objects.filter(kind=InvoiceKind.CREDIT_NOTE, remaining_minor__gt=0)[0].pk
    payment, free_payment = (
        Payment.objects.filter(account__customer__code=code)[0].pk for code in ("DUPONT", "MAPLE")
    )
    proposal = ReminderRun.objects.latest("id")
    customer, entity = Customer.objects.get(code="DUPONT").pk, BillingEntity.objects.get(code="TOPCONSEIL").pk
    user, text = (
        User.objects.get(username="gestion"),
        MessageTemplate.objects.get(code="L1", language="fr"),
    )
    letter = Reminder.objects.filter(mode=Mode.LETTER).latest("id")
    link = f"{urlsafe_base64_encode(force_bytes(user.pk))}/{default_token_generator.make_token(user)}"
    return {
        "/connexion/lien/<uid>/<token>/": f"/connexion/lien/{link}/",
        "/relances-en-masse/nouvelle/": "/relances-en-masse/nouvelle/?cas=tous&de=&a=",
        "/relances-en-masse/<run_id>/": f"/relances-en-masse/{proposal.pk}/",
        "/relances-en-masse/<run_id>/lignes/<line_id>/": (
            f"/relances-en-masse/{proposal.pk}/lignes/{proposal.lines.filter(state='to_remind')[0].pk}/"
        ),
        "/": "/?de=&a=&cas=tous&par_page=100&historique=tout",
        "/totaux/": "/totaux/?de=&a=&cas=tous",
        "/importer/suivi/<job_id>/": f"/importer/suivi/{_import_under_way().pk}/",
        "/filtres/": "/filtres/",
        "/recherche/": "/recherche/?q=dup",
        "/aide/": "/aide/?q=relance",
        "/aide/<name>/": "/aide/courriers/",
        "/comptes/<pk>/": f"/comptes/{account}/",
        "/comptes/<pk>/historique/": f"/comptes/{account}/historique/?historique=tout",
        "/comptes/<pk>/chronologie/": f"/comptes/{account}/chronologie/",
        "/comptes/<pk>/adresses/": f"/comptes/{account}/adresses/",
        "/comptes/<pk>/factures/nouvelle/": f"/comptes/{account}/factures/nouvelle/",
        "/comptes/<pk>/avoirs/nouveau/": f"/comptes/{account}/avoirs/nouveau/",
        "/comptes/<pk>/reglements/nouveau/": f"/comptes/{account}/reglements/nouveau/",
        "/comptes/<pk>/suspendre/": f"/comptes/{account}/suspendre/",
        "/comptes/<account_id>/encours/": f"/comptes/{account}/encours/",
        "/comptes/<account_id>/compte/": f"/comptes/{account}/compte/",
        "/comptes/<account_id>/relance/": f"/comptes/{account}/relance/",
        "/tableau-de-bord/<panel>/": "/tableau-de-bord/evolution/",
        "/factures/<pk>/": f"/factures/{invoice}/",
        "/factures/<pk>/corriger/": f"/factures/{_correctable().pk}/corriger/",
        "/factures/<pk>/annuler/": f"/factures/{invoice}/annuler/",
        "/factures/<pk>/lettrer/": f"/factures/{credit_note}/lettrer/",
        "/factures/<pk>/suspendre/": f"/factures/{invoice}/suspendre/",
        "/reglements/<pk>/": f"/reglements/{payment}/",
        "/reglements/<pk>/corriger/": f"/reglements/{free_payment}/corriger/",
        "/reglements/<pk>/annuler/": f"/reglements/{payment}/annuler/",
        "/reglements/<pk>/lettrer/": f"/reglements/{free_payment}/lettrer/",
        "/relances/<reference>/": f"/relances/{letter.reference}/",
        "/mises-en-demeure/<pk>/": f"/mises-en-demeure/{FormalNotice.objects.get().pk}/",
        "/administration/clients/<pk>/": f"/administration/clients/{customer}/",
        "/administration/clients/<pk>/donnees/": f"/administration/clients/{customer}/donnees/",
        "/administration/clients/<pk>/adresse/": f"/administration/clients/{customer}/adresse/",
        "/administration/clients/<pk>/adresse/<entity_pk>/": (
            f"/administration/clients/{customer}/adresse/{entity}/"
        ),
        "/administration/entites/<pk>/papier/": f"/administration/entites/{entity}/papier/",
        "/administration/entites/<pk>/": f"/administration/entites/{entity}/",
        "/administration/modeles/<template_id>/": f"/administration/modeles/{text.pk}/",
        "/administration/utilisateurs/<pk>/": f"/administration/utilisateurs/{user.pk}/",
    }


NOT_OPENED = (
    # health and files
    "/healthz",
    "/favicon.ico",
    "/factures/<pk>.pdf",
    "/etats.zip",
    "/aide/pictures/<name>",
    "/tableau-de-bord/<panel>.xlsx",
    r"/^comptes/(?P<account_id>\d{1,18})/(?P<kind>encours|compte)\.(?P<extension>pdf|xlsx)$",
    "/relances/<reference>/fichiers/<position>/<filename>",
    "/relances/<reference>/impression/<filename>",
    "/relances-en-masse/<run_id>/lettres.pdf",
    "/relances-en-masse/<run_id>/lettres.zip",
    # only where an identity provider is set
    "/connexion/entreprise/",
    "/connexion/entreprise/retour/",
    # parts that a page fetches
    "/clients/completion/",
    "/relances-en-masse/<run_id>/avancement/",
    "/relances/<reference>/envoi/",
    "/comptes/<account_id>/relance/apercu/",
    "/administration/entites/<pk>/papier/apercu/",
    "/administration/modeles/<template_id>/apercu/",
)
"""What is no page by itself: scenes show what it brings to one. Nor is what docs/pages.md marks (POST)."""


def to_open(documented: Mapping[str, str]) -> dict[str, str]:
    """Return where to open each page of docs/pages.md, given as address and description.

    Raise LookupError for a page with an argument that ``addresses`` does not place.
    """
    known = addresses()
    pages = [
        address
        for address, text in documented.items()
        if address in known or ("(POST)" not in text and address not in NOT_OPENED)
    ]
    missing = [address for address in pages if "<" in address and address not in known]
    if missing:
        raise LookupError(f"tests/browser/places.py does not say where these are: {missing}")
    return {address: known.get(address, address) for address in pages}
