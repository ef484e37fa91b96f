"""Know which template speaks to an account, and what its placeholders stand for."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _

from encours.core import french
from encours.core.money import Money, sum_by_currency
from encours.core.placeholders import Flaw, Problem, check
from encours.core.sentences import marked
from encours.dunning.documents.letter import LONGEST_LIST, LetterInvoice, invoice_sentence
from encours.dunning.documents.words import words_of
from encours.dunning.models import MessageTemplate

_DUPLICATE_LABEL = "Duplicata de la facture "
_STATEMENT_LABEL = re.compile(
    r"(?P<name>État de l'encours|État du compte client) de (?P<first>\S+) à (?P<last>\S+)"
)
_KEPT_LABELS = (
    marked("État de l'encours"),
    marked("État du compte client"),
    marked("Lettre de relance"),
    marked("E-mail de relance"),
)


def choose_template(
    templates: Iterable[MessageTemplate], *, entity_id: int, language: str
) -> MessageTemplate | None:
    """Return the template to use among those of one code: the entity's own first, then the language.

    A customer whose language has no text is written to in French rather than not at all.
    """
    fitting = [row for row in templates if row.entity_id in (None, entity_id)]
    return min(
        fitting,
        key=lambda row: (row.language != language, row.entity_id is None, row.language != "fr", row.id),
        default=None,
    )


def total_text(amounts: Iterable[Money], language: str) -> str:
    """Return what is asked, one total per currency: ``6 400,00 EUR (TTC)``."""
    inclusive = words_of(language).tax_included
    totals = [
        f"{french.amount_with_code(total.minor, total.currency, language)} ({inclusive})"
        for total in sum_by_currency(amounts).values()
    ]
    return enumeration(totals, language)


def enumeration(parts: Sequence[str], language: str) -> str:
    """Return parts as one phrase: «a, b et c»."""
    if len(parts) < 2:
        return "".join(parts)
    joined = "et" if language == "fr" else "and"
    return f"{', '.join(parts[:-1])} {joined} {parts[-1]}"


def enclosure_texts(*, kind: str, today: dt.date, duplicate_count: int, language: str) -> tuple[str, ...]:
    """Return what is really enclosed, as a sentence says it: «votre compte client au 16/05/2016»."""
    day = french.date(today)
    if language == "fr":
        statement = f"votre {'encours' if kind == 'encours' else 'compte client'} au {day}"
        one, many = "le duplicata de la facture déjà transmise", "les duplicatas des factures déjà transmises"
    else:
        statement = f"your {'outstanding invoices' if kind == 'encours' else 'account statement'} as of {day}"
        one, many = "a copy of the invoice already sent", "copies of the invoices already sent"
    if not duplicate_count:
        return (statement,)
    return (statement, one if duplicate_count == 1 else many)


def statement_label(kind: str, from_month: int, to_month: int) -> str:
    """Return what a reminder calls its statement: «État du compte client de 09/2015 à 05/2016».

    It is kept with the file, so it is French; ``said_label`` says it to who reads.
    """
    name = "État de l'encours" if kind == "encours" else "État du compte client"
    return f"{name} de {french.period_month(from_month)} à {french.period_month(to_month)}"


def said_label(label: str) -> str:
    """Return the kept label of a file in the language of who reads."""
    if found := _STATEMENT_LABEL.fullmatch(label):
        words = {"name": _(found["name"]), "first": found["first"], "last": found["last"]}
        return _("%(name)s de %(first)s à %(last)s") % words
    if label.startswith(_DUPLICATE_LABEL):
        return _("Duplicata de la facture %s") % label.removeprefix(_DUPLICATE_LABEL)
    return _(label)


def invoices_as_text(invoices: Sequence[LetterInvoice], language: str) -> str:
    """Return the invoices for an e-mail: a list, or a table in plain text when there are more than three."""
    if len(invoices) <= LONGEST_LIST:
        return "\n".join(f"- {invoice_sentence(line, language)}" for line in invoices)
    header = words_of(language).table_header
    rows = [header, *(_text_row(line, language) for line in invoices)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(header))]
    return "\n".join(
        " | ".join(_padded(cell, widths[at], at) for at, cell in enumerate(row)).rstrip() for row in rows
    )


def numbers_as_text(invoices: Sequence[LetterInvoice], language: str) -> str:
    """Return the invoice numbers alone, as a subject names them."""
    return enumeration([line.number for line in invoices], language)


def problem_sentence(problem: Problem) -> str:
    """Return what is wrong in a template, for the person who saves it."""
    if problem.flaw is Flaw.UNKNOWN:
        return _(
            "Ligne %(line)s\u00a0: %(found)s n'est pas un champ connu. Vouliez-vous dire {%(nearest)s}\u202f?"
        ) % {"line": problem.line, "found": problem.found, "nearest": problem.nearest}
    if problem.flaw is Flaw.NOT_TWO_FORMS:
        return _("Ligne %(line)s\u00a0: %(found)s doit donner deux formes, [[singulier|pluriel]].") % {
            "line": problem.line,
            "found": problem.found,
        }
    return _("Ligne %(line)s\u00a0: il manque ]] après %(found)s.") % {
        "line": problem.line,
        "found": problem.found,
    }


def check_text(subject: str, body: str) -> list[str]:
    """Return the sentences about all that must be corrected in a subject and a body."""
    wrong_subject = [_("Objet, %s") % _lowered(problem_sentence(problem)) for problem in check(subject)]
    return [*wrong_subject, *(problem_sentence(problem) for problem in check(body))]


def _lowered(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]


def _text_row(line: LetterInvoice, language: str) -> tuple[str, ...]:
    issued, due = dt.date.fromisoformat(line.issue_date), dt.date.fromisoformat(line.due_date)
    return (
        line.number,
        french.document_month(issued.year * 12 + issued.month - 1),
        french.date(due),
        str(line.days_late) if line.days_late > 0 else "–",
        french.amount(line.remaining_minor, line.currency, language),
        line.currency,
    )


def _padded(cell: str, width: int, column: int) -> str:
    """Return a cell in its column; the days and the amount stand on the right."""
    return cell.rjust(width) if column in (3, 4) else cell.ljust(width)
