-- Checks of devices on site: tasks that follow from a diagnosis.
CREATE TABLE "device_check" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "id" VARCHAR(26) NOT NULL,
    "kind" VARCHAR(16) NOT NULL,
    "subject" VARCHAR(64) NOT NULL,
    "reason" VARCHAR(500) NOT NULL,
    "opened_at" TIMESTAMPTZ(3) NOT NULL,
    "opened_by_name" JSONB NOT NULL,
    "found" VARCHAR(2000),
    "case_id" VARCHAR(26) NOT NULL,
    "flow_version" INTEGER NOT NULL,
    "state" VARCHAR(64) NOT NULL,
    "version" INTEGER NOT NULL,
    "due_at" TIMESTAMPTZ(3),
    "assignees" TEXT[],
    "closed_at" TIMESTAMPTZ(3),

    CONSTRAINT "device_check_pkey" PRIMARY KEY ("tenant_id","id")
);

CREATE INDEX "device_check_of" ON "device_check"("tenant_id", "kind", "subject", "opened_at" DESC);
CREATE UNIQUE INDEX device_check_one_open ON device_check (tenant_id, kind, subject) WHERE closed_at IS NULL;

SELECT guard_tenant_table('device_check');

ALTER TABLE device_check
  ADD CONSTRAINT device_check_kind_known CHECK (kind IN ('camera', 'worker', 'gateway', 'site-device'));
