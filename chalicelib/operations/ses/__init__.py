"""What SES tells, through SNS, of the mails that were sent."""

from chalicelib.operations.ses.effects import apply
from chalicelib.operations.ses.notices import Notice, read
from chalicelib.operations.ses.sns import Envelope, Rejected, verified

__all__ = ("Envelope", "Notice", "Rejected", "apply", "read", "verified")
