-- The health of cameras, workers, gateways and devices on site: minutes, hours, outages.
CREATE TABLE "device_health_minute" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "kind" VARCHAR(16) NOT NULL,
    "subject" VARCHAR(64) NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "worker" VARCHAR(64),
    "state" VARCHAR(8) NOT NULL,
    "up_seconds" INTEGER NOT NULL,
    "fault" VARCHAR(32),
    "due" INTEGER NOT NULL DEFAULT 0,
    "dropped" INTEGER NOT NULL DEFAULT 0,
    "stalls" INTEGER NOT NULL DEFAULT 0,
    "reconnects" INTEGER NOT NULL DEFAULT 0,
    "decode_errors" INTEGER NOT NULL DEFAULT 0,
    "delay_ms" INTEGER,
    "reasons" TEXT[],

    CONSTRAINT "device_health_minute_pkey" PRIMARY KEY ("tenant_id","kind","subject","at")
);

CREATE TABLE "device_health_hour" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "kind" VARCHAR(16) NOT NULL,
    "subject" VARCHAR(64) NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "worker" VARCHAR(64),
    "minutes" INTEGER NOT NULL,
    "up_seconds" INTEGER NOT NULL,
    "fair_minutes" INTEGER NOT NULL,
    "poor_minutes" INTEGER NOT NULL,
    "off_minutes" INTEGER NOT NULL,
    "due" INTEGER NOT NULL,
    "dropped" INTEGER NOT NULL,
    "stalls" INTEGER NOT NULL,
    "reconnects" INTEGER NOT NULL,
    "decode_errors" INTEGER NOT NULL,
    "delay_ms" INTEGER,
    "reasons" TEXT[],

    CONSTRAINT "device_health_hour_pkey" PRIMARY KEY ("tenant_id","kind","subject","at")
);

CREATE TABLE "device_outage" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "id" VARCHAR(26) NOT NULL,
    "kind" VARCHAR(16) NOT NULL,
    "subject" VARCHAR(64) NOT NULL,
    "fault" VARCHAR(16) NOT NULL,
    "cause" VARCHAR(32),
    "message" VARCHAR(1000),
    "worker" VARCHAR(64),
    "begun_at" TIMESTAMPTZ(3) NOT NULL,
    "found_at" TIMESTAMPTZ(3) NOT NULL,
    "ended_at" TIMESTAMPTZ(3),
    "told_at" TIMESTAMPTZ(3),
    "told_end_at" TIMESTAMPTZ(3),

    CONSTRAINT "device_outage_pkey" PRIMARY KEY ("tenant_id","id")
);

CREATE TABLE "device_health_setting" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "grace_seconds" INTEGER NOT NULL,
    "delay_seconds" INTEGER NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "device_health_setting_pkey" PRIMARY KEY ("tenant_id")
);

CREATE INDEX "device_health_minute_at" ON "device_health_minute"("tenant_id", "at");
CREATE INDEX "device_health_hour_at" ON "device_health_hour"("tenant_id", "at" DESC, "kind", "subject");
CREATE INDEX "device_outage_by_begin" ON "device_outage"("tenant_id", "begun_at" DESC, "id" DESC);
CREATE INDEX "device_outage_of" ON "device_outage"("tenant_id", "kind", "subject", "begun_at" DESC);
CREATE UNIQUE INDEX device_outage_one_open ON device_outage (tenant_id, kind, subject, fault) WHERE ended_at IS NULL;

SELECT guard_tenant_table(t) FROM unnest(ARRAY['device_health_minute', 'device_health_hour', 'device_outage', 'device_health_setting']::regclass[]) AS t;

ALTER TABLE device_health_minute
  ADD CONSTRAINT device_health_minute_kind_known CHECK (kind IN ('camera', 'worker', 'gateway', 'site-device')),
  ADD CONSTRAINT device_health_minute_state_known CHECK (state IN ('ok', 'fair', 'poor', 'off'));
ALTER TABLE device_health_hour
  ADD CONSTRAINT device_health_hour_kind_known CHECK (kind IN ('camera', 'worker', 'gateway', 'site-device'));
ALTER TABLE device_outage
  ADD CONSTRAINT device_outage_kind_known CHECK (kind IN ('camera', 'worker', 'gateway', 'site-device')),
  ADD CONSTRAINT device_outage_fault_known CHECK (fault IN ('offline', 'delayed', 'black', 'frozen', 'blurred', 'turned', 'covered')),
  ADD CONSTRAINT device_outage_order CHECK (ended_at IS NULL OR ended_at >= begun_at);
ALTER TABLE device_health_setting
  ADD CONSTRAINT device_health_setting_grace CHECK (grace_seconds BETWEEN 5 AND 3600),
  ADD CONSTRAINT device_health_setting_delay CHECK (delay_seconds BETWEEN 1 AND 60);
