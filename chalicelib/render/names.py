"""How clients and contacts are called."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def full_name(contact: Mapping[str, Any]) -> str:
    """First and last name of a contact; empty without either."""
    return f"{contact.get('first_name') or ''} {contact.get('last_name') or ''}".strip()


def contact_name(contact: Mapping[str, Any]) -> str:
    """What a contact is called: the full name, else the e-mail address."""
    return full_name(contact) or str(contact.get("email") or "")


def client_name(client: Mapping[str, Any], contact: Mapping[str, Any]) -> str:
    """What a client is called: the company name, else that of the contact."""
    return str(client.get("name") or "") or contact_name(contact)


def primary_contact(client: Mapping[str, Any]) -> Mapping[str, Any]:
    """The contact a client without a name is called by."""
    contacts = client.get("contacts") or ()
    return next((contact for contact in contacts if contact.get("is_primary")), first_contact(client))


def first_contact(client: Mapping[str, Any]) -> Mapping[str, Any]:
    """The contact that stands for the client when no other is meant; empty when there is none."""
    return next(iter(client.get("contacts") or ()), {})
