# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""When somebody may be disturbed."""

from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo


def end_of_quiet(now, timezone_name, start, end):
    """Return when the quiet hours that somebody is in are over.

    :param datetime now: naive, in UTC
    :param str timezone_name: his time zone
    :param float start: hour at which quiet begins, e.g. 20.5 for half past eight
    :param float end: hour at which it ends; before `start` for hours that go past
        midnight, equal to it for none
    :return: naive datetime in UTC, or None when he may be disturbed now
    """
    zone = ZoneInfo(timezone_name)
    local = now.replace(tzinfo=timezone.utc).astimezone(zone)
    hour = local.hour + local.minute / 60 + local.second / 3600
    if not _is_between(hour, start, end):
        return None
    day = local.date() + timedelta(days=hour >= end)
    minutes = round(end * 60)
    wake = datetime(day.year, day.month, day.day, tzinfo=zone) + timedelta(
        minutes=minutes
    )
    return wake.astimezone(timezone.utc).replace(tzinfo=None)


def _is_between(hour, start, end):
    if start <= end:
        return start <= hour < end
    return hour >= start or hour < end
