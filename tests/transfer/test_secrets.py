"""Another server secret: sealed secrets come along if the old one is at hand, and are left behind if not."""

from __future__ import annotations

from dataclasses import replace

from chalicelib.settings import settings
from tests.api_client import PASSWORD
from tests.inbound.books import payments
from tests.transfer.conftest import Exported
from tests.transfer.elsewhere import Elsewhere
from tests.transfer.full import CHARGE


def test_without_the_old_secret_nothing_is_written(foreign: Elsewhere, exported: Exported) -> None:
    foreign("wipe")
    for known in ("", "a wrong guess"):
        foreign("know", known)
        assert "KUNAI_SOURCE_SECRET" in foreign.run("import", exported.file).error
        assert foreign("rows") == []


def test_secrets_are_sealed_anew(foreign: Elsewhere, exported: Exported) -> None:
    foreign("wipe")
    foreign("know", settings().server_secret)
    assert foreign.run("import", exported.file).error == ""
    full, api = exported.full, foreign.api(exported.full.api.token)
    assert api.get("/hooks/1/secret").data["secret"] == full.hook
    stripe = replace(full.stripe, gateway=foreign)  # type: ignore[arg-type]
    stripe.ok(CHARGE.refunded(2_000))
    assert payments(api) == [(100, 20, 5)]
    who = {"email": full.api.email, "password": PASSWORD, "token_name": "phone"}
    renewed = foreign.api().post("/login", {**who, "one_time_password": full.code()}).data[0]["token"]
    assert renewed not in (None, full.device), "the old one cannot be derived any more"
    for token in (renewed, full.device):
        assert foreign.api(token).get("/clients").status == 200
    again = foreign.api().post("/login", {**who, "one_time_password": full.paper[0]}).data[0]["token"]
    assert again == renewed


def test_secrets_are_left_behind_when_the_operator_says_so(foreign: Elsewhere, exported: Exported) -> None:
    foreign("wipe")
    foreign("know", "")
    assert foreign.run("import", "--without-secrets", exported.file).error == ""
    full, api = exported.full, foreign.api(exported.full.api.token)
    assert api.get("/ledger/proof").data["balanced"]
    who = {"email": full.api.email, "password": PASSWORD}
    assert foreign.api().post("/login", {**who, "one_time_password": full.code()}).status == 401
    assert foreign.api().post("/login", {**who, "one_time_password": full.paper[0]}).status == 200
    assert api.post("/hooks/1/secret").status == 200
    assert api.get("/hooks/1/secret").data["secret"] != full.hook
