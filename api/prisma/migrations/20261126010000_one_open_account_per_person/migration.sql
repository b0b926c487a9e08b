-- One person has one open account. A closed one keeps its person: what was done with it stays theirs.

-- Which accounts break the rule is said before it is made, since the index would name one at most and
-- not say what to do. The policies bind the owner of the tables too, so it goes tenant by tenant.
DO $$
DECLARE
  one text;
  here text;
  found text[] := '{}';
BEGIN
  FOR one IN SELECT id FROM tenant ORDER BY id LOOP
    PERFORM set_config('app.tenant', one, true);
    FOR here IN
      SELECT format('tenant %s, employee number %s: %s', one, p.employee_no,
                    string_agg(u.username, ', ' ORDER BY u.username))
      FROM app_user u
      JOIN person p ON p.tenant_id = u.tenant_id AND p.id = u.person_id
      WHERE u.active AND u.tenant_id = one
      GROUP BY p.id, p.employee_no HAVING count(*) > 1
      ORDER BY p.employee_no
    LOOP
      found := found || here;
    END LOOP;
  END LOOP;
  IF cardinality(found) > 0 THEN
    RAISE EXCEPTION 'these people have more than one open account: %. Nothing was changed. Lock all but one account of each (Administration, Accounts, in the version that ran before), or take the person off those that are not theirs, and start this version again.',
      array_to_string(found, '; ');
  END IF;
END
$$;

CREATE UNIQUE INDEX app_user_one_open_per_person ON app_user (tenant_id, person_id) WHERE active;
