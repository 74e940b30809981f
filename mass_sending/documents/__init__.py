# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Kinds of financial documents. A new one is a class here and an import below.

See docs/adding-a-document-kind.md.
"""

# code -> class
DOCUMENT_KINDS = {}


def register(kind_class):
    """Make a document kind known; use it as a class decorator."""
    DOCUMENT_KINDS[kind_class.code] = kind_class
    return kind_class


def document_kind_selection():
    """Return [(code, label)] of the known document kinds."""
    return [(kind.code, kind.label) for kind in DOCUMENT_KINDS.values()]


# in the order of the form
from . import invoices  # noqa: E402  registers itself
from . import credit_notes  # noqa: E402  registers itself
from . import proforma_invoices  # noqa: E402  registers itself
from . import payments  # noqa: E402  registers itself
