-- The alarm plan, mutes of devices, and the alarms that workers gave.
CREATE TABLE "alarm_line" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "id" VARCHAR(26) NOT NULL,
    "name" JSONB NOT NULL,
    "cameras" TEXT[],
    "areas" TEXT[],
    "rules" TEXT[],
    "severities" TEXT[],
    "sound_in" TEXT[],
    "light" VARCHAR(8) NOT NULL,
    "sound" BOOLEAN NOT NULL,
    "hold_seconds" INTEGER NOT NULL,
    "max_seconds" INTEGER NOT NULL,
    "active" BOOLEAN NOT NULL DEFAULT true,
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "alarm_line_pkey" PRIMARY KEY ("tenant_id","id")
);

CREATE TABLE "alarm_mute" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "id" VARCHAR(26) NOT NULL,
    "device" VARCHAR(64) NOT NULL,
    "light" BOOLEAN NOT NULL,
    "sound" BOOLEAN NOT NULL,
    "reason" VARCHAR(500) NOT NULL,
    "from_at" TIMESTAMPTZ(3) NOT NULL,
    "until_at" TIMESTAMPTZ(3) NOT NULL,
    "muted_by" VARCHAR(26) NOT NULL,
    "ended_at" TIMESTAMPTZ(3),
    "ended_by" VARCHAR(26),

    CONSTRAINT "alarm_mute_pkey" PRIMARY KEY ("tenant_id","id")
);

CREATE TABLE "alarm" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "id" VARCHAR(26) NOT NULL,
    "worker" VARCHAR(64) NOT NULL,
    "device" VARCHAR(64),
    "line_id" VARCHAR(26) NOT NULL,
    "violation" VARCHAR(26) NOT NULL,
    "camera" VARCHAR(64) NOT NULL,
    "area" VARCHAR(64),
    "rule" VARCHAR(64) NOT NULL,
    "severity" VARCHAR(16) NOT NULL,
    "act" VARCHAR(200) NOT NULL,
    "light" VARCHAR(8) NOT NULL,
    "sound" BOOLEAN NOT NULL,
    "hold_seconds" INTEGER NOT NULL,
    "raised_at" TIMESTAMPTZ(3) NOT NULL,
    "received_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "state" VARCHAR(16) NOT NULL,
    "fault" VARCHAR(32),
    "muted" TEXT[],
    "mute_id" VARCHAR(26),
    "runs" VARCHAR(26),
    "read_back" JSONB,
    "until_at" TIMESTAMPTZ(3),
    "ended_at" TIMESTAMPTZ(3),
    "version" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "alarm_pkey" PRIMARY KEY ("tenant_id","id")
);

CREATE INDEX "alarm_mute_of_device" ON "alarm_mute"("tenant_id", "device", "until_at" DESC);
CREATE INDEX "alarm_of_violation" ON "alarm"("tenant_id", "violation");
CREATE INDEX "alarm_of_device" ON "alarm"("tenant_id", "device", "id" DESC);
-- What the supervision looks for: few rows of many.
CREATE INDEX alarm_unanswered ON alarm (tenant_id, received_at) WHERE state = 'raised';

SELECT guard_tenant_table(t) FROM unnest(ARRAY['alarm_line', 'alarm_mute', 'alarm']::regclass[]) AS t;

ALTER TABLE alarm
  ADD CONSTRAINT alarm_state_known CHECK
    (state IN ('raised', 'done', 'refused', 'failed', 'silent', 'no-device')),
  ADD CONSTRAINT alarm_has_device CHECK ((device IS NULL) = (state = 'no-device'));
ALTER TABLE alarm_line
  ADD CONSTRAINT alarm_line_gives_signal CHECK (light <> 'off' OR sound),
  ADD CONSTRAINT alarm_line_light_known CHECK (light IN ('off', 'steady', 'flash'));
ALTER TABLE alarm_mute
  ADD CONSTRAINT alarm_mute_of_something CHECK (light OR sound),
  ADD CONSTRAINT alarm_mute_in_order CHECK (from_at < until_at);
