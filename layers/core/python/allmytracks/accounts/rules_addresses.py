"""E-mail addresses in the one form that they are kept, compared and written to in."""

from __future__ import annotations

from email_validator import EmailNotValidError, validate_email

from allmytracks.foundation.errors import FieldProblem, InvalidFields

LONGEST_EMAIL = 254


def normal_email(field: str, text: str) -> str:
    """An address as it is kept: lower case, its domain in ASCII (IDNA). Raises InvalidFields (`invalid_email`).

    The part before the @ is ASCII without quotes, as SES takes no other. Whether the address exists shows in the code
    that is sent to it.
    """
    try:
        # Reserved names (.test) pass: nothing is delivered there, and a form must be tried without a real mailbox.
        address = validate_email(
            text.strip(" "), check_deliverability=False, allow_smtputf8=False, strict=True, test_environment=True
        ).ascii_email
    except EmailNotValidError:
        address = None
    if address is None or len(address) > LONGEST_EMAIL or not _has_a_name_for_domain(address):
        message = "This is no e-mail address that we can write to; give one like name@example.com."
        raise InvalidFields([FieldProblem(field, "invalid_email", message)])
    return address.lower()


def _has_a_name_for_domain(address: str) -> bool:
    """Whether the domain ends in a name below a dot, so that it is neither a host of one's own network nor a number."""
    _, dot, last = address.rpartition("@")[2].rpartition(".")
    return bool(dot) and not last.isdigit()
