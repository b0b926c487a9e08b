-- AlterTable
ALTER TABLE "app_user" ADD COLUMN     "locked_reason" VARCHAR(256),
ADD COLUMN     "must_change_password" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "totp_sealed" TEXT,
ADD COLUMN     "totp_since" TIMESTAMPTZ(3),
ADD COLUMN     "totp_step" INTEGER,
ADD COLUMN     "version" INTEGER NOT NULL DEFAULT 1;

-- AlterTable
ALTER TABLE "role" ADD COLUMN     "keep_on_transfer" BOOLEAN NOT NULL DEFAULT true,
ADD COLUMN     "seed_hash" CHAR(64),
ADD COLUMN     "version" INTEGER NOT NULL DEFAULT 1;

-- CreateTable
CREATE TABLE "session" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "id" VARCHAR(26) NOT NULL,
    "user_id" VARCHAR(26) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_used_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "ended_at" TIMESTAMPTZ(3),
    "end_reason" VARCHAR(32),
    "address" VARCHAR(64),
    "agent" VARCHAR(256),

    CONSTRAINT "session_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateTable
CREATE TABLE "refresh_token" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "hash" CHAR(64) NOT NULL,
    "session_id" VARCHAR(26) NOT NULL,
    "issued_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "used_at" TIMESTAMPTZ(3),

    CONSTRAINT "refresh_token_pkey" PRIMARY KEY ("tenant_id","hash")
);

-- CreateTable
CREATE TABLE "sign_in_throttle" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "name_hash" CHAR(64) NOT NULL,
    "failures" INTEGER NOT NULL DEFAULT 0,
    "last_failed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "blocked_until" TIMESTAMPTZ(3),
    "refused" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "sign_in_throttle_pkey" PRIMARY KEY ("tenant_id","name_hash")
);

-- CreateTable
CREATE TABLE "recovery_code" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "user_id" VARCHAR(26) NOT NULL,
    "hash" CHAR(64) NOT NULL,
    "used_at" TIMESTAMPTZ(3),

    CONSTRAINT "recovery_code_pkey" PRIMARY KEY ("tenant_id","user_id","hash")
);

-- CreateTable
CREATE TABLE "duty_override" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "id" VARCHAR(26) NOT NULL,
    "user_id" VARCHAR(26) NOT NULL,
    "conflict" VARCHAR(64) NOT NULL,
    "reason" TEXT NOT NULL,
    "approved_by" VARCHAR(26) NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "revoked_at" TIMESTAMPTZ(3),

    CONSTRAINT "duty_override_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateTable
CREATE TABLE "access_review" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "id" VARCHAR(26) NOT NULL,
    "opened_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "opened_by" VARCHAR(26),
    "due_at" TIMESTAMPTZ(3) NOT NULL,
    "closed_at" TIMESTAMPTZ(3),
    "reminded_at" TIMESTAMPTZ(3),

    CONSTRAINT "access_review_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateTable
CREATE TABLE "access_review_case" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "review_id" VARCHAR(26) NOT NULL,
    "user_id" VARCHAR(26) NOT NULL,
    "role_id" VARCHAR(64) NOT NULL,
    "username" VARCHAR(64) NOT NULL,
    "grants" TEXT[],
    "last_sign_in" TIMESTAMPTZ(3),
    "decision" VARCHAR(16),
    "decided_by" VARCHAR(26),
    "decided_at" TIMESTAMPTZ(3),
    "reason" TEXT,

    CONSTRAINT "access_review_case_pkey" PRIMARY KEY ("tenant_id","review_id","user_id","role_id")
);

-- CreateIndex
CREATE INDEX "session_tenant_id_user_id_ended_at_idx" ON "session"("tenant_id", "user_id", "ended_at");

-- CreateIndex
CREATE INDEX "refresh_token_tenant_id_session_id_idx" ON "refresh_token"("tenant_id", "session_id");

-- CreateIndex
CREATE INDEX "duty_override_tenant_id_user_id_idx" ON "duty_override"("tenant_id", "user_id");

