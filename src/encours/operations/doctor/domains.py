"""Ask the DNS whether others may believe mail from our senders: SPF, DKIM, DMARC (RFC 7208, 6376, 7489)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import dns.exception
import dns.resolver

from encours.operations.doctor.findings import Finding, attention, error, ok

SECONDS = 5.0
MAX_DOMAINS = 50
SPF = "v=spf1"


class NoResolverError(Exception):
    """No resolver answers, so nothing can be said."""


class Dns:
    """A resolver: that of the machine, or the one named as ``address`` or ``address:port``."""

    def __init__(self, server: str = "") -> None:
        try:
            self._resolver = dns.resolver.Resolver(configure=not server)
        except dns.resolver.NoResolverConfiguration as failure:
            raise NoResolverError from failure
        if server:
            address, _colon, port = server.rpartition(":") if server.count(":") == 1 else (server, "", "53")
            self._resolver.nameservers = [address]
            self._resolver.port = int(port)

    def texts(self, name: str) -> list[str]:
        """Return the TXT records of a name, none if it has none; raise NoResolverError without an answer."""
        try:
            answer = self._resolver.resolve(name, "TXT", lifetime=SECONDS)
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return []
        except (dns.exception.DNSException, OSError) as failure:
            raise NoResolverError from failure
        return [b"".join(record.strings).decode("utf-8", "replace") for record in answer]


def check_domains(addresses: Iterable[str], *, dns_server: str, selector: str) -> list[Finding]:
    """Check the domain of each sender's address once."""
    domains = sorted({_domain(address) for address in addresses if "@" in address})
    found: list[Finding] = []
    try:
        resolver = Dns(dns_server)
        for domain in domains[:MAX_DOMAINS]:
            found.extend(_domain_findings(resolver, domain, selector))
    except NoResolverError:
        found.append(
            attention(
                "domaine",
                "aucun résolveur DNS ne répond : SPF, DKIM et DMARC ne sont pas vérifiés",
                "vérifiez /etc/resolv.conf, ou nommez un résolveur avec --dns",
            )
        )
    if domains and not selector:
        found.append(
            attention(
                "DKIM",
                "non vérifié : aucun sélecteur n'est indiqué",
                "demandez-le à qui tient le serveur de messagerie et indiquez-le dans ENCOURS_DKIM_SELECTOR",
            )
        )
    return found


def _domain(address: str) -> str:
    domain = address.rpartition("@")[2].lower()
    try:
        return domain.encode("idna").decode("ascii")
    except UnicodeError:
        return domain


def _domain_findings(resolver: Dns, domain: str, selector: str) -> Iterator[Finding]:
    yield _spf(domain, resolver.texts(domain))
    if selector:
        yield _dkim(domain, selector, resolver.texts(f"{selector}._domainkey.{domain}"))
    yield _dmarc(domain, _policy(resolver, domain))


def _spf(domain: str, texts: list[str]) -> Finding:
    records = [text for text in texts if text.lower().split(" ")[0] == SPF]
    if not records:
        return attention(
            "SPF",
            f"{domain} ne dit pas quels serveurs peuvent écrire en son nom",
            f"publiez un enregistrement TXT « v=spf1 … -all » pour {domain}, avec votre serveur d'envoi",
        )
    if len(records) > 1:
        return error(
            "SPF", f"{domain} a {len(records)} enregistrements SPF : aucun ne vaut", "n'en gardez qu'un"
        )
    if records[0].lower().split()[-1] in {"+all", "all", "?all"}:
        return attention(
            "SPF", f"{domain} laisse n'importe qui écrire en son nom ({records[0]})", "finissez-le par -all"
        )
    return ok("SPF", f"{domain} : {records[0]}")


def _dkim(domain: str, selector: str, texts: list[str]) -> Finding:
    name = f"{selector}._domainkey.{domain}"
    keys = [tags["p"] for tags in map(_tags, texts) if "p" in tags]
    if not keys:
        return error(
            "DKIM",
            f"{name} n'a pas de clé : les signatures ne peuvent pas être vérifiées",
            "publiez la clé, ou corrigez ENCOURS_DKIM_SELECTOR",
        )
    if not keys[0]:
        return error("DKIM", f"la clé de {name} est révoquée", "publiez une nouvelle clé")
    return ok("DKIM", f"{name} a une clé")


def _policy(resolver: Dns, domain: str) -> str:
    """Return the policy of a domain, or of the nearest one above it that has one; or nothing."""
    labels = domain.split(".")
    for start in range(max(1, len(labels) - 1)):
        for text in resolver.texts("_dmarc." + ".".join(labels[start:])):
            tags = _tags(text)
            if tags.get("v", "").upper() == "DMARC1":
                return tags.get("p", "")
    return ""


def _dmarc(domain: str, policy: str) -> Finding:
    if policy.lower() not in {"none", "quarantine", "reject"}:
        return attention(
            "DMARC",
            f"{domain} n'a pas de politique DMARC : de grands fournisseurs refusent les envois en nombre",
            f"publiez un enregistrement TXT « v=DMARC1; p=none; rua=mailto:… » pour _dmarc.{domain}",
        )
    return ok("DMARC", f"{domain} : p={policy}")


def _tags(text: str) -> dict[str, str]:
    pairs = (part.partition("=") for part in text.split(";"))
    return {name.strip().lower(): value.strip() for name, _equals, value in pairs if name.strip()}
