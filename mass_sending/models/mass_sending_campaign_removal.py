# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL, format_datetime

from .. import states

MANAGER_GROUP = "mass_sending.mass_sending_group_manager"
# Documents are deleted with their files, by the ORM.
PURGE_BATCH = 1000


class MassSendingCampaign(models.Model):
    """Taking a campaign back, and forgetting what it said. For managers.

    Removed: the portal shows it no more, nothing more is sent, the customers'
    chatter says who removed it; the log stays, for managers. Purged: texts,
    documents and addresses are gone for good; the figures stay.
    """

    _inherit = "mass.sending.campaign"

    removed_at = fields.Datetime(string="Removed on", readonly=True, copy=False)
    removed_by_id = fields.Many2one(
        "res.users", string="Removed by", readonly=True, copy=False, ondelete="set null"
    )
    purged_at = fields.Datetime(string="Purged on", readonly=True, copy=False)

    # === Actions ===

    def action_remove(self):
        """Take the messages back from the portal and send nothing more.

        :raise AccessError: the user is not a manager
        """
        self._check_manager()
        campaigns = self._begin_control().filtered(lambda c: not c.removed_at)
        for campaign in campaigns:
            if not campaign.confirmed_at:
                raise UserError(
                    self.env._("“%s” is a draft: delete it.", campaign.display_name)
                )
        campaigns.sudo().write(
            {"removed_at": fields.Datetime.now(), "removed_by_id": self.env.uid}
        )
        campaigns.sudo()._stop(states.REMOVED)
        for campaign in campaigns:
            campaign._log_control(
                self.env._("Removed by %(user)s", user=self.env.user.name)
            )
        return True

    def action_purge(self):
        """Delete texts, documents and addresses of removed campaigns for good.

        :raise AccessError: the user is not a manager
        """
        self._check_manager()
        campaigns = self._begin_control().filtered(lambda c: not c.purged_at)
        for campaign in campaigns:
            if campaign.state != states.REMOVED or campaign.is_settling:
                raise UserError(
                    self.env._(
                        "Only a removed campaign can be purged, once nothing of it "
                        "is being sent any more."
                    )
                )
        campaigns.sudo()._purge()
        for campaign in campaigns:
            campaign._log_control(
                self.env._(
                    "Texts, documents and addresses were deleted by %(user)s",
                    user=self.env.user.name,
                )
            )
        return True

    def _check_manager(self):
        if not self.env.su and not self.env.user.has_group(MANAGER_GROUP):
            raise AccessError(
                self.env._("Only managers of mass sending may remove campaigns.")
            )

    # === Removing ===

    def _settle_if_quiet(self):
        """When nothing is being made any more, mark what was said in chatters."""
        moving = self.filtered("is_settling")
        result = super()._settle_if_quiet()
        for campaign in moving.filtered(
            lambda c: c.state == states.REMOVED and not c.is_settling
        ):
            campaign._mark_messages_removed()
        return result

    def _mark_messages_removed(self):
        """Say in the customers' chatter that this was taken back, and by whom."""
        self.ensure_one()
        user = self.removed_by_id
        notice = Markup("<p><em>{}</em></p>").format(
            self.with_context(lang=user.lang).env._(
                "Removed by %(user)s on %(date)s: the customer portal no longer shows "
                "this message.",
                user=user.name,
                date=format_datetime(self.env, self.removed_at, tz=user.tz or "UTC"),
            )
        )
        self.env.cr.execute(
            SQL(
                """UPDATE mail_message m
                      SET body = %s || COALESCE(m.body, '')
                     FROM mass_sending_recipient r
                    WHERE r.campaign_id = %s
                      AND m.id = r.mail_message_id""",
                str(notice),
                self.id,
            )
        )
        self.env["mail.message"].invalidate_model(["body"], flush=False)

    # === Purging ===

    def _purge(self):
        for campaign in self:
            campaign._purge_documents()
            campaign._purge_rows()
            campaign._purge_attachments()
            campaign._forget_content()
        self.env.invalidate_all()

    def _purge_attachments(self):
        """Delete the campaign's own files, unless a duplicate uses them as well."""
        self.ensure_one()
        others = self.search(
            [
                ("attachment_ids", "in", self.attachment_ids.ids),
                ("id", "!=", self.id),
            ]
        )
        mine = self.attachment_ids.filtered(
            lambda a: a.res_model == self._name and a.res_id == self.id
        )
        (mine - others.attachment_ids).unlink()

    def _forget_content(self):
        # by SQL: what was confirmed may not be rewritten, but it may be forgotten
        self.env.cr.execute(
            SQL(
                """UPDATE mass_sending_campaign
                      SET body = NULL, sms_body = NULL,
                          purged_at = now() AT TIME ZONE 'UTC'
                    WHERE id = %s""",
                self.id,
            )
        )

    def _purge_documents(self):
        for model, path in (
            ("mass.sending.delivery.document", "delivery_id.campaign_id"),
            # with the files
            ("mass.sending.document", "campaign_id"),
        ):
            domain = [(path, "=", self.id)]
            while records := self.env[model].search(domain, limit=PURGE_BATCH):
                records.unlink()

    def _purge_rows(self):
        """Set-based: a campaign may have reached 100,000 people."""
        self.env.flush_all()
        for statement in self._get_purge_statements():
            self.env.cr.execute(statement)

    @api.model
    def _get_forgotten_recipient_columns(self):
        """Return the columns of a recipient that are about the person."""
        return (
            *("name", "portal_login", "email", "email_normalized", "billing_email"),
            *("phone", "phone_sanitized"),
        )

    def _get_purge_statements(self):
        yield SQL(
            """DELETE FROM mail_message m
                USING mass_sending_recipient r
                WHERE r.campaign_id = %s
                  AND m.id = r.mail_message_id""",
            self.id,
        )
        condition = SQL("campaign_id = %s", self.id)
        yield from self._get_forget_statements(condition, condition)

    @api.model
    def _get_forget_statements(self, of_recipients, of_deliveries):
        """Yield the statements by which the log forgets addresses, but no line.

        :param SQL of_recipients: condition on the recipients
        :param SQL of_deliveries: condition on the deliveries
        """
        yield self._get_forget_deliveries_statement(of_deliveries)
        yield SQL(
            "UPDATE mass_sending_recipient SET %s WHERE %s",
            SQL(", ").join(
                SQL("%s = NULL", SQL.identifier(name))
                for name in self._get_forgotten_recipient_columns()
            ),
            of_recipients,
        )

    @api.model
    def _get_forget_deliveries_statement(self, condition):
        """Return the statement by which lines of the log forget where they went.

        :param SQL condition: which lines
        """
        return SQL(
            # the address keeps two deliveries to one person apart
            """UPDATE mass_sending_delivery
                  SET address = '#' || id, subject = NULL, failure_reason = NULL,
                      message_uid = NULL, provider_uid = NULL, sms_text = NULL,
                      sms_report_reason = NULL
                WHERE %s""",
            condition,
        )
