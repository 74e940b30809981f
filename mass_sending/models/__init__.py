# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

# What the others inherit
from . import mass_sending_person_mixin
from . import mass_sending_person_erasure
from . import mass_sending_person_audience
from . import mass_sending_audience_mixin
from . import mass_sending_audience_customer
from . import mass_sending_audience_lead
from . import mass_sending_audience_campaign
from . import mass_sending_content_mixin
from . import mass_sending_content_sms

from . import account_move
from . import crm_lead
from . import crm_lead_person
from . import ir_mail_server
from . import ir_mail_server_limit
from . import ir_sequence
from . import mail_mail
from . import mail_mail_log
from . import mail_template
from . import mail_thread
from . import mass_sending_audience
from . import mass_sending_campaign
from . import mass_sending_campaign_portal
from . import mass_sending_campaign_dedupe
from . import mass_sending_campaign_actions
from . import mass_sending_campaign_progress
from . import mass_sending_campaign_queue
from . import mass_sending_campaign_control
from . import mass_sending_campaign_removal
from . import mass_sending_campaign_retry
from . import mass_sending_campaign_watch
from . import mass_sending_campaign_schedule
from . import mass_sending_campaign_selection
from . import mass_sending_campaign_test
from . import mass_sending_campaign_sms
from . import mass_sending_campaign_sms_budget
from . import mass_sending_campaign_documents  # adds to the ones above
from . import mass_sending_delivery
from . import mass_sending_delivery_bounce
from . import mass_sending_delivery_control
from . import mass_sending_delivery_retention
from . import mass_sending_delivery_source
from . import mass_sending_mail_type
from . import mass_sending_delivery_document
from . import mass_sending_delivery_unsubscribe
from . import mass_sending_delivery_documents
from . import mass_sending_demo
from . import mass_sending_delivery_portal
from . import mass_sending_delivery_portal_page
from . import mass_sending_document
from . import mass_sending_delivery_sms
from . import mass_sending_document_line
from . import mass_sending_group
from . import mass_sending_hold
from . import mass_sending_location
from . import mass_sending_recipient
from . import mass_sending_report
from . import mass_sending_recipient_portal
from . import mass_sending_server_tick
from . import mass_sending_service
from . import mass_sending_sms_gateway
from . import mass_sending_sms_price
from . import mass_sending_template
from . import product_template
from . import res_company
from . import res_company_sender
from . import res_config_settings
from . import res_config_settings_log
from . import res_config_settings_sms
from . import res_partner
from . import res_partner_audience
from . import res_partner_billing_email
from . import res_partner_customer_status
from . import res_partner_messages
from . import res_partner_person
from . import res_partner_portal_login
from . import res_users
from . import sale_order
from . import sale_order_line
from . import sms_sms
from . import sms_tracker

# Extends several of the above
from . import mass_sending_campaign_entry
