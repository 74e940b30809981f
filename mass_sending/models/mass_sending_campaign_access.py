# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

import logging

from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from .. import states

_logger = logging.getLogger(__name__)

INVITE_CRON = "mass_sending.ir_cron_invite_to_portal"
INVITER_GROUP = "base.group_partner_manager"
INVITE_BATCH = 50
KEEP, INVITE, LEAVE_OUT = "keep", "invite", "leave_out"


class MassSendingCampaign(models.Model):
    """Customers who cannot see their portal message, because they have no access.

    Their copy is kept for them; they may be invited when the campaign starts, by
    Odoo's own portal invitation and with the author's rights, or be left out.
    """

    _inherit = "mass.sending.campaign"

    no_access_mode = fields.Selection(
        [
            (KEEP, "Keep the message until they have access"),
            (INVITE, "Invite them when it is sent"),
            (LEAVE_OUT, "Leave them out of the portal"),
        ],
        string="Without portal access",
        required=True,
        default=KEEP,
    )

    @api.model
    def _get_content_field_names(self):
        return super()._get_content_field_names() | {"no_access_mode"}

    def _get_problems(self):
        problems = super()._get_problems()
        if self._invites_to_portal() and not self._may_invite():
            problems.append(
                self.env._(
                    "Portal access: %(user)s may not invite customers. The right to "
                    "create contacts is needed; or choose to keep the message, or to "
                    "leave these customers out.",
                    user=self.user_id.name,
                )
            )
        return problems

    def _invites_to_portal(self):
        codes = [channel.code for channel in self._get_channels()]
        return "portal" in codes and self.no_access_mode == INVITE

    def _may_invite(self):
        """Whether the author may do what Odoo's portal wizard asks for."""
        return self.user_id.has_group(INVITER_GROUP)

    # === Counting ===

    @api.model
    def _has_access_sql(self, partner_id):
        """SQL condition: a partner, or somebody of his company, can sign in."""
        return SQL(
            """%s IN (SELECT p.id
                        FROM res_partner p
                       WHERE p.commercial_partner_id IN (
                             SELECT owner.commercial_partner_id
                               FROM res_users u
                               JOIN res_partner owner ON owner.id = u.partner_id
                              WHERE u.active))""",
            partner_id,
        )

    def _without_access_sql(self):
        """FROM and WHERE of the recipients `r` who cannot see their portal message.

        Those are counted who would get it, and those who are left out for this.
        """
        self.env.flush_all()
        return SQL(
            """FROM mass_sending_recipient r
              WHERE r.campaign_id = %s
                AND r.partner_id IS NOT NULL
                AND (r.decision = %s
                     OR r.decision = %s
                    AND r.unreachable ->> 'portal' = 'no_portal_access')
                AND NOT %s""",
            self.id,
            states.KEPT,
            states.SKIPPED,
            self._has_access_sql(SQL("r.partner_id")),
        )

    def _count_without_access(self):
        """Count who cannot see his portal message.

        :return: tuple (how many, how many of them can be invited: with an e-mail
            address that is nobody else's login)
        """
        self.ensure_one()
        rows = self.env.execute_query(
            SQL(
                """SELECT count(*),
                          count(DISTINCT r.email_normalized) FILTER (
                              WHERE r.email_normalized NOT IN (
                                    SELECT u.login FROM res_users u))
                     %s""",
                self._without_access_sql(),
            )
        )
        return rows[0]

    # === Inviting ===

    def _start(self):
        super()._start()
        if self.state == states.PROCESSING and self._invites_to_portal():
            self.env.ref(INVITE_CRON).sudo()._trigger()

    @api.model
    def _cron_invite_to_portal(self):
        """Invite who is to be invited, one after the other.

        Each is a transaction of his own: an invitation that is on its way must not
        be forgotten because of the next one.
        """
        cron = self.env["ir.cron"]
        while recipients := self._find_to_invite():
            for recipient in recipients:
                recipient._invite_to_portal()
                remaining = int(bool(recipient != recipients[-1]))
                if not cron._commit_progress(1, remaining=remaining):
                    self.env.ref(INVITE_CRON).sudo()._trigger()
                    return

    @api.model
    def _find_to_invite(self):
        campaigns = self.search(
            [
                ("no_access_mode", "=", INVITE),
                ("send_to", "in", ["portal", "portal_email"]),
                ("is_test", "=", False),
                ("state", "in", [states.PROCESSING, states.SENT, states.ERROR]),
            ]
        )
        for campaign in campaigns:
            rows = self.env.execute_query(
                SQL(
                    """SELECT r.id %s AND r.decision = %s
                          AND r.portal_invited_at IS NULL
                     ORDER BY r.id LIMIT %s""",
                    campaign._without_access_sql(),
                    states.KEPT,
                    INVITE_BATCH,
                )
            )
            if rows:
                return self.env["mass.sending.recipient"].browse(i for (i,) in rows)
        return self.env["mass.sending.recipient"]


class MassSendingRecipient(models.Model):
    _inherit = "mass.sending.recipient"

    portal_invited_at = fields.Datetime(string="Invited to the portal", readonly=True)
    portal_invitation_error = fields.Char(
        string="Not invited because", readonly=True, help="What Odoo said."
    )

    def _invite_to_portal(self):
        """Invite a customer with Odoo's portal invitation, as the author.

        A refusal ends it for him, and is kept for staff to read.
        """
        self.ensure_one()
        error = False
        try:
            with self.env.cr.savepoint():
                self._grant_portal_access()
        except (UserError, AccessError) as refusal:
            error = str(refusal)
            _logger.info("Recipient %s was not invited to the portal", self.id)
        self.write(
            {
                "portal_invited_at": fields.Datetime.now(),
                "portal_invitation_error": error,
            }
        )

    def _grant_portal_access(self):
        author = self.campaign_id._get_author_env()
        wizard = author["portal.wizard"].create(
            {"partner_ids": [Command.set(self.partner_id.ids)]}
        )
        wizard.user_ids.action_grant_access()
