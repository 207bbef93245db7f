"""E-mail addresses in their normal form, in which they are stored, compared and written to."""

from __future__ import annotations

from email_validator import EmailNotValidError, validate_email

from allmytracks.foundation.errors import FieldProblem, InvalidFields

LONGEST_EMAIL = 254


def normal_email(field: str, text: str) -> str:
    """The normal form of an address: lower case, its domain in ASCII (IDNA). Raises InvalidFields (`invalid_email`).

    The part before the @ is ASCII without quotes: SES accepts no other. Only entering the code that was sent to it
    shows that an address exists.
    """
    try:
        # Reserved names (.test) pass: nothing is delivered there, and forms are tested without a real mailbox.
        address = validate_email(
            text.strip(" "), check_deliverability=False, allow_smtputf8=False, strict=True, test_environment=True
        ).ascii_email
    except EmailNotValidError:
        address = None
    if address is None or len(address) > LONGEST_EMAIL or not _has_a_name_for_domain(address):
        message = "This is not an e-mail address that we can write to; give one like name@example.com."
        raise InvalidFields([FieldProblem(field, "invalid_email", message)])
    return address.lower()


def _has_a_name_for_domain(address: str) -> bool:
    """Whether the domain has a top-level name, so that it is neither a local host nor a number."""
    _, dot, last = address.rpartition("@")[2].rpartition(".")
    return bool(dot) and not last.isdigit()
