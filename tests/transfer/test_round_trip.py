"""What comes out goes in and comes out the same: every line of the file, every answer of the API."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from chalicelib.local.gateway import Gateway
from chalicelib.store import event
from chalicelib.store.event import Event
from tests.api_client import PASSWORD, Api
from tests.inbound.books import payments
from tests.operations import steps
from tests.portal.guest import Guest
from tests.transfer import elsewhere, histories
from tests.transfer.conftest import Exported
from tests.transfer.elsewhere import Elsewhere, command
from tests.transfer.full import BIG, CHARGE, REFUND, context_of

LIVES = st.lists(
    st.tuples(st.integers(0, len(histories.STEPS) - 1), st.integers(0, 10_000)), min_size=20, max_size=40
)


def moved(api: Api, other: Elsewhere, folder: Path) -> Path:
    """Export here, import there. AssertionError: one of them refused."""
    file = folder / "account.jsonl"
    assert command("export", api.email, str(file)).error == ""
    assert other.run("import", file).error == ""
    return file


def test_random_accounts(gateway: Gateway, other: Elsewhere) -> None:
    @given(LIVES)
    @settings(
        max_examples=4, derandomize=True, database=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    def round_trip(life: list[tuple[int, int]]) -> None:
        api = Api(gateway).register()
        histories.live(api, life)
        before = histories.shown(api)
        with tempfile.TemporaryDirectory() as folder:
            file = moved(api, other, Path(folder))
            again = Path(folder, "again.jsonl")
            there = other.api(api.token)
            assert histories.shown(there) == before
            assert other.run("export", api.email, again).error == ""
            assert again.read_bytes() == file.read_bytes()
            assert command("verify", str(again)).error == ""

    round_trip()


def test_nothing_of_an_account_stays_behind(other: Elsewhere, exported: Exported) -> None:
    """But what begins anew elsewhere: counts, such as of failed log-ins, and printed documents."""
    account = exported.full.account
    assert other.run("import", exported.file).error == ""
    here, there = set(elsewhere.rows(account)), set(other("rows", account))
    assert there - here == set()
    left = [row for row in here - there if not row.startswith(f"{account}/pdf/")]
    assert [row for row in left if not row.endswith("no body")] == []


def test_life_goes_on_elsewhere(other: Elsewhere, exported: Exported) -> None:
    assert other.run("import", exported.file).error == ""
    full, api = exported.full, other.api(exported.full.api.token)
    assert api.get("/ledger/proof").data["balanced"]
    before = api.get("/invoices?per_page=50").json
    made = steps.invoice(api, is_public=True)
    numbers = sorted(row["invoice_number"] for row in [*before["data"], made])
    assert numbers == ["0001", "0002", "0003", "0004", "0005"]
    again = api.get("/invoices?per_page=50").json
    assert again["meta"]["pagination"]["total"] == made["id"] == 5
    assert again["data"][1:] == before["data"]
    repeated = {"client_id": 1, "invoice_items": [steps.line()]}
    assert api.post("/invoices", repeated, idempotency_key="once").headers["idempotent-replayed"] == "true"
    who = {"email": full.api.email, "password": PASSWORD, "token_name": "phone"}
    session = other.api().post("/login", {**who, "one_time_password": full.code()}).data[0]
    assert session["token"] == full.device
    stripe = replace(full.stripe, gateway=other)  # type: ignore[arg-type]
    stripe.ok(REFUND, CHARGE.succeeded(), CHARGE.refunded(1_500))
    assert payments(api) == [(100, 15, 5)]
    assert "0001" in Guest(other).get(f"/view/{full.invitation}").text
    assert api.get("/ledger/proof").data["balanced"]
    content = api.get("/documents/1")
    assert content.body == BIG


def test_what_no_codec_reads_comes_along_as_it_is(gateway: Gateway, other: Elsewhere, tmp_path: Path) -> None:
    api = Api(gateway).register()
    account = context_of(api).account
    row = event.to_row(f"{account}#user#1", Event("user.alert", due=1, sequence=7))
    row.body = b"\x63no codec"
    row.save()
    file, again = moved(api, other, tmp_path), tmp_path / "again.jsonl"
    assert "its body cannot be read" in command("verify", str(file)).error
    assert other.run("export", api.email, again).error == ""
    assert again.read_bytes() == file.read_bytes()
    row.delete()
