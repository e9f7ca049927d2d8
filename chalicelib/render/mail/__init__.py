"""Mails to clients: templates and records in, subject, text and HTML out, then the bytes to send."""
