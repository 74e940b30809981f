# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo import models
from odoo.tools import human_size

from odoo.addons.base.models.ir_actions_report import _wkhtml

from ..documents import document_kind_selection


class MassSendingConfirm(models.TransientModel):
    """What the confirmation says about financial documents."""

    _inherit = "mass.sending.confirm"

    def get_summary(self):
        summary = super().get_summary()
        counts = self.campaign_id.sudo()._count_documents()
        if counts:
            counts["text"] = self._describe_documents(counts)
        return {**summary, "documents": counts}

    def _describe_documents(self, counts):
        """Return the figures as one line."""
        labels = dict(document_kind_selection())
        kinds = ", ".join(
            f"{labels[code]}: {number}" for code, number in counts["by_kind"].items()
        )
        parts = [
            self.env._(
                "%(documents)s for %(recipients)s recipients",
                documents=counts["documents"],
                recipients=counts["recipients"],
            )
            + (f" ({kinds})" if kinds else ""),
            self.env._("%s recipients without any", counts["without"]),
            self.env._("about %s", human_size(counts["size"]))
            if counts["is_estimate"]
            else human_size(counts["size"]),
        ]
        if counts["too_heavy"]:
            parts.append(
                self.env._(
                    "too heavy for the mail server for %s, who get a link to the "
                    "portal instead",
                    counts["too_heavy"],
                )
            )
        return "; ".join(map(str, parts))

    def get_warnings(self):
        warnings = super().get_warnings()
        if self.campaign_id._uses_documents() and _wkhtml().state == "install":
            warnings.append(
                self.env._(
                    "Financial documents: wkhtmltopdf is missing on the server. Only "
                    "documents whose PDF exists already can be sent."
                )
            )
        return warnings
