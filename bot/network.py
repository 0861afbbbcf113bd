"""The way out of this machine, the same for every library: proxies and certificates.

Slack's library, OpenAI's and Chroma's each read the environment by themselves, and each a little
differently. What it says is put once into the form that all of them take.
"""

from __future__ import annotations

import os
from collections.abc import MutableMapping

from knowledge.errors import Problem, Refused

CERTIFICATES = "SSL_CERT_FILE"
_PROXIES = ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY")
_SPARED = "NO_PROXY"
_OURSELVES = ("localhost", "127.0.0.1", "::1")


class CertificatesRefused(Refused):
    """What shall be trusted holds no certificates."""


def settle(environment: MutableMapping[str, str] = os.environ) -> None:
    """Put what the environment says of the way out into the form that every library takes.

    A proxy gets the scheme it may lack, and is never asked for this very machine: the local
    workspace, a model or an index beside us is behind no proxy.

    Raises:
        CertificatesRefused: where SSL_CERT_FILE names no certificates.
    """
    named = {name: value for name, value in environment.items() if name.upper() in _PROXIES}
    for name, value in named.items():
        if value and "://" not in value:
            environment[name] = f"http://{value}"
    if any(named.values()):
        _spare_this_machine(environment)
    if environment.get(CERTIFICATES):
        _check(environment[CERTIFICATES])


def _spare_this_machine(environment: MutableMapping[str, str]) -> None:
    """Name this machine among what no proxy is asked for, in both ways of writing the variable."""
    told = environment.get(_SPARED.lower()) or environment.get(_SPARED) or ""
    spared = told if told.strip() == "*" else ",".join((*filter(None, (told,)), *_OURSELVES))
    environment[_SPARED] = environment[_SPARED.lower()] = spared


def _check(path: str) -> None:
    import ssl

    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(path)
    except OSError as error:  # what is no certificate raises SSLError, which is one
        what = f"{path} cannot be used: {error.strerror or error}"
        mend = "Name a readable file of certificates in PEM form, or unset it"
        raise CertificatesRefused(Problem(place=CERTIFICATES, what=what, mend=mend)) from None


def goes_straight(address: str) -> bool:
    """Tell whether the environment spares an address the proxy."""
    from urllib.parse import urlsplit
    from urllib.request import proxy_bypass

    return bool(proxy_bypass(urlsplit(address).netloc))
