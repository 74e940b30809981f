# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The ways to reach a person. A new one is a class here and an import below.

See docs/adding-a-channel.md.
"""

# code -> class
CHANNELS = {}


def register(channel_class):
    """Make a channel known; use it as a class decorator."""
    CHANNELS[channel_class.code] = channel_class
    return channel_class


def channel_selection():
    """Return [(code, label)] of the known channels."""
    return [(channel.code, channel.label) for channel in CHANNELS.values()]


from . import portal  # noqa: E402  registers itself
from . import email  # noqa: E402  registers itself
from . import sms  # noqa: E402  registers itself
