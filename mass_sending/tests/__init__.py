# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from . import test_billing_email
from . import test_bounce
from . import test_campaign_control
from . import test_campaign_control_access
from . import test_campaign_watch
from . import test_customer_status
from . import test_demo
from . import test_dsn
from . import test_location
from . import test_portal
from . import test_portal_access
from . import test_portal_accessibility
from . import test_portal_browser
from . import test_portal_files
from . import test_neutralize
from . import test_portal_login
from . import test_portal_sign_in
from . import test_post_init
from . import test_service
from . import test_queue_documents
from . import test_queue_email
from . import test_queue_portal
from . import test_queue_workers
from . import test_campaign
from . import test_placeholders
from . import test_selection
from . import test_tools
from . import test_audience_filters
from . import test_hold
from . import test_sms_gateway
from . import test_unsubscribe
