"""The version of the drawing, apart from it, so that a stored document is found without importing fpdf2."""

VERSION = "1"
"""Changes with every change to what is drawn: part of the key under which a drawn document is stored."""
