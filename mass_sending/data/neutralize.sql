-- A copy of the database must not write to the customers of the original.

-- what was on the wire when the copy was made may have arrived
UPDATE mass_sending_delivery
   SET state = 'uncertain',
       failure_type = 'interrupted'
 WHERE state = 'sending';

UPDATE mass_sending_delivery
   SET state = 'cancelled',
       failure_type = 'campaign_cancelled',
       next_try_at = NULL
 WHERE state = 'new';

-- no worker of this database holds anything
UPDATE mass_sending_delivery
   SET group_id = NULL
 WHERE group_id IS NOT NULL;
DELETE FROM mass_sending_group;
DELETE FROM mass_sending_group_witness;

UPDATE mail_mail
   SET state = 'cancel'
 WHERE mass_sending_delivery_id IS NOT NULL
   AND state = 'outgoing';

-- drafts stay: nothing sends them but a person
UPDATE mass_sending_campaign c
   SET state = 'cancelled',
       is_paused = FALSE,
       retry_at = NULL,
       finished_at = now() AT TIME ZONE 'UTC',
       state_counts = (SELECT jsonb_object_agg(counted.state, counted.number)
                         FROM (SELECT state, count(*) AS number
                                 FROM mass_sending_delivery
                                WHERE campaign_id = c.id
                                  AND type = 'mass'
                             GROUP BY state) counted)
 WHERE state = 'processing'
    OR state = 'new' AND confirmed_at IS NOT NULL;

-- no SMS either, of campaigns or of Odoo; a gateway's secrets may stand anywhere
-- in what it is told
UPDATE mass_sending_sms_gateway
   SET url = 'https://neutralized.invalid/',
       parameters = NULL,
       headers = NULL,
       json_body = NULL,
       json_item = NULL,
       username = NULL,
       password = NULL,
       token = NULL;
