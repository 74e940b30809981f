# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .. import states

NUMBER_LIMIT_PARAMETER = "mass_sending.confirm_number_limit"
NUMBER_LIMIT_DEFAULT = 1000


class MassSendingConfirm(models.TransientModel):
    """The last look before a campaign is sent: to how many, to whom, who is left out.

    The figures are counted from the recipients that were selected, never from the
    people: one grouped query whatever their number.
    """

    _name = "mass.sending.confirm"
    _description = "Confirm a campaign"

    campaign_id = fields.Many2one(
        "mass.sending.campaign", required=True, readonly=True, ondelete="cascade"
    )
    ask_number = fields.Boolean(readonly=True)
    confirm_number = fields.Integer(string="Type the number of recipients")

    @api.model
    def _open(self, campaign):
        """Open the confirmation of a campaign whose people are selected."""
        wizard = self.create({"campaign_id": campaign.id})
        wizard.ask_number = wizard._is_number_asked()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Confirm"),
            "res_model": self._name,
            "res_id": wizard.id,
            "view_mode": "form",
            "target": "new",
            "context": {"dialog_size": "extra-large"},
        }

    # === Actions ===

    def action_confirm(self):
        """Release the campaign."""
        self.ensure_one()
        campaign = self.campaign_id
        campaign.check_access("write")
        self._check_number()
        campaign.action_confirm()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "“%(subject)s” goes to %(number)s recipients.",
                    subject=campaign.display_name,
                    number=self._count_kept(),
                ),
                # the campaign's form is behind the dialog, and is read again
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def _check_number(self):
        number = self._count_kept()
        if self._is_number_asked() and self.confirm_number != number:
            raise UserError(
                self.env._(
                    "This goes to %(number)s recipients. Type this number to confirm "
                    "that you mean all of them.",
                    number=number,
                )
            )

    # === Figures ===

    def get_summary(self):
        """Return the figures of the confirmation, for the screen.

        :return: dict with `total`, `channels` (each with `reached` and `missed`),
            `skipped`, `left_out`, all with counts; reasons carry the domain of
            the people they are about
        """
        self.ensure_one()
        self.campaign_id.check_access("read")
        rows = self._count_recipients()
        kept = [row for row in rows if row["decision"] == states.KEPT]
        return {
            "campaign_id": self.campaign_id.id,
            "total": sum(row["count"] for row in kept),
            "left_out": self._sum(rows, "decision", states.LEFT_OUT),
            "is_lead": self.campaign_id.recipient_type == "lead",
            "is_unfiltered": self.campaign_id.is_unfiltered,
            "channels": [
                self._summarise_channel(channel, kept)
                for channel in self.campaign_id._get_channels()
            ],
            "skipped": self._summarise_skipped(rows),
            "list_view_id": self.env.ref(
                "mass_sending.mass_sending_recipient_view_list_confirm"
            ).id,
        }

    def get_warnings(self):
        """Return what staff should know; asks the servers, so it may take a while."""
        self.ensure_one()
        self.campaign_id.check_access("read")
        campaign = self.campaign_id
        warnings = [campaign.redirection_notice] if campaign.redirection_notice else []
        for channel in campaign._get_channels():
            warnings += channel.get_warnings(campaign)
        return warnings

    def get_notes(self):
        """Return what the channels say besides the figures, as sentences."""
        self.ensure_one()
        self.campaign_id.check_access("read")
        return [
            note
            for channel in self.campaign_id._get_channels()
            for note in channel.get_notes(self.campaign_id)
        ]

    def _count_recipients(self):
        """Return one dict per kind of recipient: decision, reasons and `count`."""
        channels = self.campaign_id._get_channels()
        self.env["mass.sending.recipient"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """SELECT decision, skip_reason, count(*), %s
                     FROM mass_sending_recipient
                    WHERE campaign_id = %s
                 GROUP BY decision, skip_reason, %s""",
                SQL(", ").join(
                    SQL("unreachable ->> %s", channel.code) for channel in channels
                ),
                self.campaign_id.id,
                SQL(", ").join(
                    # by position: parameters do not compare as expressions
                    SQL(str(position))
                    for position in range(4, 4 + len(channels))
                ),
            )
        )
        codes = [channel.code for channel in channels]
        return [
            {
                "decision": decision,
                "skip_reason": skip_reason,
                "count": count,
                **dict(zip(codes, unreachable, strict=True)),
            }
            for decision, skip_reason, count, *unreachable in rows
        ]

    def _summarise_channel(self, channel, kept):
        labels = dict(
            self.env["mass.sending.delivery"]
            ._fields["channel"]
            ._description_selection(self.env)
        )
        missed = self._sum_by(kept, channel.code)
        return {
            "code": channel.code,
            "label": labels[channel.code],
            "reached": sum(row["count"] for row in kept if not row[channel.code]),
            "missed": [
                self._prepare_reason(
                    reason,
                    count,
                    [
                        ("decision", "=", states.KEPT),
                        ("missed", "=", f"{channel.code}:{reason}"),
                    ],
                )
                for reason, count in missed.items()
            ],
        }

    def _summarise_skipped(self, rows):
        skipped = [row for row in rows if row["decision"] == states.SKIPPED]
        return [
            self._prepare_reason(
                reason,
                count,
                [("decision", "=", states.SKIPPED), ("skip_reason", "=", reason)],
            )
            for reason, count in self._sum_by(skipped, "skip_reason").items()
        ]

    def _prepare_reason(self, reason, count, domain):
        field = self.env["mass.sending.recipient"]._fields["skip_reason"]
        labels = dict(field._description_selection(self.env))
        return {
            "reason": reason,
            "label": labels.get(reason, reason),
            "count": count,
            "domain": domain,
        }

    @api.model
    def _sum(self, rows, key, value):
        return sum(row["count"] for row in rows if row[key] == value)

    @api.model
    def _sum_by(self, rows, key):
        """Return {value of `key`: sum of counts}, the largest first, without None."""
        sums = {}
        for row in rows:
            if row[key]:
                sums[row[key]] = sums.get(row[key], 0) + row["count"]
        return dict(sorted(sums.items(), key=lambda item: (-item[1], item[0])))

    def _count_kept(self):
        return self._sum(self._count_recipients(), "decision", states.KEPT)

    def _is_number_asked(self):
        """Whether more people were selected than may be confirmed by a mere click."""
        rows = self._count_recipients()
        chosen = sum(r["count"] for r in rows if r["decision"] != states.SKIPPED)
        return chosen > self._get_number_limit()

    @api.model
    def _get_number_limit(self):
        parameter = self.env["ir.config_parameter"].sudo()
        return int(parameter.get_param(NUMBER_LIMIT_PARAMETER, NUMBER_LIMIT_DEFAULT))
