# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Which phone numbers are landlines, as patterns that a database understands.

`phonenumbers.number_type` answers for one number; a campaign asks for a hundred
thousand. Its metadata are regular expressions, one per country and kind of number,
and PostgreSQL runs them in the statement that selects the addresses.
"""

from phonenumbers import PhoneMetadata
from phonenumbers.phonenumberutil import COUNTRY_CODE_TO_REGION_CODE

# Kinds that no SMS reaches.
_WITHOUT_SMS = (
    "fixed_line",
    "toll_free",
    "premium_rate",
    "shared_cost",
    "uan",
    "voicemail",
)
# Kinds that an SMS may reach; what is one of these too is given the chance.
_WITH_SMS = ("mobile", "personal_number", "pager", "voip")


def split_country_codes(prefixes):
    """Return the country codes that some numbers start with.

    :param prefixes: beginnings of E.164 numbers, four characters with the plus
    :return: sorted list of country codes, as text without the plus
    """
    digits = {prefix.lstrip("+") for prefix in prefixes}
    # no country code is the beginning of another one
    return sorted(
        {
            text[:length]
            for text in digits
            for length in (1, 2, 3)
            if text[:length].isdigit()
            and int(text[:length]) in COUNTRY_CODE_TO_REGION_CODE
        }
    )


def landline_patterns(country_code):
    """Return the patterns of a country's numbers.

    :param str country_code: e.g. "49"
    :return: tuple (landline, mobile) of regular expressions on the whole number with
        plus; a landline matches the first and not the second
    """
    regions = COUNTRY_CODE_TO_REGION_CODE.get(int(country_code), ())
    metadata = [_metadata(region, country_code) for region in regions]
    return (
        _pattern(country_code, metadata, _WITHOUT_SMS),
        _pattern(country_code, metadata, _WITH_SMS),
    )


def _metadata(region, country_code):
    return PhoneMetadata.metadata_for_region_or_calling_code(int(country_code), region)


def _pattern(country_code, metadata, kinds):
    found = {
        description.national_number_pattern
        for region in metadata
        if region
        for kind in kinds
        if (description := getattr(region, kind, None))
        and description.national_number_pattern
    }
    if not found:
        return "^$"  # no number at all
    return rf"^\+{country_code}(?:{'|'.join(sorted(found))})$"
