"""Addresses of the administration of entities, customers and contacts."""

from __future__ import annotations

from django.urls import path

from encours.parties.views import contacts, customers, entities

app_name = "parties"
urlpatterns = [
    path("administration/entites/", entities.entities, name="entities"),
    path("administration/entites/nouvelle/", entities.new_entity, name="new_entity"),
    path("administration/entites/<int:pk>/", entities.entity, name="entity"),
    path("administration/entites/<int:pk>/activite/", entities.entity_activity, name="entity_activity"),
    path("administration/clients/", customers.customers, name="customers"),
    path("administration/clients/nouveau/", customers.new_customer, name="new_customer"),
    path("administration/clients/<int:pk>/", customers.customer, name="customer"),
    path("administration/clients/<int:pk>/activite/", customers.customer_activity, name="customer_activity"),
    path("administration/clients/<int:pk>/adresse/", contacts.customer_contact, name="customer_contact"),
    path(
        "administration/clients/<int:pk>/adresse/<int:entity_pk>/",
        contacts.entity_contact,
        name="entity_contact",
    ),
    path(
        "administration/clients/<int:pk>/adresse/<int:entity_pk>/supprimer/",
        contacts.remove_contact,
        name="remove_contact",
    ),
]
