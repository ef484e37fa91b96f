"""Addresses of accounts, invoices, payments, allocations and holds."""

from __future__ import annotations

from django.urls import path

from encours.receivables.views import accounts, allocations, holds, invoices, payments

app_name = "receivables"
urlpatterns = [
    path("comptes/<int:pk>/", accounts.account, name="account"),
    path("comptes/<int:pk>/factures/nouvelle/", accounts.new_invoice, name="new_invoice"),
    path("comptes/<int:pk>/avoirs/nouveau/", accounts.new_credit_note, name="new_credit_note"),
    path("comptes/<int:pk>/reglements/nouveau/", payments.new_payment, name="new_payment"),
    path("comptes/<int:pk>/suspendre/", holds.hold_account, name="hold_account"),
    path("factures/<int:pk>/", invoices.invoice, name="invoice"),
    path("factures/<int:pk>.pdf", invoices.pdf, name="invoice_pdf"),
    path("factures/<int:pk>/corriger/", invoices.correct, name="correct_invoice"),
    path("factures/<int:pk>/annuler/", invoices.cancel, name="cancel_invoice"),
    path("factures/<int:pk>/lettrer/", allocations.allocate_credit_note, name="allocate_credit_note"),
    path("factures/<int:pk>/suspendre/", holds.hold_invoice, name="hold_invoice"),
    path("reglements/<int:pk>/", payments.payment, name="payment"),
    path("reglements/<int:pk>/corriger/", payments.correct, name="correct_payment"),
    path("reglements/<int:pk>/annuler/", payments.cancel, name="cancel_payment"),
    path("reglements/<int:pk>/lettrer/", allocations.allocate_payment, name="allocate_payment"),
    path("lettrages/<int:pk>/annuler/", allocations.undo, name="undo_allocation"),
    path("suspensions/<int:pk>/lever/", holds.lift, name="lift_hold"),
]
