-- CreateTable
CREATE TABLE "workflow_definition" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "id" VARCHAR(64) NOT NULL,
    "version" INTEGER NOT NULL,
    "definition" JSONB NOT NULL,
    "origin" VARCHAR(16) NOT NULL,
    "based_on" INTEGER,
    "by_user" VARCHAR(26),
    "by_name" JSONB,
    "note" TEXT,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "workflow_definition_pkey" PRIMARY KEY ("tenant_id","id","version")
);

-- CreateTable
CREATE TABLE "workflow_case" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "id" VARCHAR(26) NOT NULL,
    "definition_id" VARCHAR(64) NOT NULL,
    "definition_version" INTEGER NOT NULL,
    "entity" VARCHAR(64) NOT NULL,
    "entity_id" VARCHAR(128) NOT NULL,
    "state" VARCHAR(64) NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "entered_at" TIMESTAMPTZ(3) NOT NULL,
    "due_at" TIMESTAMPTZ(3),
    "overdue_at" TIMESTAMPTZ(3),
    "assignees" TEXT[],
    "assigned_by_rule" INTEGER,
    "parts" JSONB NOT NULL,
    "played" JSONB NOT NULL,
    "site" VARCHAR(64),
    "department" VARCHAR(64),
    "title" JSONB NOT NULL,
    "link" VARCHAR(256) NOT NULL,
    "opened_at" TIMESTAMPTZ(3) NOT NULL,
    "closed_at" TIMESTAMPTZ(3),

    CONSTRAINT "workflow_case_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateTable
CREATE TABLE "workflow_step" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "case_id" VARCHAR(26) NOT NULL,
    "version" INTEGER NOT NULL,
    "kind" VARCHAR(16) NOT NULL,
    "transition" VARCHAR(64),
    "from_state" VARCHAR(64),
    "to_state" VARCHAR(64) NOT NULL,
    "by_user" VARCHAR(26),
    "by_name" JSONB,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "fields" JSONB NOT NULL,
    "files" TEXT[],
    "note" TEXT,
    "assignees" TEXT[],
    "due_at" TIMESTAMPTZ(3),

    CONSTRAINT "workflow_step_pkey" PRIMARY KEY ("tenant_id","case_id","version")
);

-- CreateTable
CREATE TABLE "workflow_reminder" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "case_id" VARCHAR(26) NOT NULL,
    "case_version" INTEGER NOT NULL,
    "position" INTEGER NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "done_at" TIMESTAMPTZ(3),
    "outcome" VARCHAR(16),

    CONSTRAINT "workflow_reminder_pkey" PRIMARY KEY ("tenant_id","case_id","case_version","position")
);

-- CreateTable
CREATE TABLE "working_calendar" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "calendar" JSONB NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "working_calendar_pkey" PRIMARY KEY ("tenant_id")
);

-- CreateIndex
CREATE INDEX "workflow_case_by_subject" ON "workflow_case"("tenant_id", "entity", "entity_id");

-- AddForeignKey
ALTER TABLE "workflow_case" ADD CONSTRAINT "workflow_case_tenant_id_definition_id_definition_version_fkey" FOREIGN KEY ("tenant_id", "definition_id", "definition_version") REFERENCES "workflow_definition"("tenant_id", "id", "version") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "workflow_step" ADD CONSTRAINT "workflow_step_tenant_id_case_id_fkey" FOREIGN KEY ("tenant_id", "case_id") REFERENCES "workflow_case"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "workflow_reminder" ADD CONSTRAINT "workflow_reminder_tenant_id_case_id_fkey" FOREIGN KEY ("tenant_id", "case_id") REFERENCES "workflow_case"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- What Prisma's schema has no words for.

SELECT guard_tenant_table(t) FROM unnest(ARRAY[
  'workflow_definition', 'workflow_case', 'workflow_step', 'workflow_reminder', 'working_calendar'
]::regclass[]) AS t;
SELECT make_append_only(t) FROM unnest(ARRAY['workflow_definition', 'workflow_step']::regclass[]) AS t;

-- A record has one run at a time.
CREATE UNIQUE INDEX workflow_case_open ON workflow_case (tenant_id, entity, entity_id)
  WHERE closed_at IS NULL;
-- The job looks every minute for what is due: it must not read what is done.
CREATE INDEX workflow_reminder_due ON workflow_reminder (tenant_id, at) WHERE done_at IS NULL;
-- Lists of open records by their time limit, and of what waits for somebody.
CREATE INDEX workflow_case_due ON workflow_case (tenant_id, entity, due_at)
  WHERE closed_at IS NULL AND due_at IS NOT NULL;
CREATE INDEX workflow_case_assignees ON workflow_case USING gin (assignees)
  WHERE closed_at IS NULL;

ALTER TABLE workflow_definition
  ADD CONSTRAINT workflow_definition_version_counts CHECK (version >= 1),
  ADD CONSTRAINT workflow_definition_origin_known CHECK (origin IN ('seed', 'tenant'));
ALTER TABLE workflow_step
  ADD CONSTRAINT workflow_step_kind_known CHECK (kind IN ('started', 'transition', 'reassigned')),
  ADD CONSTRAINT workflow_step_transition_named CHECK ((kind = 'transition') = (transition IS NOT NULL));
ALTER TABLE workflow_reminder
  ADD CONSTRAINT workflow_reminder_done CHECK ((done_at IS NULL) = (outcome IS NULL));

-- A case's version moves by one and never back, and a closed case stays as it is, whatever the
-- program does.
CREATE FUNCTION guard_workflow_case() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.closed_at IS NOT NULL THEN
    RAISE EXCEPTION 'the case % is closed and is never changed', OLD.id;
  END IF;
  IF NEW.version NOT IN (OLD.version, OLD.version + 1) THEN
    RAISE EXCEPTION 'the version of the case % moves by one', OLD.id;
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER workflow_case_guarded BEFORE UPDATE ON workflow_case
  FOR EACH ROW EXECUTE FUNCTION guard_workflow_case();
