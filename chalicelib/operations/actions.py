"""The names of actions, by which requests ask for them."""

PLAIN = ("archive", "delete", "restore")
"""Those of every record."""
OF_INVOICES = ("mark_sent", "markSent", "emailInvoice", "markPaid", "convert")
"""Those of documents besides, some by two names as in v4."""
