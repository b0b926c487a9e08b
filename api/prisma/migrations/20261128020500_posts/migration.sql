-- Posts are rows. What stood as a text in each person's file becomes the posts of the company.
CREATE TABLE "post" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "id" VARCHAR(26) NOT NULL,
    "code" VARCHAR(32) NOT NULL,
    "name" VARCHAR(64) NOT NULL,
    "kind" VARCHAR(64) NOT NULL,
    "department_id" VARCHAR(64),
    "areas" TEXT[],
    "machines" TEXT[],
    "skills" JSONB NOT NULL DEFAULT '[]',
    "special_work" TEXT[],
    "special_equipment" TEXT[],
    "exposures" JSONB NOT NULL DEFAULT '[]',
    "min_crew" INTEGER NOT NULL DEFAULT 1,
    "active" BOOLEAN NOT NULL DEFAULT true,
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "post_pkey" PRIMARY KEY ("tenant_id","id")
);

CREATE TABLE "post_holding" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "id" VARCHAR(26) NOT NULL,
    "person_id" VARCHAR(26) NOT NULL,
    "post_id" VARCHAR(26) NOT NULL,
    "since_at" TIMESTAMPTZ(3),
    "until_at" TIMESTAMPTZ(3),

    CONSTRAINT "post_holding_pkey" PRIMARY KEY ("tenant_id","id")
);

ALTER TABLE "person" ADD COLUMN "post_id" VARCHAR(26);

CREATE UNIQUE INDEX "post_code_once" ON "post"("tenant_id", "code");
-- Two departments may have a post of the same name; one department has it once.
CREATE UNIQUE INDEX post_name_once ON post (tenant_id, coalesce(department_id, ''), lower(name));
CREATE INDEX "person_of_post" ON "person"("tenant_id", "post_id");
CREATE INDEX "post_holding_of_post" ON "post_holding"("tenant_id", "post_id");
CREATE INDEX "post_holding_of_person" ON "post_holding"("tenant_id", "person_id");
-- A person holds one post at a time.
CREATE UNIQUE INDEX post_holding_open ON post_holding (tenant_id, person_id) WHERE until_at IS NULL;

SELECT guard_tenant_table(t) FROM unnest(ARRAY['post', 'post_holding']::regclass[]) AS t;

ALTER TABLE post
  ADD CONSTRAINT post_named CHECK (name = btrim(name) AND name <> ''),
  ADD CONSTRAINT post_min_crew CHECK (min_crew BETWEEN 0 AND 999);
ALTER TABLE post_holding
  ADD CONSTRAINT post_holding_order CHECK (until_at >= since_at);

-- An id in the form of the others, for rows that the database makes itself.
CREATE FUNCTION new_row_id() RETURNS text LANGUAGE sql VOLATILE
SET search_path = pg_catalog, public, pg_temp
AS $$ SELECT '01' || upper(substr(md5(gen_random_uuid()::text), 1, 24)) $$;

-- Each text of a company becomes a post: of the one department whose people have it, else of none. It is
-- in use where a person who works here has it. Nobody recorded since when, so that stays empty. The
-- policies bind the owner of the tables too, so it goes tenant by tenant.
DO $$
DECLARE
  one text;
BEGIN
  FOR one IN SELECT id FROM tenant ORDER BY id LOOP
    PERFORM set_config('app.tenant', one, true);
    INSERT INTO post (tenant_id, id, code, name, kind, department_id, areas, machines, special_work,
        special_equipment, active)
      SELECT one, new_row_id(), 'P' || lpad((row_number() OVER (ORDER BY words))::text, 3, '0'), words,
        'other', department, '{}', '{}', '{}', '{}', in_use
      FROM (
        SELECT min(btrim(post)) AS words,
          CASE WHEN count(DISTINCT department_id) = 1 THEN min(department_id) END AS department,
          bool_or(status = 'active') AS in_use
        FROM person WHERE btrim(post) <> '' GROUP BY lower(btrim(post))
      ) AS found;
    UPDATE person p SET post_id = t.id FROM post t WHERE lower(btrim(p.post)) = lower(t.name);
    INSERT INTO post_holding (tenant_id, id, person_id, post_id)
      SELECT tenant_id, new_row_id(), id, post_id FROM person
      WHERE post_id IS NOT NULL AND status = 'active';
  END LOOP;
END
$$;