-- AddForeignKey
ALTER TABLE "session" ADD CONSTRAINT "session_tenant_id_user_id_fkey" FOREIGN KEY ("tenant_id", "user_id") REFERENCES "app_user"("tenant_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "refresh_token" ADD CONSTRAINT "refresh_token_tenant_id_session_id_fkey" FOREIGN KEY ("tenant_id", "session_id") REFERENCES "session"("tenant_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "recovery_code" ADD CONSTRAINT "recovery_code_tenant_id_user_id_fkey" FOREIGN KEY ("tenant_id", "user_id") REFERENCES "app_user"("tenant_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "access_review_case" ADD CONSTRAINT "access_review_case_tenant_id_review_id_fkey" FOREIGN KEY ("tenant_id", "review_id") REFERENCES "access_review"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;


-- What Prisma's schema has no words for.

SELECT guard_tenant_table(t) FROM unnest(ARRAY[
  'session', 'refresh_token', 'sign_in_throttle', 'recovery_code', 'duty_override',
  'access_review', 'access_review_case'
]::regclass[]) AS t;

ALTER TABLE access_review_case
  ADD CONSTRAINT access_review_case_decision_known CHECK (decision IN ('keep', 'remove')),
  ADD CONSTRAINT access_review_case_by_another CHECK (decided_by <> user_id),
  ADD CONSTRAINT access_review_case_decided CHECK ((decision IS NULL) = (decided_by IS NULL));
ALTER TABLE duty_override
  ADD CONSTRAINT duty_override_by_another CHECK (approved_by <> user_id),
  ADD CONSTRAINT duty_override_with_reason CHECK (length(btrim(reason)) > 0);

-- What an account may do is kept in the memory of the API processes. Whatever changes it says so
-- here, in the same transaction, so that a change is heard of whoever makes it: another process, an
-- import, a line of SQL. The payload is tenant|user; * is every user of the tenant.
CREATE FUNCTION tell_account_change(tenant text, account text) RETURNS void LANGUAGE sql AS $$
  SELECT pg_notify('anshi_account', tenant || '|' || account)
$$;

CREATE FUNCTION account_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'INSERT' THEN PERFORM tell_account_change(OLD.tenant_id, OLD.id); END IF;
  IF TG_OP <> 'DELETE' THEN PERFORM tell_account_change(NEW.tenant_id, NEW.id); END IF;
  RETURN NULL;
END
$$;
CREATE TRIGGER account_changed AFTER UPDATE OR DELETE ON app_user
  FOR EACH ROW EXECUTE FUNCTION account_changed();

CREATE FUNCTION account_part_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'INSERT' THEN PERFORM tell_account_change(OLD.tenant_id, OLD.user_id); END IF;
  IF TG_OP <> 'DELETE' THEN PERFORM tell_account_change(NEW.tenant_id, NEW.user_id); END IF;
  RETURN NULL;
END
$$;
CREATE TRIGGER account_part_changed AFTER INSERT OR UPDATE OR DELETE ON user_role
  FOR EACH ROW EXECUTE FUNCTION account_part_changed();
-- A session that begins or is used changes nothing for others.
CREATE TRIGGER account_part_changed AFTER UPDATE OF ended_at OR DELETE ON session
  FOR EACH ROW EXECUTE FUNCTION account_part_changed();

CREATE FUNCTION accounts_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM tell_account_change(coalesce(NEW.tenant_id, OLD.tenant_id), '*');
  RETURN NULL;
END
$$;
CREATE TRIGGER accounts_changed AFTER UPDATE OR DELETE ON role
  FOR EACH ROW EXECUTE FUNCTION accounts_changed();
CREATE TRIGGER accounts_changed AFTER UPDATE OF parent_id, site OR DELETE ON department
  FOR EACH ROW EXECUTE FUNCTION accounts_changed();

-- A new post takes the roles that belong to the old one; leaving locks the account and ends its
-- sessions. It is here, not in a service, so that no way of changing a person's row goes past it.
CREATE FUNCTION person_changes_rights() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  account record;
  taken text[];
BEGIN
  FOR account IN SELECT id FROM app_user WHERE tenant_id = NEW.tenant_id AND person_id = NEW.id LOOP
    PERFORM tell_account_change(NEW.tenant_id, account.id);
    IF NEW.status = 'left' AND OLD.status <> 'left' THEN
      WITH gone AS (
        DELETE FROM user_role WHERE tenant_id = NEW.tenant_id AND user_id = account.id
        RETURNING role_id
      ) SELECT coalesce(array_agg(role_id ORDER BY role_id), '{}') INTO taken FROM gone;
      UPDATE app_user SET active = false, locked_reason = 'left', version = version + 1
        WHERE tenant_id = NEW.tenant_id AND id = account.id;
      UPDATE session SET ended_at = now(), end_reason = 'left'
        WHERE tenant_id = NEW.tenant_id AND user_id = account.id AND ended_at IS NULL;
      INSERT INTO audit_log (tenant_id, user_id, action, entity, entity_id, person_id, before, after)
        VALUES (NEW.tenant_id, nullif(current_setting('app.user', true), ''), 'revoke', 'user',
          account.id, NEW.id, jsonb_build_object('active', true, 'roles', to_jsonb(taken)),
          jsonb_build_object('active', false, 'roles', '[]'::jsonb, 'why', 'left'));
    ELSIF NEW.department_id <> OLD.department_id OR NEW.post IS DISTINCT FROM OLD.post THEN
      WITH gone AS (
        DELETE FROM user_role h USING role r
        WHERE h.tenant_id = NEW.tenant_id AND h.user_id = account.id AND NOT r.keep_on_transfer
          AND r.tenant_id = h.tenant_id AND r.id = h.role_id
        RETURNING h.role_id
      ) SELECT coalesce(array_agg(role_id ORDER BY role_id), '{}') INTO taken FROM gone;
      IF cardinality(taken) > 0 THEN
        INSERT INTO audit_log (tenant_id, user_id, action, entity, entity_id, person_id, before, after)
          VALUES (NEW.tenant_id, nullif(current_setting('app.user', true), ''), 'revoke', 'user',
            account.id, NEW.id, jsonb_build_object('roles', to_jsonb(taken)),
            jsonb_build_object('roles', '[]'::jsonb, 'why', 'transferred'));
      END IF;
    END IF;
  END LOOP;
  RETURN NULL;
END
$$;
CREATE TRIGGER person_changes_rights AFTER UPDATE OF department_id, post, status ON person
  FOR EACH ROW EXECUTE FUNCTION person_changes_rights();
