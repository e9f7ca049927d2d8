"""Webhooks reach the open Internet and nothing else: no spelling, name, redirect or trick leads inside."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address, IPv6Address
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.delivery import outgoing
from chalicelib.operations.addresses import is_public, may_reach, parse_target
from chalicelib.settings import settings
from tests.api_client import Api
from tests.delivery.conftest import api, clock
from tests.delivery.post import Clock
from tests.receiver import Receiver, receiving

__all__ = ["api", "clock"]

INSIDE_4 = (
    "0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.100.100.200", "100.127.255.254",
    "127.0.0.1", "127.1.2.3", "127.255.255.254", "168.63.129.16", "169.254.0.1", "169.254.169.253",
    "169.254.169.254", "169.254.170.2", "172.16.0.1", "172.31.255.255", "192.0.0.1", "192.0.0.192",
    "192.0.2.1", "192.88.99.1", "192.168.0.1", "192.168.255.255", "198.18.0.1", "198.19.255.255",
    "198.51.100.7", "203.0.113.9", "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255",
)  # fmt: skip
INSIDE_6 = (
    "::", "::1", "::2", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254",
    "::ffff:0:127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "100::1", "2001::1",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2", "2001:10::1", "2001:20::1", "2001:db8::1", "2002:7f00:1::",
    "2002:a9fe:a9fe::", "3fff::1", "4000::1", "fc00::1", "fd00::1", "fd00:ec2::254", "fe80::1", "fec0::1", "ff02::1",
)  # fmt: skip
PUBLIC = (
    "1.1.1.1", "8.8.8.8", "93.184.216.34", "172.15.255.255", "172.32.0.1", "100.63.255.255", "100.128.0.1",
    "192.0.1.1", "223.255.255.255", "198.17.255.255", "2606:4700::1111", "2a00:1450:4001::200e",
    "::ffff:8.8.8.8", "64:ff9b::808:808",
)  # fmt: skip
NAMES = (
    "localhost", "LOCALHOST", "localhost.", "a.localhost", "localhost.localdomain", "ip6-localhost", "metadata",
    "metadata.google.internal", "instance-data.ec2.internal", "router.lan", "nas.local", "host.docker.internal",
    "kubernetes.default.svc.cluster.local", "db.home.arpa", "x.intranet",
)  # fmt: skip
BROKEN = (
    "", "http", "http://", "https://", "//127.0.0.1", "ftp://127.0.0.1/", "file:///etc/passwd", "gopher://127.0.0.1:25/",
    "dict://127.0.0.1:11211/", "jar:http://127.0.0.1!/", "data:text/plain,x", "javascript:alert(1)", "ldap://127.0.0.1",
    "HTTP//127.0.0.1", "http:/127.0.0.1", "http:127.0.0.1", "http:///127.0.0.1", "http://127.0.0.1:0/",
    "http://127.0.0.1:65536/", "http://127.0.0.1:-1/", "http://127.0.0.1:80:80/", "http://1.1.1.1@127.0.0.1/",
    "http://127.0.0.1@1.1.1.1/", "http://user:pw@1.1.1.1/", "http://1.1.1.1\\@127.0.0.1/",
    "http://127.0.0.1\\@1.1.1.1/", "http://127.0.0.1%2f@1.1.1.1/", "http://127.0.0.1%00.example.com/",
    "http://127.0.0.1 /", " http://127.0.0.1/", "http://127.0.0.1\r\nHost: x/", "http://127.0.0.1\t/", "http://127.0.0.1\x00/",
    "http://[::1]@1.1.1.1/", "http://[::1", "http://::1/", "http://[::1%25lo]/", "http://[::1%lo]/", "http://[fe80::1%eth0]/",
    "http://①②⑦.⓪.⓪.①/", "http://１２７.0.0.1/", "http://127。0。0。1/", "http://ⓛocalhost/", "http://locaLhost%E3%80%82/",
    "http://-a.test/", "http://a..test/", "http://.test/", "http://127.0.0.1.1/", "http://0x7f.0.0.0.1/", "http://256.256.256.256/",
    f"http://{'a' * 64}.test/", f"http://a.test/{'a' * 2_000}", "http://*.test/", "http://a_b/", "http://[v1.fe80]/",
)  # fmt: skip


def spellings(address: str) -> Iterator[str]:
    """Ways in which C libraries read the same IPv4 address."""
    first, second, third, fourth = (int(part) for part in address.split("."))
    number = int(IPv4Address(address))
    yield from (str(number), hex(number), f"0{number:o}", f"{hex(first)}.{second}.{third}.{fourth}")
    yield f"0{first:o}.0{second:o}.0{third:o}.0{fourth:o}"
    yield f"{first}.{number & 0xFFFFFF}"
    yield f"{first}.{second}.{number & 0xFFFF}"


ODD = [text for address in INSIDE_4 for text in spellings(address)]
HOSTS = [*INSIDE_4, *(f"[{address}]" for address in INSIDE_6), *ODD, *NAMES]
URLS = [*(f"http://{host}/" for host in HOSTS), "https://127.0.0.1:8443/x?y", "HTTP://127.1:22/", *BROKEN]


@pytest.fixture
def connections(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Every attempt to connect in this process, none of which gets anywhere."""
    attempts: list[Any] = []

    def note(_: socket.socket, address: Any) -> None:
        attempts.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket.socket, "connect", note)
    monkeypatch.setattr(socket.socket, "connect_ex", note)
    return attempts


