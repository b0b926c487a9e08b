-- AlterTable
ALTER TABLE "app_user" ADD COLUMN     "person_id" VARCHAR(26);

-- CreateTable
CREATE TABLE "audit_log" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "seq" BIGSERIAL NOT NULL,
    "at" TIMESTAMPTZ(6) NOT NULL DEFAULT clock_timestamp(),
    "user_id" VARCHAR(26),
    "user_name" VARCHAR(128),
    "action" VARCHAR(64) NOT NULL,
    "entity" VARCHAR(64) NOT NULL,
    "entity_id" VARCHAR(128),
    "person_id" VARCHAR(26),
    "before" JSONB,
    "after" JSONB,
    "reason" TEXT,
    "address" VARCHAR(64),
    "request_id" VARCHAR(64),

    CONSTRAINT "audit_log_pkey" PRIMARY KEY ("tenant_id","seq")
);

-- CreateTable
CREATE TABLE "outbox_event" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "seq" BIGSERIAL NOT NULL,
    "id" VARCHAR(26) NOT NULL,
    "type" VARCHAR(128) NOT NULL,
    "entity" VARCHAR(64) NOT NULL,
    "subject" VARCHAR(128),
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),
    "data" JSONB NOT NULL,

    CONSTRAINT "outbox_event_pkey" PRIMARY KEY ("tenant_id","seq")
);

-- CreateTable
CREATE TABLE "department" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "id" VARCHAR(64) NOT NULL,
    "parent_id" VARCHAR(64),
    "site" VARCHAR(64),
    "name" JSONB NOT NULL,
    "kind" VARCHAR(32) NOT NULL,
    "active" BOOLEAN NOT NULL DEFAULT true,

    CONSTRAINT "department_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateTable
CREATE TABLE "person" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "id" VARCHAR(26) NOT NULL,
    "employee_no" VARCHAR(64) NOT NULL,
    "name" VARCHAR(128) NOT NULL,
    "department_id" VARCHAR(64) NOT NULL,
    "post" VARCHAR(64),
    "status" VARCHAR(16) NOT NULL DEFAULT 'active',
    "hired_on" DATE,
    "left_on" DATE,
    "source_system" VARCHAR(64) NOT NULL DEFAULT 'anshi',
    "source_ref" VARCHAR(128),
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "person_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateTable
CREATE TABLE "area" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "id" VARCHAR(64) NOT NULL,
    "site" VARCHAR(64) NOT NULL,
    "floor_plan" VARCHAR(64),
    "name" JSONB NOT NULL,
    "kind" VARCHAR(32) NOT NULL,
    "department_id" VARCHAR(64),
    "polygon" JSONB,
    "active" BOOLEAN NOT NULL DEFAULT true,

    CONSTRAINT "area_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateTable
CREATE TABLE "equipment" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "id" VARCHAR(64) NOT NULL,
    "name" JSONB NOT NULL,
    "kind" VARCHAR(32) NOT NULL,
    "area_id" VARCHAR(64),
    "department_id" VARCHAR(64),
    "status" VARCHAR(16) NOT NULL DEFAULT 'running',
    "source_system" VARCHAR(64) NOT NULL DEFAULT 'anshi',
    "source_ref" VARCHAR(128),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "equipment_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateIndex
CREATE INDEX "audit_by_user" ON "audit_log"("tenant_id", "user_id", "seq" DESC);

-- CreateIndex
CREATE INDEX "audit_by_entity" ON "audit_log"("tenant_id", "entity", "entity_id", "seq" DESC);

-- CreateIndex
CREATE INDEX "audit_by_person" ON "audit_log"("tenant_id", "person_id", "seq" DESC);

-- CreateIndex
CREATE INDEX "audit_by_time" ON "audit_log"("tenant_id", "at");

-- CreateIndex
CREATE UNIQUE INDEX "outbox_event_tenant_id_id_key" ON "outbox_event"("tenant_id", "id");

-- CreateIndex
CREATE INDEX "person_tenant_id_department_id_idx" ON "person"("tenant_id", "department_id");

-- CreateIndex
CREATE UNIQUE INDEX "person_tenant_id_employee_no_key" ON "person"("tenant_id", "employee_no");

-- AddForeignKey
ALTER TABLE "app_user" ADD CONSTRAINT "app_user_tenant_id_person_id_fkey" FOREIGN KEY ("tenant_id", "person_id") REFERENCES "person"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "department" ADD CONSTRAINT "department_tenant_id_parent_id_fkey" FOREIGN KEY ("tenant_id", "parent_id") REFERENCES "department"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "person" ADD CONSTRAINT "person_tenant_id_department_id_fkey" FOREIGN KEY ("tenant_id", "department_id") REFERENCES "department"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "area" ADD CONSTRAINT "area_tenant_id_department_id_fkey" FOREIGN KEY ("tenant_id", "department_id") REFERENCES "department"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "equipment" ADD CONSTRAINT "equipment_tenant_id_area_id_fkey" FOREIGN KEY ("tenant_id", "area_id") REFERENCES "area"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "equipment" ADD CONSTRAINT "equipment_tenant_id_department_id_fkey" FOREIGN KEY ("tenant_id", "department_id") REFERENCES "department"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;



-- What Prisma's schema has no words for.

-- Each migration that makes a table of a tenant's rows calls this: the same policy as the first
-- migration set.
CREATE FUNCTION guard_tenant_table(guarded regclass) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', guarded);
  EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', guarded);
  EXECUTE format(
    'CREATE POLICY tenant_isolation ON %s
       USING (tenant_id = current_setting(''app.tenant'', true))
       WITH CHECK (tenant_id = current_setting(''app.tenant'', true))',
    guarded
  );
END
$$;

-- Rows are added and never changed, by the owner of the tables too; the application's role is not
-- even given the right (see migrate.ts, which reads the comment).
CREATE FUNCTION make_append_only(guarded regclass) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('COMMENT ON TABLE %s IS ''append-only''', guarded);
  EXECUTE format('DROP TRIGGER IF EXISTS append_only ON %s', guarded);
  EXECUTE format('CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON %s
    FOR EACH ROW EXECUTE FUNCTION refuse_change()', guarded);
  EXECUTE format('CREATE TRIGGER never_emptied BEFORE TRUNCATE ON %s
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', guarded);
END
$$;

SELECT guard_tenant_table(t) FROM unnest(ARRAY[
  'department', 'person', 'area', 'equipment', 'audit_log', 'outbox_event'
]::regclass[]) AS t;

DROP TRIGGER verdict_append_only ON verdict;
SELECT make_append_only(t) FROM unnest(ARRAY['audit_log', 'outbox_event', 'verdict']::regclass[]) AS t;

ALTER TABLE person
  ADD CONSTRAINT person_status_known CHECK (status IN ('active', 'left')),
  ADD CONSTRAINT person_left_when CHECK ((status = 'left') = (left_on IS NOT NULL));

-- What a role gave before, it gives everywhere. The policies bind the owner of the tables too, so
-- it goes tenant by tenant.
DO $$
DECLARE
  one text;
BEGIN
  FOR one IN SELECT id FROM tenant LOOP
    PERFORM set_config('app.tenant', one, true);
    UPDATE role SET permissions = ARRAY(
      SELECT CASE WHEN p LIKE '%@%' THEN p ELSE p || '@all' END FROM unnest(permissions) AS p
    );
  END LOOP;
END
$$;
