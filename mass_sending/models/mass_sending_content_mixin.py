# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import is_html_empty
from odoo.tools.mail import html_normalize

from ..tools import placeholders
from ..tools.body_skeleton import BodySkeleton
from ..tools.tokens import UNSUBSCRIBE_TOKEN
from .mass_sending_person_mixin import PLACEHOLDERS

OWN_LAYOUT = "mass_sending.mass_sending_mail_layout"
LAYOUTS = [
    (OWN_LAYOUT, "Company header and footer"),
    ("mail.mail_notification_light", "Odoo: notification, light"),
    ("mail.mail_notification_layout", "Odoo: notification"),
    ("none", "No layout"),
]

# What a placeholder can raise; a broken database connection is none of them.
RENDER_ERRORS = (UserError, AccessError, ValueError, TypeError, SyntaxError)


def sanitise_body(env, body):
    """Sanitise HTML exactly as the body of a message is when it is saved.

    :param str body: rendered HTML
    :return: Markup
    """
    messages = env["mail.message"]
    return Markup(messages._fields["body"].convert_to_cache(body, messages))


class MassSendingContentMixin(models.AbstractModel):
    """What is said: subject and message with placeholders, and how they look.

    Used by campaigns and templates. Rendering is Odoo's own, with its
    restrictions for staff who are not template editors.
    """

    _name = "mass.sending.content.mixin"
    _description = "Message content"
    _inherit = ["mail.render.mixin"]

    # Plain texts with {{ placeholders }}; the body is HTML and has its own notation
    _inline_content_fields = ("subject",)

    subject = fields.Char(translate=True)
    body = fields.Html(
        string="Message",
        translate=True,
        sanitize="email_outgoing",
        render_engine="qweb",
        render_options={"post_process": True},
    )
    placeholder_help = fields.Html(compute="_compute_placeholder_help", sanitize=False)
    layout_xmlid = fields.Selection(
        LAYOUTS,
        string="Mail layout",
        required=True,
        default=OWN_LAYOUT,
        help="Header, logo and footer around the message when it goes by e-mail.",
    )

    @api.depends_context("lang")
    def _compute_placeholder_help(self):
        self.placeholder_help = self.env["ir.qweb"]._render(
            "mass_sending.placeholder_help",
            {"placeholders": self._get_placeholder_labels()},
        )

    @api.model
    def _get_placeholder_labels(self):
        """Return [(code to type, label)] of the placeholders that all may use."""
        person = self.env["mass.sending.person.mixin"]
        labels = person.fields_get(list(PLACEHOLDERS), ["string"])
        return [
            # "Message: Full name", to be told apart in the picker
            (f"{{{{ object.{name} }}}}", labels[name]["string"].split(": ", 1)[-1])
            for name in PLACEHOLDERS
        ]

    @api.model
    def _get_content_model(self):
        """Return the model whose records fill the placeholders."""
        raise NotImplementedError  # abstract hook

    # === Copying ===

    def _copy_content_from(self, source):
        """Take over subject, message and layout, in all languages there are.

        :param source: a record with this mixin; its translations replace all of ours
        """
        self.ensure_one()
        names = (*self._inline_content_fields, "body")
        stored = {name: source._get_content_translations(name) for name in names}
        # first forget ours: a language that the source lacks must not stay behind
        self.write({**dict.fromkeys(names, False), "layout_xmlid": source.layout_xmlid})
        langs = {lang for by_lang in stored.values() for lang in by_lang}
        # English first: the first value written becomes the fallback
        for lang in sorted(langs, key=lambda code: code != "en_US"):
            self.with_context(lang=lang).write(
                {name: stored[name][lang] for name in names if lang in stored[name]}
            )
        self.content_langs = source.content_langs

    def _get_content_translations(self, name):
        """Return {language: value} of a field, for the languages that have one."""
        installed = {code for code, _label in self.env["res.lang"].get_installed()}
        stored = self._fields[name]._get_stored_translations(self) or {}
        return {
            lang: value
            for lang, value in stored.items()
            if lang == "en_US" or lang in installed
        }

    # === Checking ===

    def _is_body_empty(self):
        return is_html_empty(self.body)

    def _get_message_problems(self):
        """Return what is missing or wrong in subject and message, as sentences."""
        self.ensure_one()
        problems = []
        if not (self.subject or "").strip():
            problems.append(self.env._("Subject: please fill it in."))
        if self._is_body_empty():
            problems.append(self.env._("Message: please write something."))
        return problems + self._get_placeholder_problems()

    def _get_placeholder_problems(self):
        """Check every placeholder without rendering anything.

        :return: list of sentences, each naming the placeholder and where it is;
            empty when all is well
        """
        self.ensure_one()
        sources = [
            (self.env._("Subject"), placeholders.inline_expressions(self.subject)),
            (self.env._("Message"), placeholders.html_expressions(self.body)),
        ]
        problems = [
            problem
            for where, expressions in sources
            for expression in expressions
            if (problem := self._get_placeholder_problem(where, expression))
        ]
        problems += [
            self.env._(
                "Message: “{{ %(expression)s }}” would be printed as it stands. "
                "Insert placeholders in the message by typing /field.",
                expression=expression,
            )
            for expression in placeholders.stray_inline_expressions(self.body)
        ]
        return problems

    def _get_placeholder_problem(self, where, expression):
        """Return a sentence when `expression` cannot be used here, else None."""
        model = self.env[self._get_content_model()]
        path = expression.split(".")
        if path[0] == "object" and len(path) > 1 and all(map(str.isidentifier, path)):
            for name in path[1:]:
                if name not in model._fields:
                    return self.env._(
                        "%(where)s: the placeholder “%(expression)s” is unknown; "
                        "there is no field “%(field)s”.",
                        where=where,
                        expression=expression,
                        field=name,
                    )
                comodel = model._fields[name].comodel_name
                model = self.env[comodel] if comodel else self.env["base"]
        if self._is_restricted_user() and not self._is_placeholder_allowed(expression):
            return self.env._(
                "%(where)s: the placeholder “%(expression)s” may only be used by "
                "template editors. Choose one from the list of placeholders.",
                where=where,
                expression=expression,
            )
        return None

    def _is_restricted_user(self):
        return not self.env.is_admin() and not self.env.user.has_group(
            "mail.group_mail_template_editor"
        )

    def _is_placeholder_allowed(self, expression):
        return self.env["ir.qweb"]._is_expression_allowed(
            expression, self._get_content_model()
        )

    # === Rendering ===

    def _render_content(self, res_ids, lang):
        """Render subject and message for some people of one language.

        One broken value fails its own person only: when rendering them together
        raises, each is rendered alone.

        :param list[int] res_ids: ids on the recipient's model
        :param str lang: language code, or False for the author's
        :return: tuple (rendered, failures); `rendered` is
            {res_id: (subject, body Markup)}, `failures` is {res_id: reason}
        """
        self.ensure_one()
        content = self.with_context(lang=lang) if lang else self
        return content._render_safely(content._render_content_batch, res_ids)

    def _get_body_skeleton(self, lang):
        """Return the body for bulk filling, or None when it needs qweb itself.

        :param str lang: language code, or False for the author's
        :return: BodySkeleton, whose results are sanitised as a message's body is
        """
        self.ensure_one()
        content = self.with_context(lang=lang) if lang else self
        source = str(content.body or "")
        unsafe = self._has_unsafe_expression_template_qweb(
            source, self._get_content_model()
        )
        # inline images become attachments when a message is created
        if unsafe or "data:image" in source:
            return None
        source = html_normalize(f"<div>{source}</div>")
        if source.startswith("<div>") and source.endswith("</div>"):
            source = source[5:-6]
        return BodySkeleton(source, self._clean_body)

    def _clean_body(self, body):
        """Make links absolute and sanitise, as saving a message does."""
        return sanitise_body(
            self.env, self._replace_local_links(body, self.get_base_url())
        )

    def _render_subjects(self, res_ids, lang):
        """Render the subject for some people of one language.

        :return: {res_id: str}, each on one line
        """
        content = self.with_context(lang=lang) if lang else self
        subjects = content._render_template(
            content.subject or "", content._get_content_model(), res_ids
        )
        return {res_id: " ".join(text.split()) for res_id, text in subjects.items()}

    def _render_safely(self, render, res_ids):
        """Render together, and where that raises, each alone.

        :param render: function of a list of ids that returns {id: rendered}
        :return: tuple ({id: rendered}, {id: reason})
        """
        try:
            return render(res_ids), {}
        except RENDER_ERRORS:
            return self._render_one_by_one(render, res_ids)

    def _render_one_by_one(self, render, res_ids):
        rendered, failures = {}, {}
        for res_id in res_ids:
            try:
                rendered.update(render([res_id]))
            except RENDER_ERRORS as error:
                failures[res_id] = self._summarise_render_error(error)
        return rendered, failures

    def _render_content_batch(self, res_ids):
        model = self._get_content_model()
        subjects = self._render_subjects(res_ids, False)
        bodies = self._render_template(
            self.body or "",
            model,
            res_ids,
            engine="qweb",
            options={"post_process": True},
        )
        return {
            res_id: (subjects[res_id], Markup(bodies[res_id])) for res_id in res_ids
        }

    @api.model
    def _summarise_render_error(self, error):
        """Return the one line of a rendering error that helps staff.

        Odoo puts the whole traceback in the message; what went wrong is said by
        the exception that started it.
        """
        cause = error
        while cause.__cause__ is not None:
            cause = cause.__cause__
        lines = [line.strip() for line in str(cause).splitlines() if line.strip()]
        return lines[0] if lines else type(cause).__name__

    def _has_unsubscribe_link(self):
        """Tell whether the mails carry a link to unsubscribe: marketing only."""
        return "purpose" in self._fields and self.purpose == "marketing"

    def _wrap_in_layout(self, body, subject, company):
        """Put a rendered message into the mail layout.

        :param Markup body: the rendered message
        :param str subject: the rendered subject; some layouts print it
        :param company: res.company whose header and footer are shown
        :return: Markup of the whole mail
        """
        self.ensure_one()
        unsubscribe_url = UNSUBSCRIBE_TOKEN if self._has_unsubscribe_link() else None
        if unsubscribe_url and self.layout_xmlid != OWN_LAYOUT:
            # no place for it in there
            body += self.env["ir.qweb"]._render(
                "mass_sending.unsubscribe_footer", {"unsubscribe_url": unsubscribe_url}
            )
        if self.layout_xmlid == "none":
            return body
        wrapped = self.env["mail.render.mixin"]._render_encapsulate(
            self.layout_xmlid,
            body,
            add_context={
                "company": company,
                "record_name": subject,
                "model_description": self.env._("message"),
                "email_notification_force_footer": True,
                "has_button_access": False,
                "unsubscribe_url": unsubscribe_url,
            },
        )
        return self._replace_local_links(wrapped)