def resolving(monkeypatch: pytest.MonkeyPatch, *addresses: str, port: int = 0) -> list[str]:
    """Every name leads to these addresses; collects the names asked for."""
    asked: list[str] = []

    def look_up(host: str, at: int, **_: Any) -> list[Any]:
        asked.append(host)
        families = [socket.AF_INET6 if ":" in text else socket.AF_INET for text in addresses]
        return [
            (family, socket.SOCK_STREAM, 6, "", (text, port or at))
            for family, text in zip(families, addresses, strict=True)
        ]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return asked


def test_the_corpus_is_large() -> None:
    assert len(set(URLS)) >= 200


def test_no_url_of_the_corpus_connects(connections: list[Any]) -> None:
    for url in URLS:
        with pytest.raises((outgoing.Forbidden, outgoing.Unreached)):
            outgoing.post(url, b"{}", {}, allow_loopback=False)
        assert connections == [], url


@pytest.mark.parametrize("address", [*INSIDE_4, *INSIDE_6])
def test_a_name_that_leads_inside_is_not_followed(
    address: str, monkeypatch: pytest.MonkeyPatch, connections: list[Any]
) -> None:
    for mixed in ([address], ["93.184.216.34", address], [address, "93.184.216.34"]):
        resolving(monkeypatch, *mixed)
        with pytest.raises(outgoing.Forbidden):
            outgoing.post("https://innocent.example.com/", b"{}", {}, allow_loopback=False)
    assert connections == []


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_are_connected_to_as_resolved(
    address: str, monkeypatch: pytest.MonkeyPatch, connections: list[Any]
) -> None:
    asked = resolving(monkeypatch, address)
    with pytest.raises(outgoing.Unreached):
        outgoing.post("https://innocent.example.com:8443/", b"{}", {}, allow_loopback=False)
    assert asked == ["innocent.example.com"]
    assert connections == [(address, 8443)]


@given(st.ip_addresses(v=4))
def test_an_address_is_judged_alike_in_every_wrapping(address: IPv4Address) -> None:
    number = int(address)
    mapped, nat = IPv6Address((0xFFFF << 32) | number), IPv6Address((0x64FF9B << 96) | number)
    assert is_public(str(address)) == is_public(str(mapped)) == is_public(str(nat))


@given(st.ip_addresses())
def test_nothing_special_is_public(address: IPv4Address | IPv6Address) -> None:
    if is_public(str(address)):
        assert not (address.is_private and not getattr(address, "ipv4_mapped", None))
        assert not (address.is_loopback or address.is_link_local or address.is_multicast)


@given(st.text(max_size=40))
def test_any_text_is_a_target_or_refused(text: str) -> None:
    for url, loopback in product((text, f"http://{text}/"), (True, False)):
        try:
            target = parse_target(url, loopback)
        except ValueError:
            continue
        assert target.host.isascii()


def test_the_local_setting_opens_loopback_alone() -> None:
    assert may_reach("127.0.0.1", True)
    assert may_reach("::1", True)
    assert not may_reach("127.0.0.1", False)
    for address in ("10.0.0.1", "169.254.169.254", "0.0.0.0", "::", "fd00::1"):
        assert not may_reach(address, True)


# ---- a real receiver
@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


