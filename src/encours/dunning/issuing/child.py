"""The drawing process of reminders: reads orders, writes files, until its pipe is closed."""

from __future__ import annotations

import os
import sys

from django.conf import settings

from encours.documents import frames
from encours.dunning.issuing import drawing, wire


def main() -> None:
    """Answer every order of standard input; nothing else may write to standard output."""
    settings.configure(USE_I18N=False)  # a refusal is told in the words that it has in the code
    orders = sys.stdin.buffer
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    while (head := frames.read(orders)) is not None:
        order = wire.read_order(head, orders)
        try:
            files = drawing.draw(order)
        except Exception as error:
            wire.write_failure(answers, str(error) or type(error).__name__)
        else:
            wire.write_files(answers, files)


if __name__ == "__main__":
    main()
