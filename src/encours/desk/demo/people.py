"""Who is in the demonstration: three companies, all invented, and those who owe them money."""

from __future__ import annotations

from dataclasses import dataclass

from encours.parties.details import ContactDetails, CustomerDetails, EntityDetails
from encours.parties.models import CustomerKind

ENTITIES = (
    EntityDetails(
        code="TOPCONSEIL",
        name="TopConseil",
        legal_form="SARL",
        address1="12 rue de la Boétie",
        postcode="75008",
        city="Paris",
        phone="01 55 00 12 30",
        fax="01 55 00 12 31",
        share_capital="100 000 EUR",
        siren="552100554",
        rcs_town="PARIS",
        vat_number="FR60552100554",
        iban="FR1420041010050500013M02606",
        bic="PSSTFRPPPAR",
        sender_name="TopConseil, comptabilité clients",
        sender_email="comptabilite@topconseil.example",
        letter_town="Paris",
        signature="Direction administrative et financière",
    ),
    EntityDetails(
        code="ATELIERS",
        name="Les Ateliers du Nord",
        legal_form="SAS",
        address1="4 quai du Wault",
        postcode="59000",
        city="Lille",
        phone="03 20 00 45 60",
        share_capital="250 000 EUR",
        siren="732829320",
        rcs_town="LILLE MÉTROPOLE",
        vat_number="FR44732829320",
        iban="FR7630006000011234567890189",
        sender_name="Les Ateliers du Nord, service clients",
        sender_email="clients@ateliers-du-nord.example",
        letter_town="Lille",
        signature="Le service comptabilité",
    ),
    EntityDetails(
        code="LUMIERE",
        name="Lumière Export",
        legal_form="SA",
        address1="27 cours Lafayette",
        postcode="69003",
        city="Lyon",
        phone="04 72 00 78 90",
        share_capital="1 500 000 EUR",
        siren="404833048",
        rcs_town="LYON",
        vat_number="FR83404833048",
        iban="FR7630004000031234567890143",
        sender_name="Lumière Export, accounts receivable",
        sender_email="receivables@lumiere-export.example",
        letter_town="Lyon",
        signature="La direction financière",
    ),
)

ADDRESS_SIZE = 3


@dataclass(frozen=True, slots=True)
class Person:
    """A customer of the demonstration and his dunning contact; ``address`` is street, postcode and town."""

    code: str
    name: str
    contact: str = "Service comptabilité"
    emails: str = ""
    address: tuple[str, ...] = ()
    country: str = "FR"
    language: str = "fr"
    kind: str = CustomerKind.PROFESSIONAL.value
    role: str = ""
    phone: str = ""

    def details(self) -> CustomerDetails:
        """Return the customer as the actions take him."""
        return CustomerDetails(code=self.code, name=self.name, language=self.language, kind=self.kind)

    def contact_details(self) -> ContactDetails:
        """Return the contact as the actions take it."""
        street, postcode, city = (*self.address, "", "", "")[:ADDRESS_SIZE]
        return ContactDetails(
            contact_name=self.contact,
            contact_role=self.role,
            contact_phone=self.phone,
            emails=self.emails,
            address1=street,
            postcode=postcode,
            city=city,
            country=self.country,
        )


PUBLIC, CONSUMER = CustomerKind.PUBLIC.value, CustomerKind.CONSUMER.value

