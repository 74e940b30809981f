# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Kinds of financial documents. A new one is a class here and a line below."""

# code -> class; filled by the modules of this package
DOCUMENT_KINDS = {}


def register(kind_class):
    """Make a document kind known; usable as a class decorator."""
    DOCUMENT_KINDS[kind_class.code] = kind_class
    return kind_class


def document_kind_selection():
    """Return [(code, label)] of the known document kinds."""
    return [(kind.code, kind.label) for kind in DOCUMENT_KINDS.values()]
