# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What every channel can do."""

from odoo.tools import SQL

from .. import states

# Where recipients are once they are selected.
RECIPIENTS = SQL("mass_sending_recipient")


class ChannelUnavailable(Exception):
    """The far end can't be reached at all: the campaign waits and tries again.

    Its text is shown to staff; what was not handed over yet waits.

    :ivar retry_at: when to try again (naive, UTC), where that is known
    """

    retry_at = None


def describe_error(error):
    """Return an exception's text, or its kind where it has none."""
    return str(error).strip() or type(error).__name__


class Channel:
    """A way to reach a person: which addresses he has, why he cannot be reached,
    how a group of deliveries is prepared and handed over.

    :cvar str code: stored on the deliveries
    :cvar str label: shown to people
    :cvar int group_size: how many deliveries a worker takes at once
    :cvar bool carries_documents: whether financial documents can go with a message
    """

    code = None
    label = None
    group_size = 50
    carries_documents = False

    def __init__(self, env):
        self.env = env

    def get_group_size(self, campaign):
        """Return how many deliveries of a campaign a worker takes at once at most.

        :param campaign: mass.sending.campaign
        """
        return self.group_size

    # === Before sending ===

    def addresses_sql(self, campaign, recipients=RECIPIENTS):
        """Return where the recipients of a campaign are reached, or why not.

        :param campaign: mass.sending.campaign
        :param SQL recipients: what to select them from: the table, or something with
            its columns of people who are just being selected
        :return: SQL of a SELECT with the columns `recipient_id`, `address` and
            `reason`: one row per address (`reason` NULL), or per address or
            person that cannot be used (`reason` a code of `states.SKIP_REASONS`)
        """
        raise NotImplementedError  # abstract

    def once_per_address_sql(self, addresses):
        """Keep the first of the people who share an address.

        :param SQL addresses: as `addresses_sql` returns it, with `decision`
        """
        return SQL(
            """SELECT recipient_id,
                      address,
                      CASE WHEN reason IS NULL
                            AND decision = %(kept)s
                            AND row_number() OVER (
                                PARTITION BY address, reason, decision
                                    ORDER BY recipient_id) > 1
                           THEN 'duplicate' ELSE reason END AS reason
                 FROM (%(addresses)s) each_address""",
            kept=states.KEPT,
            addresses=addresses,
        )

    def has_one_address_each(self, campaign):
        """Tell whether `addresses_sql` has exactly one row per recipient."""
        return False

    def get_problems(self, campaign):
        """Return what keeps the campaign from being sent here, as sentences."""
        return []

    def get_content_problems(self, campaign):
        """Return what is missing or wrong in what is said, as sentences.

        Channels that say the same thing return the same sentences.
        """
        return campaign._get_message_problems()

    def get_purpose_problems(self, campaign):
        """Return what is wrong with the purpose, for channels that respect opt-outs."""
        env = self.env
        if not campaign.purpose:
            return [env._("Purpose: please say whether this is service or marketing.")]
        if campaign.purpose == "service" and not campaign.user_id.has_group(
            "mass_sending.mass_sending_group_service_message"
        ):
            return [
                env._(
                    "Purpose: only members of “Send service messages” may write to "
                    "people who opted out. Choose marketing, or ask an administrator."
                )
            ]
        return []

    def get_warnings(self, campaign):
        """Return what staff should know before they confirm, as sentences."""
        return []

    def get_notes(self, campaign):
        """Return what the confirmation says besides the figures, as sentences."""
        return []

    # === Sending ===

    def find_blocked(self, campaign, delivery_ids):
        """Return who may no longer be written to, looked up right before sending.

        :param campaign: mass.sending.campaign
        :param list[int] delivery_ids: deliveries of one group
        :return: {delivery id: code of `states.SKIP_REASONS`}
        """
        rows = self.env.execute_query(
            SQL(
                """SELECT d.id,
                          CASE WHEN person.id IS NULL THEN 'deleted'
                               WHEN %(archived)s THEN 'archived'
                               ELSE %(more)s
                          END AS reason
                     FROM mass_sending_delivery d
                     JOIN mass_sending_recipient r ON r.id = d.recipient_id
                LEFT JOIN %(table)s person ON person.id = r.person_id
                    WHERE d.id = ANY(%(ids)s)""",
                archived=self.env[campaign.recipient_model]._get_archived_sql(
                    campaign, "person"
                ),
                more=self.blocked_case_sql(campaign),
                table=SQL.identifier(self.env[campaign.recipient_model]._table),
                ids=list(delivery_ids),
            )
        )
        return {delivery_id: reason for delivery_id, reason in rows if reason}

    def blocked_case_sql(self, campaign):
        """Return an SQL expression on `d` (delivery): a skip reason, or NULL."""
        return SQL("NULL")

    def prepare(self, campaign, deliveries):
        """Make what is handed over: messages, mails. Nothing leaves the house yet.

        :param campaign: mass.sending.campaign, as the queue
        :param deliveries: mass.sending.delivery of one group
        :return: {delivery id: Outcome} of those that failed
        """
        raise NotImplementedError  # abstract

    def hand_over(self, campaign, deliveries, session):
        """Hand over prepared deliveries, one after the other.

        Call `session.open` with the deliveries in their order before anything
        leaves the house; `session.record` with each outcome before the next one's
        content does; and stop as soon as `session.stopped()`.

        :param campaign: mass.sending.campaign, as the queue
        :param deliveries: mass.sending.delivery, all prepared
        :param session: `queue.hand_over.HandOver`
        :raise ChannelUnavailable: the far end can't be reached
        """
        raise NotImplementedError  # abstract

    def clean_up(self, campaign, deliveries):
        """Remove what was only made for handing over."""
