"""An invoice as UBL 2.1, for the programs of those who get it (http.md 8.10)."""

from chalicelib.render.ubl.document import file_name, write

__all__ = ["file_name", "write"]
