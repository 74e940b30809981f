# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from .. import states
from ..channels import CHANNELS
from .mass_sending_template import PURPOSES

SEND_TO = [
    ("email", "Email"),
    ("portal", "Customer portal"),
    ("portal_email", "Customer portal & email"),
    ("sms", "SMS"),
]
# In the order in which they are worked off: the mail links to the portal message.
SEND_TO_CHANNELS = {
    "email": ("email",),
    "portal": ("portal",),
    "portal_email": ("portal", "email"),
    "sms": ("sms",),
}


class MassSendingCampaign(models.Model):
    """One sending: to whom, what, how, and what has become of it.

    This file holds what a campaign *is*: fields, states and the buttons. What it
    does lives next door: selecting people in `mass_sending_campaign_selection`,
    the queue's entry in `mass_sending_campaign_queue`, the figures in
    `mass_sending_campaign_progress`.

    State table: `states.CAMPAIGN_TRANSITIONS`. Confirmed and waiting (hold-back or
    schedule) is `new` with `start_at`; paused is `processing` with `is_paused`.
    """

    _name = "mass.sending.campaign"
    _description = "Campaign"
    _inherit = [
        "mail.thread",
        "mass.sending.audience.mixin",
        "mass.sending.content.mixin",
    ]
    _order = "id desc"
    _rec_name = "subject"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        ondelete="restrict",
        default=lambda self: self.env.company,
    )
    user_id = fields.Many2one(
        "res.users",
        string="Author",
        required=True,
        index=True,
        ondelete="restrict",
        default=lambda self: self.env.user,
        copy=False,
        help="People are selected and messages filled in with this user's rights.",
    )
    # State
    state = fields.Selection(
        states.CAMPAIGN_STATES,
        required=True,
        default=states.NEW,
        index=True,
        copy=False,
        readonly=True,
        tracking=True,
    )
    start_at = fields.Datetime(
        string="Starts", copy=False, readonly=True, help="Set when it is confirmed."
    )
    is_paused = fields.Boolean(string="Paused", copy=False, readonly=True)
    pause_reason = fields.Char(copy=False, readonly=True)
    confirmed_at = fields.Datetime(string="Confirmed", copy=False, readonly=True)
    started_at = fields.Datetime(string="Started", copy=False, readonly=True)
    finished_at = fields.Datetime(string="Finished", copy=False, readonly=True)
    # Where
    send_to = fields.Selection(
        SEND_TO, string="Send to", required=True, default="email", tracking=True
    )
    purpose = fields.Selection(
        PURPOSES,
        help="Service messages also reach people who opted out of marketing.",
    )
    billing_email_mode = fields.Selection(
        [
            ("none", "No"),
            ("addition", "Also to the billing e-mail"),
            ("instead", "To the billing e-mail instead"),
        ],
        string="Send to billing email",
        required=True,
        default="none",
    )
    email_from = fields.Char(
        string="From", default=lambda self: self._default_email_from()
    )
    reply_to_mode = fields.Selection(
        [
            ("company", "Company's support address"),
            ("author", "Author"),
            ("thread", "Customer's chatter"),
        ],
        string="Replies go to",
        required=True,
        default="company",
    )
    # With it
    attachment_ids = fields.Many2many(
        "ir.attachment",
        "mass_sending_campaign_attachment_rel",
        string="Attachments",
        bypass_search_access=True,
    )
    document_line_ids = fields.One2many(
        "mass.sending.document.line", "campaign_id", copy=True
    )
    template_id = fields.Many2one(
        "mass.sending.template", ondelete="set null", copy=False
    )
    # What became of it
    recipient_ids = fields.One2many(
        "mass.sending.recipient", "campaign_id", string="Selected people"
    )
    delivery_ids = fields.One2many("mass.sending.delivery", "campaign_id", string="Log")

    _due_idx = models.Index("(state, start_at) WHERE state IN ('new', 'processing')")

    @api.model
    def _default_email_from(self):
        return self.env.company.email_formatted or self.env.user.email_formatted

    @api.depends("recipient_type")
    def _compute_render_model(self):
        for campaign in self:
            campaign.render_model = campaign._get_content_model()

    @api.depends("subject")
    def _compute_display_name(self):
        for campaign in self:
            campaign.display_name = campaign.subject or self.env._("New campaign")

    @api.model_create_multi
    def create(self, vals_list):
        campaigns = super().create(vals_list)
        campaigns._own_attachments()
        return campaigns

    def write(self, vals):
        result = super().write(vals)
        if "attachment_ids" in vals:
            self._own_attachments()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_confirmed(self):
        if any(c.state != states.NEW or c.confirmed_at for c in self):
            raise UserError(
                self.env._(
                    "A confirmed campaign stays in History. Use “Remove” to take its "
                    "messages back from the portal."
                )
            )

    # === Actions ===

    def action_confirm(self):
        """Release the campaign: the queue starts it after the hold-back.

        :raise UserError: something it needs is missing; the sentence names it
        """
        for campaign in self:
            campaign._check_ready()
            campaign._check_has_recipients()
            start_at = fields.Datetime.now() + timedelta(
                seconds=campaign._get_hold_back_seconds()
            )
            campaign.check_access("write")
            # sudo: nobody releases a campaign but through the checks above
            campaign_sudo = campaign.sudo()
            campaign_sudo.write(
                {"start_at": start_at, "confirmed_at": fields.Datetime.now()}
            )
            campaign_sudo._store_recipient_counts()
            campaign._trigger_queue(start_at)
        return True

    def action_undo(self):
        """Take a confirmed campaign back while it is still waiting to start."""
        for campaign in self:
            campaign._lock()
            if campaign.state != states.NEW:
                raise UserError(
                    self.env._("It has started already. You can pause or cancel it.")
                )
        self.check_access("write")
        self.sudo().write({"start_at": False, "confirmed_at": False})
        return True

    # === States ===

    def _set_state(self, target, **values):
        """Move campaigns to another state, along the table of allowed ways.

        :raise UserError: one of them may not go there from where it is
        """
        labels = dict(self._fields["state"]._description_selection(self.env))
        for campaign in self:
            if target not in states.CAMPAIGN_TRANSITIONS[campaign.state]:
                raise UserError(
                    self.env._(
                        "“%(campaign)s” is “%(state)s” and cannot become “%(target)s”.",
                        campaign=campaign.display_name,
                        state=labels[campaign.state],
                        target=labels[target],
                    )
                )
        self.write({"state": target, **values})

    def _lock(self):
        """Lock the row, so that queue and staff don't decide at the same time.

        Not against references: while deliveries are made staff may pause all the same.
        """
        self.lock_for_update(allow_referencing=True)
        self.invalidate_recordset(["state", "start_at", "is_paused"])

    @api.model
    def _get_content_field_names(self):
        """Return the fields that may not change once people were confirmed."""
        return {
            *self._get_audience_field_names(),
            *("send_to", "purpose", "subject", "body", "layout_xmlid", "email_from"),
            *("reply_to_mode", "attachment_ids", "billing_email_mode", "company_id"),
            *("user_id", "document_line_ids"),
        }

    # === Checks ===

    def _get_channels(self):
        """Return the channels of this campaign, as `channels.Channel` objects in
        the order in which they are worked off."""
        self.ensure_one()
        return [CHANNELS[code](self.env) for code in SEND_TO_CHANNELS[self.send_to]]

    def _uses_email(self):
        return "email" in SEND_TO_CHANNELS[self.send_to]

    def _check_ready(self):
        """Check that everything is there to send this campaign.

        :raise UserError: with one sentence for each thing that is missing
        """
        self.ensure_one()
        problems = self._get_problems()
        if problems:
            raise UserError("\n".join(problems))

    def _get_problems(self):
        """Return what keeps this campaign from being sent, as sentences."""
        self.ensure_one()
        problems = []
        if self.state != states.NEW or self.confirmed_at:
            problems.append(self.env._("This campaign is confirmed already."))
        author = self.with_user(self.user_id).with_company(self.company_id)
        if problem := author._get_people_access_problem():
            problems.append(problem)
        channels = self._get_channels()
        for channel in channels:
            problems += channel.get_content_problems(self)
        for channel in channels:
            problems += channel.get_problems(self)
        return list(dict.fromkeys(problems))

    def _check_not_started(self):
        if any(campaign.state != states.NEW for campaign in self):
            raise UserError(
                self.env._("The campaign has started; its recipients are fixed.")
            )

    def _check_has_recipients(self):
        self.ensure_one()
        kept = self.env["mass.sending.recipient"].search_count(
            [("campaign_id", "=", self.id), ("decision", "=", states.KEPT)], limit=1
        )
        if not kept:
            raise UserError(
                self.env._(
                    "Nobody would receive this message. Widen the filters, or look "
                    "at the reasons for which people are skipped."
                )
            )

    # === Content ===

    def _get_content_model(self):
        return self._get_recipient_models().get(self.recipient_type, "res.partner")

    def _own_attachments(self):
        """Make the campaign the owner of its files.

        Uploads arrive without owner; and a file owned by a message is deleted
        with the first message that goes, for everybody.
        """
        for campaign in self:
            orphans = campaign.attachment_ids.sudo().filtered(
                lambda a: not a.res_id or a.res_model == "mail.message"
            )
            orphans.write({"res_model": self._name, "res_id": campaign.id})

    def _get_reply_to(self):
        """Return the Reply-To of all mails, or None when it differs by customer."""
        self.ensure_one()
        if self.reply_to_mode == "thread":
            return None
        if self.reply_to_mode == "author" and self.user_id.email_formatted:
            return self.user_id.email_formatted
        return self.company_id.email_formatted or self.email_from

    def _get_known_lang(self, lang):
        """Return the language to write to somebody in.

        :param str lang: his language's code, perhaps unknown or not installed
        :return: an installed language's code; the author's when his isn't
        """
        installed = dict(self.env["res.lang"].get_installed())
        if lang in installed:
            return lang
        return self.user_id.lang if self.user_id.lang in installed else "en_US"

    def _get_author_env(self):
        """Return the environment of the author: his rights, this company only.

        Selecting and rendering happen in it, in cron as on the screen.
        """
        self.ensure_one()
        context = {"allowed_company_ids": self.company_id.ids}
        return self.env(user=self.user_id.id, su=False, context=context)

    @api.model
    def _get_hold_back_seconds(self):
        """Return how long a confirmed campaign can still be undone."""
        parameter = self.env["ir.config_parameter"].sudo()
        return max(0, int(parameter.get_param("mass_sending.hold_back_seconds", 60)))
