# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""States, reasons and the only allowed ways between them.

Every room (queue SQL, ORM models, views, tests) takes its words from here, so
that a state is never typed by hand. A state says where a thing *is*; accepted,
delivered, bounced and read are times on the delivery, not states.
"""

# === Delivery ===

NEW = "new"
SENDING = "sending"
SENT = "sent"
ERROR = "error"
EXPIRED = "expired"
ATTACHMENT_ERROR = "attachment_error"
CANCELLED = "cancelled"
UNCERTAIN = "uncertain"

DELIVERY_STATES = [
    (NEW, "New"),
    (SENDING, "Sending"),
    (SENT, "Sent"),
    (ERROR, "Error"),
    (EXPIRED, "Expired"),
    (ATTACHMENT_ERROR, "Attachment error"),
    (CANCELLED, "Cancelled"),
    (UNCERTAIN, "Uncertain"),
]

DELIVERY_TRANSITIONS = {
    NEW: {SENDING, CANCELLED, EXPIRED, ERROR, ATTACHMENT_ERROR},
    # back to NEW: a temporary refusal, or provably not handed over
    SENDING: {SENT, ERROR, NEW, UNCERTAIN},
    # by hand: accept it as sent, or send it again; a bounce ends the doubt
    UNCERTAIN: {SENT, NEW, ERROR},
    ERROR: {NEW},
    ATTACHMENT_ERROR: {NEW},
    EXPIRED: {NEW},
    # a hard bounce or a failed delivery report
    SENT: {ERROR},
    # only who was skipped right before sending, once the reason is gone
    CANCELLED: {NEW},
}

# Still to be worked on by the queue: a campaign with one of these isn't finished.
DELIVERY_OPEN = (NEW, SENDING)
# Make a finished campaign "Sent with error".
DELIVERY_FAILED = (ERROR, EXPIRED, ATTACHMENT_ERROR, UNCERTAIN)
# What "retry failed" takes up again; never the uncertain ones.
DELIVERY_RETRYABLE = (ERROR, EXPIRED, ATTACHMENT_ERROR)


def delivery_sources(target):
    """Return the delivery states from which `target` may be reached.

    :param str target: one of the delivery states
    :return: tuple of states, in the order of the table
    """
    return tuple(
        source for source, targets in DELIVERY_TRANSITIONS.items() if target in targets
    )


# === Campaign ===
# Scheduled (or in its hold-back) is NEW with a start date; paused is PROCESSING
# with a flag.

PROCESSING = "processing"
REMOVED = "removed"

CAMPAIGN_STATES = [
    (NEW, "New"),
    (PROCESSING, "Processing"),
    (SENT, "Sent"),
    (ERROR, "Sent with error"),
    (CANCELLED, "Cancelled"),
    (REMOVED, "Removed"),
]

CAMPAIGN_TRANSITIONS = {
    NEW: {PROCESSING, CANCELLED, REMOVED},
    PROCESSING: {SENT, ERROR, CANCELLED, REMOVED},
    # retry, a late bounce, an uncertain delivery that staff resolved
    SENT: {PROCESSING, ERROR, REMOVED},
    ERROR: {PROCESSING, SENT, REMOVED},
    CANCELLED: {REMOVED},
    REMOVED: set(),
}

# Nothing of these is handed over any more, whatever their deliveries say.
CAMPAIGN_STOPPED = (CANCELLED, REMOVED)


# === Recipient ===

KEPT = "kept"
LEFT_OUT = "left_out"
SKIPPED = "skipped"

RECIPIENT_DECISIONS = [
    (KEPT, "Will receive it"),
    (LEFT_OUT, "Left out by hand"),
    (SKIPPED, "Skipped"),
]

# Why a person cannot be reached (through one channel, or at all).
SKIP_REASONS = [
    ("email_missing", "No e-mail address"),
    ("email_invalid", "Invalid e-mail address"),
    ("phone_missing", "No phone number"),
    ("phone_invalid", "Invalid phone number"),
    ("phone_landline", "Landline: no SMS reaches it"),
    ("no_customer", "Lead without a customer: nothing to show in a portal"),
    ("no_portal_access", "No access to the customer portal"),
    ("opted_out", "Opted out of marketing"),
    ("on_hold", "Address on hold after bounces"),
    ("duplicate", "Address already in this campaign"),
    ("no_document", "No financial document in the chosen range"),
    ("archived", "Archived since the selection"),
    ("deleted", "Deleted since the selection"),
]

# Why a delivery failed or was not made. The skip reasons are among them, since
# a delivery that is skipped right before sending is cancelled with its reason.
FAILURE_TYPES = [
    *SKIP_REASONS,
    ("placeholder", "A placeholder could not be filled in"),
    ("attachment", "An attachment could not be made"),
    ("connection", "The server could not be reached"),
    ("refused_temporarily", "Refused for now by the receiving server"),
    ("refused", "Refused by the receiving server"),
    ("sender_invalid", "Sender address missing or invalid"),
    ("too_large", "Message too large for the server"),
    ("bounced", "Bounced"),
    ("not_delivered", "Accepted, but reported as not delivered"),
    ("expired", "Not delivered within the days allowed"),
    ("campaign_cancelled", "Campaign cancelled"),
    ("interrupted", "Interrupted while being handed over"),
    ("unknown", "Unknown error"),
]
