"""The drawing process: reads orders, writes documents, until its pipe is closed."""

from __future__ import annotations

import os
import sys

from encours.documents import frames
from encours.documents.compiling import DrawingError, draw_pdf


def main() -> None:
    """Answer every order of standard input; nothing else may write to standard output."""
    orders = sys.stdin.buffer
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    while content := frames.read(orders):
        try:
            document = draw_pdf(frames.decode_order(content))
        except DrawingError as error:
            frames.write_answer(answers, str(error).encode(), is_drawn=False)
        else:
            frames.write_answer(answers, document, is_drawn=True)


if __name__ == "__main__":
    main()
