# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from . import account_move
from . import base_partner_merge
from . import crm_lead
from . import ir_sequence
from . import mail_template
from . import mass_sending_location
from . import mass_sending_service
from . import product_template
from . import res_config_settings
from . import res_partner
from . import res_partner_billing_email
from . import res_partner_customer_status
from . import res_partner_portal_login
from . import res_users
from . import sale_order
from . import sale_order_line
