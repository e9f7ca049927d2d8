"""The stages that can be deployed, and in what they differ."""

from __future__ import annotations

from typing import NamedTuple


class Stage(NamedTuple):
    """`keeps_data` is deletion protection, and data that outlives the stack."""

    name: str
    keeps_data: bool
    log_days: int
    budget: int
    """US dollars a month above which the operator is told."""

    @property
    def prefix(self) -> str:
        """What the names of everything begin with."""
        return f"kunai-{self.name}"

    @property
    def secrets(self) -> str:
        """The path of the secrets in the Parameter Store."""
        return f"/kunai/{self.name}"


STAGES = {
    stage.name: stage
    for stage in (
        Stage("dev", keeps_data=False, log_days=14, budget=10),
        Stage("prod", keeps_data=True, log_days=90, budget=50),
    )
}


def named(name: str) -> Stage:
    """SystemExit: there is no such stage."""
    if name not in STAGES:
        raise SystemExit(f"STAGE must be one of {', '.join(STAGES)}; it is {name or 'not set'}.")
    return STAGES[name]
