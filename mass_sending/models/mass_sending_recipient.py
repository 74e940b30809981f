# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL

from .. import states
from ..channels import channel_selection
from ..tools.unchecked_many2one import UncheckedMany2one


class MassSendingRecipient(models.Model):
    """One person in one campaign: who he was when he was selected, and what was
    decided about him.

    A snapshot: later changes of the customer do not rewrite what was confirmed.
    Rows are made by one INSERT … SELECT per campaign, see
    `mass.sending.campaign._select_recipients` and `_recipient_insert`.
    """

    _name = "mass.sending.recipient"
    _description = "Recipient of a campaign"
    _order = "id"
    _rec_name = "name"
    _log_access = False

    # Columns that come from the person, through
    # `mass.sending.person.mixin._get_recipient_snapshot_columns`.
    _snapshot_columns = (
        "partner_id",
        "lead_id",
        "name",
        "portal_login",
        "email",
        "email_normalized",
        "billing_email",
        "phone",
        "phone_sanitized",
        "lang",
    )

    create_date = fields.Datetime(string="Selected", readonly=True)
    # A campaign makes hundreds of thousands of these at once: each stored relation
    # and each index costs as much as all the text. So the campaign's company and
    # author are looked up there, and the indexes below serve for `campaign_id`.
    # Written by `_select_recipients`, deleted by the campaign's `unlink`.
    campaign_id = UncheckedMany2one(
        "mass.sending.campaign", required=True, index=False, ondelete="cascade"
    )
    company_id = fields.Many2one(related="campaign_id.company_id")
    user_id = fields.Many2one(related="campaign_id.user_id", string="Author")
    # The person; the pair is the identity, and survives the person's deletion
    person_model = fields.Char(required=True, readonly=True)
    person_id = fields.Many2oneReference(
        model_field="person_model", required=True, readonly=True
    )
    partner_id = fields.Many2one(
        "res.partner", string="Customer", ondelete="set null", index="btree_not_null"
    )
    lead_id = fields.Many2one("crm.lead", ondelete="set null", index="btree_not_null")
    # Snapshot
    name = fields.Char(string="Full name", readonly=True)
    portal_login = fields.Char(readonly=True)
    email = fields.Char(string="E-mail", readonly=True)
    email_normalized = fields.Char(readonly=True)
    billing_email = fields.Char(string="Billing e-mail", readonly=True)
    phone = fields.Char(readonly=True)
    phone_sanitized = fields.Char(readonly=True)
    lang = fields.Char(string="Language", readonly=True)
    # Decision
    decision = fields.Selection(
        states.RECIPIENT_DECISIONS, required=True, default=states.KEPT
    )
    skip_reason = fields.Selection(states.SKIP_REASONS, readonly=True)
    unreachable = fields.Json(
        readonly=True,
        help="Channel -> reason, for each channel of the campaign that cannot reach "
        "this person.",
    )
    missed = fields.Char(
        string="Cannot be reached by",
        compute="_compute_missed",
        search="_search_missed",
        help="The channels that cannot reach this person, with the reason.",
    )
    is_kept = fields.Boolean(
        string="Send", compute="_compute_is_kept", inverse="_inverse_is_kept"
    )
    # What he was sent
    mail_message_id = fields.Many2one(
        "mail.message", string="Message", ondelete="set null", index="btree_not_null"
    )
    delivery_ids = fields.One2many("mass.sending.delivery", "recipient_id")

    # all people of a campaign are of one model
    _person_uniq = models.UniqueIndex("(campaign_id, person_id)")
    _decision_idx = models.Index("(campaign_id, decision, id)")

    @api.ondelete(at_uninstall=False)
    def _unlink_except_started(self):
        if any(campaign.state != states.NEW for campaign in self.campaign_id):
            raise UserError(
                self.env._(
                    "The log keeps a line for everybody a campaign went to, so that "
                    "its figures stay true. Delete the customer himself: then his "
                    "lines forget his name and addresses."
                )
            )

    @api.depends("decision")
    def _compute_is_kept(self):
        for recipient in self:
            recipient.is_kept = recipient.decision == states.KEPT

    @api.depends("unreachable")
    def _compute_missed(self):
        channels = dict(channel_selection())
        reasons = dict(self._fields["skip_reason"]._description_selection(self.env))
        for recipient in self:
            recipient.missed = ", ".join(
                f"{channels.get(code, code)}: {reasons.get(reason, reason)}"
                for code, reason in (recipient.unreachable or {}).items()
            )

    def _search_missed(self, operator, value):
        """Search for people whom a channel misses for a reason.

        :param value: ``<channel code>:<reason code>``, or several of them
        """
        if operator != "in":
            return NotImplemented
        pairs = [str(text).partition(":")[::2] for text in value]
        return Domain.OR(
            Domain.custom(to_sql=self._get_missed_sql(code, reason))
            for code, reason in pairs
        )

    @api.model
    def _get_missed_sql(self, code, reason):
        def to_sql(model, alias, query):
            return SQL(
                "%s ->> %s = %s", SQL.identifier(alias, "unreachable"), code, reason
            )

        return to_sql

    def _inverse_is_kept(self):
        """Tick a person off, or back on; who is skipped for a reason stays so."""
        changeable = self.sudo().filtered(
            lambda r: r.decision != states.SKIPPED and r._is_reachable()
        )
        changeable.campaign_id._check_not_started()
        kept = changeable.filtered("is_kept")
        kept.decision = states.KEPT
        (changeable - kept).decision = states.LEFT_OUT

    def _is_reachable(self):
        """Whether a channel reaches him; who was left out may be unreachable, too."""
        channels = {channel.code for channel in self.campaign_id._get_channels()}
        return bool(channels - (self.unreachable or {}).keys())

    def action_open_person(self):
        """Open the customer or lead, if he still exists."""
        self.ensure_one()
        person = self.env[self.person_model].browse(self.person_id).exists()
        if not person:
            raise UserError(
                self.env._("%(name)s has been deleted since.", name=self.name)
            )
        return {
            "type": "ir.actions.act_window",
            "res_model": self.person_model,
            "res_id": self.person_id,
            "view_mode": "form",
        }

    def action_keep(self):
        """Send to the selected people, unless there is a reason why not."""
        self.is_kept = True
        return True

    def action_leave_out(self):
        """Leave the selected people out of the campaign."""
        self.is_kept = False
        return True

    def write(self, vals):
        """Staff may tick people off; addresses and all else are the selection's.

        Otherwise a hand-written address would receive another person's documents.
        """
        if not self.env.su and (vals.keys() - {"is_kept"}):
            raise AccessError(
                self.env._(
                    "Recipients are made by the selection; correct the customer."
                )
            )
        return super().write(vals)
