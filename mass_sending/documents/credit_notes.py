# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Credit notes: like invoices, the other way round."""

from . import register
from .invoices import Invoices


@register
class CreditNotes(Invoices):
    code = "credit_note"
    label = "Credit notes"
    move_type = "out_refund"

    def get_status_options(self):
        # nobody is late with money that we owe him
        return [
            option for option in super().get_status_options() if option[0] != "overdue"
        ]
