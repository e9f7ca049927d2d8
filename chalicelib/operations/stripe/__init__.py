"""What Stripe tells of an account's payments: checked, read, and entered into the books exactly once."""

from chalicelib.operations.stripe.enter import IGNORED, PROCESSED, enter
from chalicelib.operations.stripe.events import Malformed, read
from chalicelib.operations.stripe.signature import is_genuine

__all__ = ("IGNORED", "PROCESSED", "Malformed", "enter", "is_genuine", "read")
