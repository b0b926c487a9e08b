-- Commands to devices on site, their steps, and the register of the devices.
CREATE TABLE "command" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "id" VARCHAR(26) NOT NULL,
    "key" VARCHAR(64) NOT NULL,
    "device" VARCHAR(64) NOT NULL,
    "device_kind" VARCHAR(32) NOT NULL,
    "device_name" JSONB NOT NULL,
    "action" VARCHAR(64) NOT NULL,
    "parameters" JSONB NOT NULL DEFAULT '{}',
    "cause" VARCHAR(16) NOT NULL,
    "reason" VARCHAR(500),
    "requested_by" VARCHAR(26),
    "rule" VARCHAR(64),
    "needs_second" BOOLEAN NOT NULL,
    "approved_by" VARCHAR(26),
    "state" VARCHAR(24) NOT NULL,
    "given_at" TIMESTAMPTZ(3) NOT NULL,
    "valid_until" TIMESTAMPTZ(3) NOT NULL,
    "hold_seconds" INTEGER,
    "revert_at" TIMESTAMPTZ(3),
    "reverses" VARCHAR(26),
    "act" VARCHAR(26),
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "send_at" TIMESTAMPTZ(3),
    "sent_at" TIMESTAMPTZ(3),
    "ended_at" TIMESTAMPTZ(3),
    "read_back" JSONB,
    "fault" VARCHAR(64),
    "version" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "command_pkey" PRIMARY KEY ("tenant_id","id")
);

CREATE TABLE "command_step" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "id" VARCHAR(26) NOT NULL,
    "command_id" VARCHAR(26) NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "what" VARCHAR(24) NOT NULL,
    "by_user" VARCHAR(26),
    "note" VARCHAR(500),
    "read_back" JSONB,

    CONSTRAINT "command_step_pkey" PRIMARY KEY ("tenant_id","id")
);

CREATE TABLE "site_device" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "id" VARCHAR(26) NOT NULL,
    "device" VARCHAR(64) NOT NULL,
    "kind" VARCHAR(32) NOT NULL,
    "name" JSONB NOT NULL,
    "area_id" VARCHAR(64),
    "second_person" BOOLEAN NOT NULL DEFAULT false,
    "active" BOOLEAN NOT NULL DEFAULT true,
    "note" VARCHAR(200),
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "site_device_pkey" PRIMARY KEY ("tenant_id","id")
);

CREATE INDEX "command_of_device" ON "command"("tenant_id", "device", "id" DESC);
CREATE UNIQUE INDEX "command_once" ON "command"("tenant_id", "key");
CREATE UNIQUE INDEX "command_reversed_once" ON "command"("tenant_id", "reverses");
CREATE INDEX "command_step_of" ON "command_step"("tenant_id", "command_id", "id");
CREATE UNIQUE INDEX "site_device_once" ON "site_device"("tenant_id", "device");

-- What the sender looks for each second: few rows of many.
CREATE INDEX command_open ON command (tenant_id, valid_until)
  WHERE state IN ('requested', 'awaiting-approval', 'sent', 'accepted');
CREATE INDEX command_to_revert ON command (tenant_id, revert_at) WHERE revert_at IS NOT NULL;

ALTER TABLE "command_step" ADD CONSTRAINT "command_step_tenant_id_command_id_fkey" FOREIGN KEY ("tenant_id", "command_id") REFERENCES "command"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

SELECT guard_tenant_table(t) FROM unnest(ARRAY[
  'command', 'command_step', 'site_device'
]::regclass[]) AS t;

SELECT make_append_only('command_step'::regclass);

ALTER TABLE command
  ADD CONSTRAINT command_state_known CHECK (state IN
    ('requested', 'awaiting-approval', 'sent', 'accepted', 'done', 'refused', 'failed', 'expired')),
  ADD CONSTRAINT command_cause_known CHECK (cause IN ('test', 'manual', 'rule', 'reversal')),
  ADD CONSTRAINT command_given_by_one CHECK (num_nulls(requested_by, rule) = 1),
  -- Two people, whatever program asks.
  ADD CONSTRAINT command_two_people CHECK (approved_by <> requested_by),
  ADD CONSTRAINT command_approved CHECK
    (NOT needs_second OR approved_by IS NOT NULL OR sent_at IS NULL);

ALTER TABLE device_credential
  DROP CONSTRAINT device_credential_kind_known,
  ADD CONSTRAINT device_credential_kind_known
    CHECK (kind IN ('reader', 'tracker', 'machine', 'actuator', 'worker', 'gateway', 'shared'));
