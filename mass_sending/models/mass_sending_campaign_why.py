# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from contextlib import closing

from odoo import models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

from .. import states


class MassSendingCampaign(models.Model):
    """Why somebody gets a campaign, or why not.

    A draft is answered by selecting this one person, and whoever shares an address
    with him, into a copy of it that is then undone: by the statements that select
    everybody. What was confirmed is answered by what was written down.
    """

    _inherit = "mass.sending.campaign"

    def _explain_person(self, person):
        """Explain whether a person gets this campaign.

        :param person: one record of `recipient_model`
        :return: dict with `receives`; `reasons`, sentences that say why not; and
            `channels`, a list of dicts with `label`, and `addresses`, a list of
            (address, reason why it is not used or None)
        """
        self.ensure_one()
        self.check_access("read")
        if self.confirmed_at:
            return self._explain_confirmed(person)
        return self._explain_draft(person)

    # === Before it is confirmed ===

    def _explain_draft(self, person):
        reasons = self._explain_filters(person)
        if reasons:
            return {"receives": False, "reasons": reasons, "channels": []}
        # sudo: of what is undone at once
        with closing(self.env.cr.savepoint()):
            copy_sudo = self.sudo().with_context(tracking_disable=True)
            copy_sudo = copy_sudo.copy({"user_id": self.user_id.id})
            recipient_sudo = copy_sudo._select_like(self, person)
            return copy_sudo._explain_recipient(recipient_sudo)

    def _explain_filters(self, person):
        author = self._get_author_env()
        author = author(context={**author.context, "lang": self.env.lang})
        try:
            return author[self._name].browse(self.id)._explain_audience(person.id)
        except ValidationError as error:
            return [str(error)]

    def _select_like(self, original, person):
        """Select a person, and who may take his address away, as `original` would.

        :return: his mass.sending.recipient
        """
        one = Domain("id", "=", person.id)
        left_out_ids = original._get_left_out_ids()
        self._insert_recipients(left_out_ids, one)
        if self.dedupe_mode == "address":
            sharing = self._get_sharing_domain(self._find_recipient(person))
            self._drop_recipients()
            self._insert_recipients(left_out_ids, one | sharing)
        self._judge_recipients()
        return self._find_recipient(person)

    def _get_left_out_ids(self):
        left_out = self.env["mass.sending.recipient"].search(
            [
                ("campaign_id", "=", self.id),
                ("decision", "=", states.LEFT_OUT),
                ("person_model", "=", self.recipient_model),
            ]
        )
        return left_out.mapped("person_id")

    def _get_sharing_domain(self, recipient):
        """Return a Domain on the people who share an address with a recipient."""
        addresses = [
            address
            for channel in self._get_channels()
            for address, _reason in self._get_addresses(channel, recipient)
            if address
        ]
        domain = Domain("email_normalized", "in", addresses)
        domain |= Domain("phone_sanitized", "in", addresses)
        if self.recipient_type == "customer" and self.billing_email_mode != "none":
            domain |= Domain("billing_email_any", "in", addresses)
        return domain

    # === Afterwards ===

    def _explain_confirmed(self, person):
        recipient_sudo = self.sudo()._find_recipient(person)
        if recipient_sudo:
            return self.sudo()._explain_recipient(recipient_sudo)
        reasons = [self.env._("Not among those who were chosen when it was confirmed.")]
        return {
            "receives": False,
            "reasons": reasons + self._explain_filters(person),
            "channels": [],
        }

    def _find_recipient(self, person):
        return self.env["mass.sending.recipient"].search(
            [("campaign_id", "=", self.id), ("person_id", "=", person.id)]
        )

    def _explain_recipient(self, recipient):
        """Explain what was decided about a recipient; see `_explain_person`."""
        reasons = []
        labels = dict(recipient._fields["skip_reason"]._description_selection(self.env))
        if recipient.decision == states.LEFT_OUT:
            reasons.append(self.env._("Left out by hand in the confirmation."))
        elif recipient.decision == states.SKIPPED:
            reasons.append(f"{labels[recipient.skip_reason]}.")
        channel_labels = dict(
            recipient.delivery_ids._fields["channel"]._description_selection(self.env)
        )
        return {
            "receives": recipient.decision == states.KEPT,
            "reasons": reasons,
            "channels": [
                {
                    "label": channel_labels[channel.code],
                    "addresses": [
                        (address, labels.get(reason))
                        for address, reason in self._get_addresses(channel, recipient)
                    ],
                }
                for channel in self._get_channels()
            ],
        }

    def _get_addresses(self, channel, recipient):
        """Return [(address, code of the reason or None)] of one recipient."""
        self.env.flush_all()
        return self.env.execute_query(
            SQL(
                "SELECT address, reason FROM (%s) address WHERE recipient_id = %s"
                " ORDER BY reason NULLS FIRST, address",
                channel.addresses_sql(self),
                recipient.id,
            )
        )
