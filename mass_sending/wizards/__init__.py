# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from . import base_partner_merge
from . import mass_sending_test
from . import mass_sending_confirm
from . import mass_sending_confirm_access
from . import mass_sending_confirm_documents
from . import mass_sending_preview
from . import mass_sending_preview_awkward
from . import mass_sending_preview_documents
from . import mass_sending_preview_sms
from . import mass_sending_save_audience
from . import mass_sending_save_template
from . import mass_sending_why
