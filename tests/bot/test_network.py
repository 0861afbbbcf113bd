"""Private authorities and proxies are honoured by everything that leaves this machine."""

from __future__ import annotations

import os
import ssl
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import trustme

from bot import network
from bot.network import CertificatesRefused
from tests.fakes.outside import HOST, Proxy, Site, running

ROOT = Path(__file__).parents[2]
EVERY_WAY = {
    "/api/auth.test",
    "/api/users.list",
    "/reply",
    "/api/apps.connections.open",
    "/socket",
    "/v1/models",
    "/v1/embeddings",
    "/api/v2/auth/identity",
}
"""What the site is asked by the clients of Slack, its sockets, the models and the index."""

pytestmark = pytest.mark.skipif(
    sys.platform == "darwin", reason="its loopback has one address alone"
)


@dataclass(frozen=True)
class Outside:
    """The site and the proxy, and the file that says whom the company trusts."""

    site: Site
    proxy: Proxy
    bundle: Path

    def reach(self, data: Path, **environment: str) -> None:
        """Try every way out in a process with nothing else in its environment."""
        address = f"https://{HOST}:{self.site.server_port}"
        subprocess.run(  # noqa: S603 - our own module
            [sys.executable, "-m", "tests.bot.outgoing", address, str(data)],
            cwd=ROOT,
            env={
                "PATH": os.environ["PATH"],
                "MAYI_EMBEDDER": "openai",
                "OPENAI_API_KEY": "sk-1",
                "OPENAI_BASE_URL": f"{address}/v1",
                **environment,
            },
            check=True,
            timeout=120,
        )


@pytest.fixture
def outside(tmp_path: Path) -> Iterator[Outside]:
    authority = trustme.CA()
    bundle = tmp_path / "bundle.pem"
    authority.cert_pem.write_to_path(bundle)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(HOST).configure_cert(context)
    with running(Site(context)) as site, running(Proxy()) as proxy:
        _lead_sockets_to(site, f"wss://{HOST}:{site.server_port}/socket")
        yield Outside(site, proxy, bundle)


def _lead_sockets_to(site: Site, url: str) -> None:
    site.answers["/api/apps.connections.open"] = {"ok": True, "url": url}


def test_every_client_goes_through_the_proxy_to_whom_our_authority_vouches_for(
    outside: Outside, tmp_path: Path
):
    outside.reach(tmp_path, HTTPS_PROXY=outside.proxy.address, SSL_CERT_FILE=str(outside.bundle))

    assert outside.site.seen == EVERY_WAY
    assert set(outside.proxy.asked) == {f"{HOST}:{outside.site.server_port}"}
    assert len(outside.proxy.asked) >= len(EVERY_WAY) - 1


def test_no_client_speaks_to_whom_nobody_vouches_for(outside: Outside, tmp_path: Path):
    outside.reach(tmp_path, HTTPS_PROXY=outside.proxy.address)

    assert outside.site.seen == set()
    assert outside.proxy.asked


def test_no_client_asks_the_proxy_for_what_it_is_spared(outside: Outside, tmp_path: Path):
    with running(Site()) as plain:  # beside a proxy Slack's library knows no port but 443 for TLS
        _lead_sockets_to(outside.site, f"ws://{HOST}:{plain.server_port}/socket")
        outside.reach(
            tmp_path,
            HTTPS_PROXY=outside.proxy.address,
            NO_PROXY=HOST,
            SSL_CERT_FILE=str(outside.bundle),
        )

        assert outside.site.seen | plain.seen == EVERY_WAY
    assert outside.proxy.asked == []


def test_the_environment_says_the_same_to_every_library():
    environment = {"https_proxy": "proxy:3128", "HTTP_PROXY": "http://proxy", "NO_PROXY": ".corp"}

    network.settle(environment)

    spared = ".corp,localhost,127.0.0.1,::1"
    assert environment == {
        "https_proxy": "http://proxy:3128",
        "HTTP_PROXY": "http://proxy",
        "NO_PROXY": spared,
        "no_proxy": spared,
    }


def test_what_spares_everything_stays_so():
    environment = {"HTTPS_PROXY": "http://proxy", "no_proxy": "*"}

    network.settle(environment)

    assert environment["NO_PROXY"] == "*"


@pytest.mark.parametrize("environment", [{}, {"HTTPS_PROXY": ""}, {"SSL_CERT_FILE": ""}])
def test_nothing_said_stays_nothing_said(environment: dict[str, str]):
    before = dict(environment)

    network.settle(environment)

    assert environment == before


@pytest.mark.parametrize("content", [None, "no certificate", ""])
def test_a_bundle_without_certificates_is_refused(tmp_path: Path, content: str | None):
    bundle = tmp_path / "bundle.pem"
    if content is not None:
        bundle.write_text(content)

    with pytest.raises(CertificatesRefused, match=r"SSL_CERT_FILE: .*bundle\.pem cannot be used"):
        network.settle({"SSL_CERT_FILE": str(bundle)})