PEOPLE = (
    Person(
        "DUPONT",
        "Dupont & Fils",
        "Claire Dupont",
        "c.dupont@dupont.example",
        ("8 rue Nationale", "37000", "Tours"),
        role="Responsable comptable",
        phone="02 47 00 12 34",
    ),
    Person(
        "BERNARD",
        "Bernard Matériaux",
        "Service fournisseurs",
        "fournisseurs@bernard.example; compta@bernard.example",
        ("ZI des Paluds", "13400", "Aubagne"),
    ),
    Person(
        "MAIRIE-ST",
        "Mairie de Saint-Thibault",
        "Service des finances",
        "finances@saint-thibault.example",
        ("1 place de la Mairie", "18300", "Saint-Thibault"),
        kind=PUBLIC,
    ),
    Person("GARAGE", "Garage de l'Étoile", "M. Étienne Noël", "", ("45 avenue Foch", "54000", "Nancy")),
    Person("FLEURS", "Fleurs d'Hélène", "Hélène Faure", "helene@fleurs.example", ()),
    Person("IMPRIM", "Imprimerie Lecœur", "Mme Lecœur", "", ("Rue des Presses", "", "")),
    Person(
        "ROUX",
        "Cabinet Roux & Associés",
        "Me Anne Roux",
        "a.roux@cabinet-roux.example",
        ("3 rue Saint-Jean", "69005", "Lyon"),
    ),
    Person(
        "OCEANE",
        "Océane Transports",
        "Service règlement",
        "reglement@oceane.example",
        ("Quai Colbert", "76600", "Le Havre"),
    ),
    Person(
        "PETIT",
        "Jean Petit",
        "Jean Petit",
        "jean.petit@courriel.example",
        ("19 rue des Lilas", "33000", "Bordeaux"),
        kind=CONSUMER,
    ),
    Person(
        "SOLEIL",
        "Hôtel du Soleil",
        "La direction",
        "direction@hotel-soleil.example",
        ("Promenade des Anglais", "06000", "Nice"),
    ),
    Person(
        "VERDIER",
        "Verdier Paysages",
        "Luc Verdier",
        "luc@verdier.example",
        ("Chemin des Prés", "35000", "Rennes"),
    ),
    Person(
        "ACIERS",
        "Aciéries Réunies du Hainaut",
        "Comptabilité fournisseurs",
        "ap@aciers.example",
        ("Route de Mons", "59300", "Valenciennes"),
    ),
    Person(
        "BOIS",
        "Bois et Charpentes Martin",
        "Mme Martin",
        "martin@bois.example",
        ("La Scierie", "88000", "Épinal"),
    ),
    Person(
        "CLINIQUE",
        "Clinique des Tilleuls",
        "Service économique",
        "economat@tilleuls.example",
        ("Rue des Tilleuls", "80000", "Amiens"),
    ),
    Person(
        "EPICERIE",
        "Épicerie fine Gaston",
        "Gaston Leroy",
        "gaston@epicerie.example",
        ("7 place du Marché", "14000", "Caen"),
    ),
    Person(
        "LYCEE",
        "Lycée Jean-Moulin",
        "L'intendance",
        "intendance@jean-moulin.example",
        ("Boulevard Carnot", "62000", "Arras"),
        kind=PUBLIC,
    ),
    Person(
        "MENUIS",
        "Menuiserie Àlain Çevik",
        "Alain Çevik",
        "contact@cevik.example",
        ("Zone artisanale", "59800", "Lille"),
    ),
    Person(
        "ZENITH",
        "Zénith Événements",
        "Production",
        "production@zenith.example",
        ("Parc des expositions", "67000", "Strasbourg"),
    ),
    Person(
        "ACME-UK",
        "Acme Trading Ltd",
        "Accounts Payable",
        "ap@acme-trading.example",
        ("22 Baker Street", "NW1 6XE", "London"),
        "GB",
        "en",
    ),
    Person(
        "HIKARI",
        "Hikari Shokai K.K.",
        "Accounting Department",
        "keiri@hikari.example",
        ("1-7-1 Konan", "108-0075", "Tokyo"),
        "JP",
        "en",
    ),
    Person(
        "TUNISOIE",
        "Tunisoie",
        "Mme Ben Salah",
        "finance@tunisoie.example",
        ("Avenue Habib-Bourguiba", "1001", "Tunis"),
        "TN",
    ),
    Person(
        "NORDLYS",
        "Nordlys AS",
        "Invoice Desk",
        "invoices@nordlys.example",
        ("Karl Johans gate 5", "0154", "Oslo"),
        "NO",
        "en",
    ),
    Person(
        "MAPLE",
        "Maple Retail Inc.",
        "Accounts Payable",
        "ap@mapleretail.example",
        ("100 Queen Street", "K1P 1J9", "Ottawa"),
        "CA",
        "en",
    ),
    Person(
        "GALERIE",
        "Galerie Béranger",
        "Sophie Béranger",
        "sophie@beranger.example",
        ("14 rue de Seine", "75006", "Paris"),
    ),
)
"""All customers. GARAGE has no e-mail, FLEURS no postal address, IMPRIM neither: their icons are red."""
