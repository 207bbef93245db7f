"""The text that a member pastes into a platform's form to dispute a claim."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from allmytracks.foundation.errors import InvalidFields
from allmytracks.licenses.disputes.rules import SHORTEST_FORM, dispute_text
from allmytracks.licenses.disputes.rules_words import WORDS
from allmytracks.licenses.rules import Language
from allmytracks.licenses.rules_numbers import LicenseNotFound
from allmytracks.licenses.states.rules import (
    AlreadyRevoked,
    AlreadySuperseded,
    LicenseState,
    Revocation,
    RevocationReason,
    Supersession,
    SupersessionReason,
)
from allmytracks.licenses.use_cases.show_license import ShowLicense
from allmytracks.publishing.ports import Publication
from tests.factories.instants import NOW
from tests.factories.licenses import (
    NUMBER,
    PUBLIC_URL,
    LicenseWorld,
    application,
    letter_of,
    license_of,
    stated_in_full,
)
from tests.factories.memberships import plans_publication

LETTER = letter_of(stated_in_full(license_of(NUMBER, "dl-1")))
ADDRESS = f"https://api.example.org/verify?number={NUMBER}"


@pytest.mark.parametrize("language", list(Language))
def test_the_text_states_what_a_reviewer_looks_for(language: Language) -> None:
    made = dispute_text(LETTER, "YouTube", 2000, language, PUBLIC_URL)
    for stated in (NUMBER, ADDRESS, "Harbour at Dawn (The Makers)", "AllMyTracks Technology Limited", "Holiday film"):
        assert stated in made.text
    assert made.text.splitlines()[0] == WORDS[language].opening
    assert made.text.splitlines()[-1] == WORDS[language].closing
    assert set(made.fields) == set(WORDS[language].labels)
    assert made.fields["issued_on"] == ("22 November 2026" if language is Language.ENGLISH else "2026年11月22日")


@pytest.mark.parametrize("length", [200, 250, 300, SHORTEST_FORM, 2000])
@pytest.mark.parametrize("language", list(Language))
def test_it_fits_the_form_and_never_leaves_the_number_or_the_address_out(length: int, language: Language) -> None:
    long = replace(LETTER, license=replace(LETTER.license, work=replace(LETTER.license.work, title="T" * 200)))
    made = dispute_text(long, None, length, language, PUBLIC_URL)
    assert len(made.text) <= length
    assert NUMBER in made.text
    assert ADDRESS in made.text


def test_a_licence_that_permits_nothing_has_no_such_text() -> None:
    revoked = LicenseState(Revocation(NOW, RevocationReason.IMPERSONATION))
    superseded = LicenseState(None, Supersession(NOW, "AMT-2", SupersessionReason.MISSPELT_NAME))
    for state, refusal in ((revoked, AlreadyRevoked), (superseded, AlreadySuperseded)):
        with pytest.raises(refusal):
            dispute_text(replace(LETTER, state=state), None, 2000, Language.ENGLISH, PUBLIC_URL)


def test_the_length_is_that_of_the_published_platform() -> None:
    world = LicenseWorld()
    number = world.issue(application(world.download())).letter.license.number
    show = ShowLicense(world.licenses, world.publications, world.clock, PUBLIC_URL)
    assert show.dispute_text("acc-1", number, None, None).max_length == SHORTEST_FORM
    platforms = [{"id": "youtube", "name": "YouTube", "form_length": 2000}]
    body = {**plans_publication("v2", NOW).body, "platforms": platforms}
    world.publications.publish(Publication("plans", "v2", NOW, body))
    for asked in (None, "youtube", "YouTube"):
        made = show.dispute_text("acc-1", number, asked, Language.SIMPLIFIED_CHINESE)
        assert (made.platform, made.max_length) == ("YouTube", 2000)
    with pytest.raises(InvalidFields):
        show.dispute_text("acc-1", number, "nowhere", None)
    with pytest.raises(LicenseNotFound):
        show.dispute_text("acc-2", number, None, None)
