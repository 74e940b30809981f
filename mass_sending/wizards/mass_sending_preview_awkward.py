# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

# So many people who are written to in another language than most.
LANGUAGES_SHOWN = 3


class MassSendingPreview(models.TransientModel):
    """Awkward people first: those for whom a message looks wrong, if for anybody.

    They are looked for once, when the preview is opened; a query each, whatever the
    number of people.
    """

    _inherit = "mass.sending.preview"

    awkward = fields.Json(
        readonly=True, help="[person id, labels], in the order in which they are shown."
    )
    awkward_label = fields.Char(
        string="Shown because of", compute="_compute_awkward_label"
    )

    @api.depends("awkward", "partner_id", "lead_id")
    def _compute_awkward_label(self):
        for preview in self:
            labels = dict(preview.awkward or []).get(preview._get_person_id(), [])
            preview.awkward_label = ", ".join(labels)

    def _get_person_id(self):
        return (self.partner_id or self.lead_id).id

    # === In which order they are shown ===

    def _find_first(self):
        self.awkward = self._find_awkward()
        if not self.awkward:
            return super()._find_first()
        return self._get_people().browse(self.awkward[0][0])

    def _find_neighbour(self, person_id, direction):
        """The awkward ones come first; then all others, by id."""
        awkward_ids = self._get_awkward_ids()
        step = 1 if direction == "next" else -1
        if person_id in awkward_ids:
            index = awkward_ids.index(person_id) + step
            if 0 <= index < len(awkward_ids):
                return self._get_people().browse(awkward_ids[index])
            return self._find_person(after=0) if index > 0 else self._get_people()
        person = super()._find_neighbour(person_id, direction)
        if not person and direction != "next" and awkward_ids:
            return self._get_people().browse(awkward_ids[-1])
        return person

    def _find_person(self, after=None, before=None, besides=Domain.TRUE):
        besides &= Domain("id", "not in", self._get_awkward_ids())
        return super()._find_person(after=after, before=before, besides=besides)

    def _get_awkward_ids(self):
        return [person_id for person_id, _labels in self.awkward or []]

    # === Who is awkward ===

    def _find_awkward(self):
        """Return [[person id, [label, …]], …], each person once."""
        found = {}
        for label, search in self._get_awkward_searches(self._get_people_sql()):
            for (person_id,) in self.env.execute_query(search):
                found.setdefault(person_id, []).append(label)
        return [[person_id, labels] for person_id, labels in found.items()]

    def _get_awkward_searches(self, people):
        """Return whom to look for, the most awkward first.

        :param SQL people: what `_get_people_sql` returns
        :return: list of (label, SELECT of one person's id)
        """
        conditions = [
            (self.env._("No name"), SQL("name = '' ORDER BY id")),
            (self.env._("Longest name"), SQL("TRUE ORDER BY length(name) DESC, id")),
            *self._get_language_conditions(people),
        ]
        if self._get_content()._is_sms():
            conditions.append(
                (self.env._("No phone number"), SQL("phone IS NULL ORDER BY id"))
            )
        elif self.shows_email:
            conditions.append(
                (self.env._("No e-mail address"), SQL("email IS NULL ORDER BY id"))
            )
        return [
            (label, SQL("SELECT id FROM (%s) p WHERE %s LIMIT 1", people, condition))
            for label, condition in conditions
        ]

    def _get_people_sql(self):
        """SELECT of those whom the message goes to, with what makes them awkward."""
        people = self._get_people()
        query = people._search(self._get_person_domain())
        columns = people._get_recipient_snapshot_columns(query.table)
        self.env.flush_all()
        return query.select(
            SQL("%s AS id", SQL.identifier(query.table, "id")),
            SQL("%s AS name", columns["name"]),
            SQL("%s AS lang", columns["lang"]),
            SQL("%s AS email", columns["email_normalized"]),
            SQL("%s AS phone", columns["phone_sanitized"]),
        )

    def _get_language_conditions(self, people):
        """Return the conditions for the languages that most are not written to in."""
        installed = dict(self.env["res.lang"].get_installed())
        rows = self.env.execute_query(
            SQL(
                """SELECT lang FROM (%s) person WHERE lang = ANY(%s)
                 GROUP BY lang ORDER BY count(*) DESC, lang""",
                people,
                list(installed),
            )
        )
        others = [lang for (lang,) in rows if lang != self._get_known_lang(None)]
        return [
            (installed[lang], SQL("lang = %s ORDER BY id", lang))
            for lang in others[:LANGUAGES_SHOWN]
        ]
