-- Positions at the rate of their tags live for minutes; one of an interval is kept. What is known of each badge now.
ALTER TABLE "location_history"
  ADD COLUMN "kept" BOOLEAN NOT NULL DEFAULT true,
  ADD COLUMN "flags" TEXT[] NOT NULL DEFAULT ARRAY[]::TEXT[],
  ADD COLUMN "claimed_at" TIMESTAMPTZ(3),
  ADD COLUMN "floor_plan" VARCHAR(64),
  ADD COLUMN "x" DOUBLE PRECISION,
  ADD COLUMN "y" DOUBLE PRECISION,
  ADD COLUMN "radius" DOUBLE PRECISION,
  ADD COLUMN "area_id" VARCHAR(64);
CREATE INDEX "location_history_of_badge" ON "location_history"("tenant_id", "provider_id", "generated_at");
-- What goes after minutes is found without reading what stays.
CREATE INDEX location_history_passing ON location_history (received_at) WHERE NOT kept;

CREATE TABLE "location_tag" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "badge" VARCHAR(128) NOT NULL,
    "heard_at" TIMESTAMPTZ(3) NOT NULL,
    "at" TIMESTAMPTZ(3),
    "crs" VARCHAR(16) NOT NULL DEFAULT 'local',
    "source" VARCHAR(128) NOT NULL,
    "floor_plan" VARCHAR(64),
    "x" DOUBLE PRECISION,
    "y" DOUBLE PRECISION,
    "radius" DOUBLE PRECISION,
    "area_id" VARCHAR(64),
    "areas" TEXT[] NOT NULL DEFAULT ARRAY[]::TEXT[],
    "area_since" TIMESTAMPTZ(3),
    "is_out" BOOLEAN NOT NULL DEFAULT false,
    "kept_at" TIMESTAMPTZ(3),
    "intervals" INTEGER[] NOT NULL DEFAULT ARRAY[]::INTEGER[],
    "suspect" JSONB,
    "battery" INTEGER,

    CONSTRAINT "location_tag_pkey" PRIMARY KEY ("tenant_id","badge")
);
CREATE INDEX "location_tag_heard" ON "location_tag"("tenant_id", "heard_at");

CREATE TABLE "location_setting" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "site" VARCHAR(64) NOT NULL,
    "keep_seconds" INTEGER NOT NULL,
    "silent_seconds" INTEGER NOT NULL,
    "gone_hours" INTEGER NOT NULL,
    "battery_percent" INTEGER NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "location_setting_pkey" PRIMARY KEY ("tenant_id","site")
);
ALTER TABLE location_setting ADD CONSTRAINT location_setting_range CHECK (keep_seconds BETWEEN 30 AND 60);

CREATE TABLE "badge_condition" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "id" VARCHAR(26) NOT NULL,
    "badge" VARCHAR(128) NOT NULL,
    "kind" VARCHAR(16) NOT NULL,
    "person_id" VARCHAR(26),
    "begun_at" TIMESTAMPTZ(3) NOT NULL,
    "told_at" TIMESTAMPTZ(3),
    "ended_at" TIMESTAMPTZ(3),
    "ended_by" VARCHAR(16),

    CONSTRAINT "badge_condition_pkey" PRIMARY KEY ("tenant_id","id")
);
CREATE INDEX "badge_condition_of_person" ON "badge_condition"("tenant_id", "person_id");
CREATE INDEX "badge_condition_newest" ON "badge_condition"("tenant_id", "begun_at" DESC, "id" DESC);
-- A badge is in a condition once at a time.
CREATE UNIQUE INDEX badge_condition_open ON badge_condition (tenant_id, badge, kind) WHERE ended_at IS NULL;

SELECT guard_tenant_table(t) FROM unnest(ARRAY['location_tag', 'location_setting', 'badge_condition']::regclass[]) AS t;

ALTER TABLE badge_condition
  ADD CONSTRAINT badge_condition_kind CHECK (kind IN ('silent', 'low-battery', 'sos', 'no-motion')),
  ADD CONSTRAINT badge_condition_end CHECK ((ended_at IS NULL) = (ended_by IS NULL) AND ended_at >= begun_at);
ALTER TABLE reader_place ADD COLUMN "is_exit" BOOLEAN NOT NULL DEFAULT false;
