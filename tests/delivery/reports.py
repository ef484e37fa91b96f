"""Delivery-status reports as mail servers write them, about one message of ours."""

from __future__ import annotations

MESSAGE_ID = "<relance.0123@top.example>"
RECIPIENT = "compta@client.example"
FIELDS = f"""\
Final-Recipient: rfc822; {RECIPIENT}
Original-Recipient: rfc822;{RECIPIENT}
Action: failed
Status: 5.1.1
Remote-MTA: dns; mx.client.example
Diagnostic-Code: smtp; 550 5.1.1 User unknown"""


def fields(
    recipient: str = RECIPIENT,
    action: str = "failed",
    status: str = "5.1.1",
    said: str = "550 5.1.1 User unknown",
) -> str:
    """Return the fields of one recipient."""
    lines = [f"Final-Recipient: rfc822; {recipient}", f"Action: {action}", f"Status: {status}"]
    return "\n".join([*lines, *([f"Diagnostic-Code: smtp; {said}"] if said else [])])


def dsn(
    status: str = FIELDS,
    *,
    message_id: str = MESSAGE_ID,
    returned: str = "text/rfc822-headers",
    encoding: str = "",
    own_id: str = "<20160516093000.1@mx.client.example>",
) -> str:
    """Return a report in the form of Postfix; ``status`` are the fields of the recipients."""
    parts = [
        "Content-Description: Notification\nContent-Type: text/plain; charset=us-ascii\n\n"
        "This is the mail system at host mx.client.example.\nI'm sorry to have to inform you.\n",
        "Content-Description: Delivery report\nContent-Type: message/delivery-status\n"
        + (f"Content-Transfer-Encoding: {encoding}\n\n" if encoding else "\nReporting-MTA: dns; mx\n\n")
        + f"{status}\n",
    ]
    if returned:
        parts.append(
            f"Content-Type: {returned}\n\nSubject: Relance\nMessage-ID: {message_id}\n"
            + ("\nMadame, Monsieur,\n" if returned == "message/rfc822" else "")
        )
    body = "".join(f"--=_sep\n{part}\n" for part in parts)
    return (
        "Return-Path: <>\nFrom: MAILER-DAEMON@mx.client.example (Mail Delivery System)\n"
        "To: relances@top.example\nSubject: Undelivered Mail Returned to Sender\n"
        f"Message-ID: {own_id}\nDate: Mon, 16 May 2016 11:30:00 +0200\nMIME-Version: 1.0\n"
        'Content-Type: multipart/report; report-type=delivery-status;\n\tboundary="=_sep"\n\n'
        f"This is a MIME-encapsulated message.\n\n{body}--=_sep--\n"
    )


EXIM = f"""\
Return-path: <>
X-Failed-Recipients: {RECIPIENT}
Auto-Submitted: auto-replied
From: Mail Delivery System <Mailer-Daemon@mx.top.example>
To: relances@top.example
Subject: Mail delivery failed: returning message to sender
Message-Id: <E1b2-0001@mx.top.example>

This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  {RECIPIENT}
    SMTP error from remote mail server after RCPT TO:<{RECIPIENT}>:
    host mx.client.example [192.0.2.1]: 550 5.1.1 User unknown

------ This is a copy of the message, including all the headers. ------

Return-path: <relances@top.example>
Subject: Relance
Message-ID: {MESSAGE_ID}

Madame, Monsieur,
"""

QMAIL = f"""\
Return-Path: <>
From: MAILER-DAEMON@mx.client.example
To: relances@top.example
Subject: failure notice

Hi. This is the qmail-send program at mx.client.example.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<{RECIPIENT}>:
192.0.2.1 does not like recipient.
Remote host said: 550 5.1.1 User unknown

--- Below this line is a copy of the message.

Return-Path: <relances@top.example>
Subject: Relance
Message-ID: {MESSAGE_ID}

Madame, Monsieur,
"""

TEXT_ONLY = f"""\
From: postmaster@client.example
To: relances@top.example
Subject: Non remis
Content-Type: text/plain; charset=iso-8859-1

Votre message n'a pas \u00e9t\u00e9 remis.

{FIELDS}

> Message-ID: {MESSAGE_ID}
"""

ANSWER = f"""\
From: {RECIPIENT}
To: relances@top.example
Subject: Absence : Relance
In-Reply-To: {MESSAGE_ID}
Auto-Submitted: auto-replied

Je suis absente jusqu'au 1er juin.
"""

RECEIPT = f"""\
From: {RECIPIENT}
To: relances@top.example
Subject: Lu : Relance
Content-Type: multipart/report; report-type=disposition-notification; boundary="sep"

--sep
Content-Type: text/plain

Votre message a ete lu.
--sep
Content-Type: message/disposition-notification

Final-Recipient: rfc822;{RECIPIENT}
Original-Message-ID: {MESSAGE_ID}
Disposition: manual-action/MDN-sent-manually; displayed
--sep--
"""
