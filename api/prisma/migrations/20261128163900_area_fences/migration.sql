-- Electronic fences on areas: the rules, what is known of badges near them, and what happened.
CREATE TABLE "area_fence" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "id" VARCHAR(26) NOT NULL,
    "area_id" VARCHAR(64) NOT NULL,
    "name" JSONB NOT NULL,
    "kind" VARCHAR(8) NOT NULL,
    "severity" VARCHAR(16) NOT NULL,
    "dwell_seconds" INTEGER NOT NULL,
    "hold_seconds" INTEGER NOT NULL,
    "matched" BOOLEAN NOT NULL,
    "posts" TEXT[],
    "permit" VARCHAR(64),
    "assigned" BOOLEAN NOT NULL,
    "hours" JSONB,
    "active" BOOLEAN NOT NULL DEFAULT true,
    "active_since" TIMESTAMPTZ(3) NOT NULL,
    "renew_at" TIMESTAMPTZ(3),
    "by_kind" BOOLEAN NOT NULL DEFAULT false,
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "area_fence_pkey" PRIMARY KEY ("tenant_id","id")
);

CREATE TABLE "fence_track" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "fence_id" VARCHAR(26) NOT NULL,
    "badge" VARCHAR(128) NOT NULL,
    "person_id" VARCHAR(26),
    "state" JSONB NOT NULL,
    "rights" JSONB NOT NULL,
    "due_at" TIMESTAMPTZ(3),
    "check_at" TIMESTAMPTZ(3),
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "fence_track_pkey" PRIMARY KEY ("tenant_id","fence_id","badge")
);

CREATE TABLE "fence_event" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "id" VARCHAR(26) NOT NULL,
    "fence_id" VARCHAR(26) NOT NULL,
    "area_id" VARCHAR(64) NOT NULL,
    "kind" VARCHAR(8) NOT NULL,
    "severity" VARCHAR(16) NOT NULL,
    "badge" VARCHAR(128),
    "person_id" VARCHAR(26),
    "removed_at" TIMESTAMPTZ(3),
    "begun_at" TIMESTAMPTZ(3) NOT NULL,
    "until_at" TIMESTAMPTZ(3),
    "opened_at" TIMESTAMPTZ(3) NOT NULL,
    "closed_at" TIMESTAMPTZ(3),
    "state" VARCHAR(16) NOT NULL,
    "closed_by" VARCHAR(16),
    "certainty" VARCHAR(8) NOT NULL,
    "codes" TEXT[],
    "reasons" JSONB NOT NULL,
    "match_id" VARCHAR(26),
    "told_at" TIMESTAMPTZ(3),
    "acknowledged_by" VARCHAR(26),
    "acknowledged_at" TIMESTAMPTZ(3),
    "note" VARCHAR(500),
    "version" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "fence_event_pkey" PRIMARY KEY ("tenant_id","id")
);

CREATE INDEX "area_fence_of_area" ON "area_fence"("tenant_id", "area_id");
CREATE INDEX "fence_track_of_badge" ON "fence_track"("tenant_id", "badge");
CREATE INDEX "fence_track_of_person" ON "fence_track"("tenant_id", "person_id");
CREATE INDEX fence_track_due ON fence_track (tenant_id, due_at) WHERE due_at IS NOT NULL;
CREATE INDEX "fence_event_newest" ON "fence_event"("tenant_id", "begun_at" DESC, "id" DESC);
CREATE INDEX "fence_event_of_badge" ON "fence_event"("tenant_id", "fence_id", "badge", "begun_at");
CREATE INDEX "fence_event_of_person" ON "fence_event"("tenant_id", "person_id", "begun_at");
CREATE INDEX fence_event_open ON fence_event (tenant_id, fence_id) WHERE state = 'open';
-- A kind of area has one fence of its own.
CREATE UNIQUE INDEX area_fence_by_kind ON area_fence (tenant_id, area_id) WHERE by_kind;

ALTER TABLE "fence_track" ADD CONSTRAINT "fence_track_tenant_id_fence_id_fkey" FOREIGN KEY ("tenant_id", "fence_id") REFERENCES "area_fence"("tenant_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "fence_event" ADD CONSTRAINT "fence_event_tenant_id_fence_id_fkey" FOREIGN KEY ("tenant_id", "fence_id") REFERENCES "area_fence"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

SELECT guard_tenant_table(t) FROM unnest(ARRAY['area_fence', 'fence_track', 'fence_event']::regclass[]) AS t;

ALTER TABLE area_fence
  ADD CONSTRAINT area_fence_kind CHECK (kind IN ('entry', 'stay')),
  ADD CONSTRAINT area_fence_severity CHECK (severity IN ('info', 'warning', 'critical')),
  ADD CONSTRAINT area_fence_dwell CHECK (dwell_seconds BETWEEN 1 AND 3600),
  ADD CONSTRAINT area_fence_hold CHECK (hold_seconds BETWEEN 0 AND 600);
ALTER TABLE fence_event
  ADD CONSTRAINT fence_event_state CHECK (state IN ('open', 'ended', 'withdrawn')),
  ADD CONSTRAINT fence_event_closed CHECK ((state = 'open') = (closed_at IS NULL)),
  ADD CONSTRAINT fence_event_order CHECK (until_at IS NULL OR until_at >= begun_at),
  ADD CONSTRAINT fence_event_acknowledged CHECK ((acknowledged_by IS NULL) = (acknowledged_at IS NULL)),
  ADD CONSTRAINT fence_event_removed CHECK (removed_at IS NULL OR (person_id IS NULL AND badge IS NULL));
