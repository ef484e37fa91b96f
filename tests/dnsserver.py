"""A real DNS server on loopback that answers TXT questions from a table."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Mapping, Sequence

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset


class _Listener(socketserver.ThreadingUDPServer):
    allow_reuse_address = True
    daemon_threads = True
    texts: Mapping[str, Sequence[str]]


class _Question(socketserver.BaseRequestHandler):
    server: _Listener

    def handle(self) -> None:
        packet, sock = self.request
        query = dns.message.from_wire(packet)
        answer = dns.message.make_response(query)
        answer.flags |= dns.flags.RA
        name = query.question[0].name
        texts = self.server.texts.get(name.to_text(omit_final_dot=True).lower())
        if texts is None:
            answer.set_rcode(dns.rcode.NXDOMAIN)
        elif query.question[0].rdtype == dns.rdatatype.TXT and texts:
            quoted = [f'"{text}"' for text in texts]
            answer.answer.append(dns.rrset.from_text(name, 60, "IN", "TXT", *quoted))
        sock.sendto(answer.to_wire(), self.client_address)


class DnsServer:
    """The server, run by a thread from ``__enter__`` to ``__exit__``; a name without texts exists."""

    def __init__(self, texts: Mapping[str, Sequence[str]]) -> None:
        self._listener = _Listener(("127.0.0.1", 0), _Question)
        self._listener.texts = texts
        self._thread = threading.Thread(target=self._listener.serve_forever, args=(0.05,), daemon=True)

    @property
    def address(self) -> str:
        """What --dns takes."""
        return f"127.0.0.1:{self._listener.server_address[1]}"

    def __enter__(self) -> DnsServer:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._listener.shutdown()
        self._listener.server_close()
        self._thread.join(5)