def test_proxies_of_the_environment_are_not_used(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    assert outgoing.post(f"{receiver.url}/x", b"{}", {}, allow_loopback=True).status == 200


def test_a_name_is_resolved_once_and_kept(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    port = int(receiver.url.rpartition(":")[2])
    asked = resolving(monkeypatch, "127.0.0.1")
    assert outgoing.post(f"http://rebind.test:{port}/x", b"{}", {}, allow_loopback=True).status == 200
    assert asked == ["rebind.test"]
    assert receiver.got[0].headers["host"] == f"rebind.test:{port}"


def test_a_rebound_name_is_refused_and_not_tried_again(
    api: Api, clock: Clock, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = receiver.url.rpartition(":")[2]
    assert api.post("/hooks", {"event": "*", "target_url": f"http://rebind.test:{port}/"}).status == 201
    api.put("/clients/1", {"name": "x"})
    real = socket.getaddrinfo

    def look_up(host: str, *more: Any, **options: Any) -> Any:
        return real("127.0.0.1" if host == "rebind.test" else host, *more, **options)

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    monkeypatch.setenv("KUNAI_ALLOW_LOOPBACK_HOOKS", "")
    settings.cache_clear()
    try:
        clock.run(1)
        clock.run(100_000)
    finally:
        monkeypatch.undo()
        settings.cache_clear()
    assert receiver.got == []
    (delivery,) = api.get("/hooks/1/deliveries").data
    assert (delivery["status"], len(delivery["attempts"])) == ("refused", 1)


# ---- hostile receivers
@contextmanager
def raw_server(speak: Callable[[socket.socket], None]) -> Iterator[str]:
    listener = socket.create_server(("127.0.0.1", 0))

    def accept() -> None:
        while True:
            try:
                peer, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=talk, args=(peer,), daemon=True).start()

    def talk(peer: socket.socket) -> None:
        with peer:
            try:
                speak(peer)
            except OSError:
                return

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
    finally:
        listener.close()


def forever(piece: bytes, pause: float = 0.0, first: bytes = b"") -> Callable[[socket.socket], None]:
    def speak(peer: socket.socket) -> None:
        waits = threading.Event()
        peer.sendall(first)
        while True:
            peer.sendall(piece)
            waits.wait(pause)

    return speak


HOSTILE = {
    "a byte now and then": forever(b"H", 0.05),
    "headers without end": forever(b"X-A: b\r\n", 0.01, b"HTTP/1.1 200 OK\r\n"),
    "one long header": forever(b"a" * 1_000, 0, b"HTTP/1.1 200 OK\r\nX: "),
    "continue without end": forever(b"HTTP/1.1 100 Continue\r\n\r\n", 0.01),
    "another protocol": lambda peer: peer.sendall(b"220 mail.test ESMTP\r\n"),
    "nothing": lambda peer: None,
    "silence": lambda peer: threading.Event().wait(5) and None,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_answer_ends(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outgoing, "MOST_SECONDS", 1.0)
    with raw_server(HOSTILE[name]) as url, pytest.raises(outgoing.Unreached):
        outgoing.post(url, b"{}", {}, allow_loopback=True)


def test_a_body_without_end_is_not_read() -> None:
    endless = forever(b"x" * 10_000, 0, b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n")
    with raw_server(endless) as url:
        assert outgoing.post(url, b"{}", {}, allow_loopback=True).status == 200


# ---- TLS
def certified(name: str, folder: Any) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """Contexts of a server that is `name` and of a client that trusts it."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / "server.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = certificate.public_bytes(serialization.Encoding.PEM)
    file.write_bytes(private + public)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(file)
    return server, ssl.create_default_context(cadata=public.decode())


def test_tls_is_checked_against_the_name(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    server, client = certified("hooks.test", tmp_path)

    def speak(peer: socket.socket) -> None:
        with server.wrap_socket(peer, server_side=True) as secure:
            got = b""
            while not got.endswith(b"{}"):
                got += secure.recv(10_000)
            secure.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")

    with raw_server(speak) as url:
        port = url.rstrip("/").rpartition(":")[2]
        resolving(monkeypatch, "127.0.0.1")
        with pytest.raises(outgoing.Unreached, match="TLS failed"):
            outgoing.post(f"https://hooks.test:{port}/", b"{}", {}, allow_loopback=True)
        monkeypatch.setattr(outgoing, "_tls", lambda: client)
        assert outgoing.post(f"https://hooks.test:{port}/", b"{}", {}, allow_loopback=True).status == 204
        with pytest.raises(outgoing.Unreached, match="TLS failed"):
            outgoing.post(f"https://other.test:{port}/", b"{}", {}, allow_loopback=True)
