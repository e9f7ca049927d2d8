"""Kunai. `RELEASE` is the version of this application, as `pyproject.toml` states it."""

RELEASE = "0.1.0"
