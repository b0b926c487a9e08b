-- Clock events, the attendance of a day made from them, requests for correction, and settings of sites.
CREATE TABLE "clock_event" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "id" VARCHAR(26) NOT NULL,
    "person_id" VARCHAR(26) NOT NULL,
    "site" VARCHAR(64) NOT NULL,
    "direction" VARCHAR(4),
    "source" VARCHAR(16) NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "claimed_at" TIMESTAMPTZ(3),
    "received_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "time_flag" VARCHAR(8),
    "area_id" VARCHAR(64),
    "device" VARCHAR(128),
    "badge" VARCHAR(128),
    "evidence" JSONB NOT NULL DEFAULT '{}',
    "group_id" VARCHAR(26),
    "created_by" VARCHAR(26),

    CONSTRAINT "clock_event_pkey" PRIMARY KEY ("tenant_id","id")
);

CREATE TABLE "attendance_day" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "person_id" VARCHAR(26) NOT NULL,
    "day" DATE NOT NULL,
    "site" VARCHAR(64) NOT NULL,
    "first_in" TIMESTAMPTZ(3),
    "last_out" TIMESTAMPTZ(3),
    "open_since" TIMESTAMPTZ(3),
    "present_minutes" INTEGER NOT NULL,
    "missing_in" INTEGER NOT NULL,
    "missing_out" INTEGER NOT NULL,
    "assumed" BOOLEAN NOT NULL,
    "flagged" BOOLEAN NOT NULL,
    "sources" TEXT[],
    "breaks" JSONB NOT NULL,
    "events" TEXT[],

    CONSTRAINT "attendance_day_pkey" PRIMARY KEY ("tenant_id","person_id","day")
);

CREATE TABLE "clock_correction" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "id" VARCHAR(26) NOT NULL,
    "person_id" VARCHAR(26) NOT NULL,
    "direction" VARCHAR(4) NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "reason" VARCHAR(500) NOT NULL,
    "state" VARCHAR(16) NOT NULL DEFAULT 'open',
    "asked_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "asked_by" VARCHAR(26) NOT NULL,
    "decided_at" TIMESTAMPTZ(3),
    "decided_by" VARCHAR(26),
    "note" VARCHAR(500),
    "version" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "clock_correction_pkey" PRIMARY KEY ("tenant_id","id")
);

CREATE TABLE "attendance_setting" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "site" VARCHAR(64) NOT NULL,
    "time_zone" VARCHAR(64),
    "day_starts" INTEGER NOT NULL DEFAULT 240,
    "phone_location" BOOLEAN NOT NULL DEFAULT false,
    "by_position" BOOLEAN NOT NULL DEFAULT true,
    "version" INTEGER NOT NULL DEFAULT 1,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "attendance_setting_pkey" PRIMARY KEY ("tenant_id","site")
);

CREATE INDEX "clock_event_of_person" ON "clock_event"("tenant_id", "person_id", "at");
CREATE INDEX "clock_event_of_badge" ON "clock_event"("tenant_id", "badge", "at");
CREATE INDEX "clock_event_of_group" ON "clock_event"("tenant_id", "group_id");
-- The same punch of a list, and the same passage of a badge, count once.
CREATE UNIQUE INDEX clock_event_once ON clock_event (tenant_id, person_id, source, at) WHERE source IN ('import', 'position');
CREATE INDEX "attendance_day_by_day" ON "attendance_day"("tenant_id", "day");
CREATE INDEX "clock_correction_of_person" ON "clock_correction"("tenant_id", "person_id", "at");
CREATE INDEX "clock_correction_newest" ON "clock_correction"("tenant_id", "asked_at" DESC, "id" DESC);
-- A minute is asked for once.
CREATE UNIQUE INDEX clock_correction_once ON clock_correction (tenant_id, person_id, direction, at) WHERE state = 'open';

SELECT guard_tenant_table(t) FROM unnest(ARRAY['clock_event', 'attendance_day', 'clock_correction', 'attendance_setting']::regclass[]) AS t;

ALTER TABLE clock_event
  ADD CONSTRAINT clock_event_direction CHECK (direction IN ('in', 'out')),
  ADD CONSTRAINT clock_event_source CHECK (source IN ('app', 'position', 'import', 'correction')),
  ADD CONSTRAINT clock_event_time_flag CHECK (time_flag IN ('clock', 'waited'));
ALTER TABLE clock_correction
  ADD CONSTRAINT clock_correction_direction CHECK (direction IN ('in', 'out')),
  ADD CONSTRAINT clock_correction_state CHECK (state IN ('open', 'approved', 'refused', 'withdrawn')),
  ADD CONSTRAINT clock_correction_decided CHECK ((state IN ('approved', 'refused')) = (decided_at IS NOT NULL)),
  ADD CONSTRAINT clock_correction_not_own CHECK (decided_by IS NULL OR decided_by <> asked_by);
ALTER TABLE attendance_setting ADD CONSTRAINT attendance_setting_day CHECK (day_starts BETWEEN 0 AND 1439);
