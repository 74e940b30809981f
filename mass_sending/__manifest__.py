# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
{
    "name": "Mass Sending",
    "summary": "Reach customers by e-mail, portal or SMS, and know who got what",
    "version": "19.0.1.0.0",
    "category": "Marketing",
    "author": "The mass_sending authors",
    "license": "LGPL-3",
    "depends": ["account", "crm", "phone_validation", "portal", "sale", "sms"],
    "external_dependencies": {"python": ["phonenumbers"]},
    "data": [
        # Security
        "security/res_groups.xml",
        "security/ir.model.access.csv",
        "security/mass_sending_campaign_security.xml",
        "security/mass_sending_hold_security.xml",
        "security/mass_sending_service_security.xml",
        "security/mass_sending_sms_security.xml",
        # Data
        "data/ir_config_parameter_data.xml",
        "data/ir_cron_data.xml",
        "data/ir_sequence_data.xml",
        "data/mail_layout_data.xml",
        # Wizards
        "wizards/mass_sending_confirm_views.xml",
        "wizards/mass_sending_preview_views.xml",
        "wizards/mass_sending_save_views.xml",
        "data/mass_sending_mail_type_data.xml",
        # Wizards of choosing and checking
        "wizards/mass_sending_test_views.xml",
        # Views
        "views/crm_lead_views.xml",
        "views/mass_sending_audience_views.xml",
        "views/mass_sending_campaign_views.xml",
        "views/mass_sending_content_templates.xml",
        "views/mass_sending_delivery_views.xml",
        "views/mass_sending_location_views.xml",
        "views/mass_sending_portal_templates.xml",
        "views/mass_sending_recipient_views.xml",
        "views/mass_sending_service_views.xml",
        "views/mass_sending_template_views.xml",
        "views/mass_sending_unsubscribe_templates.xml",
        "views/product_template_views.xml",
        "views/res_config_settings_views.xml",
        "views/res_partner_views.xml",
        # Menus
        "views/mass_sending_menus.xml",
        "views/mass_sending_hold_views.xml",
    ],
    "assets": {
        "web.assets_backend": [
            "mass_sending/static/src/**/*",
            ("remove", "mass_sending/static/src/scss/portal.scss"),
        ],
        "web.assets_frontend": ["mass_sending/static/src/scss/portal.scss"],
        "web.assets_tests": ["mass_sending/static/tests/tours/*.js"],
    },
    "demo": [
        "demo/res_company_demo.xml",
        "demo/mass.sending.location.csv",
        "demo/product.template.csv",
        "demo/res.partner-providers.csv",
        "demo/res.partner-customers.csv",
        "demo/res.partner-contacts.csv",
        "demo/mass.sending.service.csv",
        "demo/mass_sending_service_demo.xml",
        "demo/crm.lead.csv",
        "demo/res_users_demo.xml",
        "demo/mass_sending_audience_demo.xml",
        "demo/mass_sending_template_demo.xml",
        # Last: it works with the records above
        "demo/mass_sending_demo.xml",
    ],
    "post_init_hook": "post_init_hook",
    "uninstall_hook": "uninstall_hook",
    "application": True,
    "installable": True,
}