ALTER TABLE "post" ADD CONSTRAINT "post_tenant_id_department_id_fkey" FOREIGN KEY ("tenant_id", "department_id") REFERENCES "department"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "person" ADD CONSTRAINT "person_tenant_id_post_id_fkey" FOREIGN KEY ("tenant_id", "post_id") REFERENCES "post"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "post_holding" ADD CONSTRAINT "post_holding_tenant_id_post_id_fkey" FOREIGN KEY ("tenant_id", "post_id") REFERENCES "post"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "post_holding" ADD CONSTRAINT "post_holding_tenant_id_person_id_fkey" FOREIGN KEY ("tenant_id", "person_id") REFERENCES "person"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- Who holds which post follows the person's row, whatever changes it. A text that is recognised as a post
-- of the register is no move: since when it is held is not known.
CREATE FUNCTION person_holds_post() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  wanted text := CASE WHEN NEW.status = 'left' THEN NULL ELSE NEW.post_id END;
  known timestamptz := now();
BEGIN
  UPDATE public.post_holding SET until_at = greatest(since_at, now())
    WHERE tenant_id = NEW.tenant_id AND person_id = NEW.id AND until_at IS NULL
      AND post_id IS DISTINCT FROM wanted;
  IF wanted IS NULL THEN
    RETURN NULL;
  END IF;
  IF TG_OP = 'UPDATE' THEN
    IF OLD.post_id IS NULL AND OLD.status = NEW.status AND OLD.department_id = NEW.department_id
      AND lower(btrim(OLD.post)) = lower(btrim(NEW.post)) THEN
      known := NULL;
    END IF;
  END IF;
  INSERT INTO public.post_holding (tenant_id, id, person_id, post_id, since_at)
    VALUES (NEW.tenant_id, public.new_row_id(), NEW.id, wanted, known)
    ON CONFLICT (tenant_id, person_id) WHERE until_at IS NULL DO NOTHING;
  RETURN NULL;
END
$$;
CREATE TRIGGER person_holds_post AFTER INSERT OR UPDATE OF post_id, status ON person
  FOR EACH ROW EXECUTE FUNCTION person_holds_post();

-- As before, but another name of the same post is no other post.
CREATE OR REPLACE FUNCTION public.person_changes_rights() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  account record;
  taken text[];
  moved boolean := NEW.department_id <> OLD.department_id
    OR CASE WHEN NEW.post_id IS NOT NULL AND OLD.post_id IS NOT NULL THEN NEW.post_id <> OLD.post_id
         ELSE lower(btrim(NEW.post)) IS DISTINCT FROM lower(btrim(OLD.post)) END;
BEGIN
  FOR account IN
    SELECT id FROM public.app_user WHERE tenant_id = NEW.tenant_id AND person_id = NEW.id
  LOOP
    PERFORM public.tell_account_change(NEW.tenant_id, account.id);
    IF NEW.status = 'left' AND OLD.status <> 'left' THEN
      WITH gone AS (
        DELETE FROM public.user_role WHERE tenant_id = NEW.tenant_id AND user_id = account.id
        RETURNING role_id
      ) SELECT coalesce(array_agg(role_id ORDER BY role_id), '{}') INTO taken FROM gone;
      UPDATE public.app_user SET active = false, locked_reason = 'left', version = version + 1
        WHERE tenant_id = NEW.tenant_id AND id = account.id;
      UPDATE public.session SET ended_at = now(), end_reason = 'left'
        WHERE tenant_id = NEW.tenant_id AND user_id = account.id AND ended_at IS NULL;
      INSERT INTO public.audit_log
          (tenant_id, user_id, action, entity, entity_id, person_id, before, after)
        VALUES (NEW.tenant_id, nullif(current_setting('app.user', true), ''), 'revoke', 'user',
          account.id, NEW.id, jsonb_build_object('active', true, 'roles', to_jsonb(taken)),
          jsonb_build_object('active', false, 'roles', '[]'::jsonb, 'why', 'left'));
    ELSIF moved THEN
      WITH gone AS (
        DELETE FROM public.user_role h USING public.role r
        WHERE h.tenant_id = NEW.tenant_id AND h.user_id = account.id AND NOT r.keep_on_transfer
          AND r.tenant_id = h.tenant_id AND r.id = h.role_id
        RETURNING h.role_id
      ) SELECT coalesce(array_agg(role_id ORDER BY role_id), '{}') INTO taken FROM gone;
      IF cardinality(taken) > 0 THEN
        INSERT INTO public.audit_log
            (tenant_id, user_id, action, entity, entity_id, person_id, before, after)
          VALUES (NEW.tenant_id, nullif(current_setting('app.user', true), ''), 'revoke', 'user',
            account.id, NEW.id, jsonb_build_object('roles', to_jsonb(taken)),
            jsonb_build_object('roles', '[]'::jsonb, 'why', 'transferred'));
      END IF;
    END IF;
  END LOOP;
  RETURN NULL;
END
$$;
DROP TRIGGER person_changes_rights ON person;
CREATE TRIGGER person_changes_rights AFTER UPDATE OF department_id, post, post_id, status ON person
  FOR EACH ROW EXECUTE FUNCTION person_changes_rights();
