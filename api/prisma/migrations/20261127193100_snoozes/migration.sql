-- Notices and beacons that rest for a while, and the mark of it on what was recorded meanwhile.
CREATE TABLE "snooze" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "id" VARCHAR(26) NOT NULL,
    "camera" VARCHAR(64) NOT NULL,
    "zone" VARCHAR(64),
    "rule" VARCHAR(64),
    "kind" VARCHAR(16) NOT NULL,
    "high" BOOLEAN NOT NULL,
    "reason" VARCHAR(500) NOT NULL,
    "from_at" TIMESTAMPTZ(3) NOT NULL,
    "until_at" TIMESTAMPTZ(3) NOT NULL,
    "asked_by" VARCHAR(26) NOT NULL,
    "asked_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "approved_by" VARCHAR(26),
    "approved_at" TIMESTAMPTZ(3),
    "ended_at" TIMESTAMPTZ(3),
    "ended_by" VARCHAR(26),

    CONSTRAINT "snooze_pkey" PRIMARY KEY ("tenant_id","id")
);

CREATE INDEX "snooze_of_camera" ON "snooze"("tenant_id", "camera", "until_at" DESC);

SELECT guard_tenant_table('snooze'::regclass);

ALTER TABLE snooze
  ADD CONSTRAINT snooze_kind_known CHECK (kind IN ('snooze', 'maintenance')),
  ADD CONSTRAINT snooze_times CHECK (until_at > from_at AND until_at <= from_at + interval '7 days'),
  ADD CONSTRAINT snooze_second_person CHECK (approved_by IS DISTINCT FROM asked_by),
  ADD CONSTRAINT snooze_approval_whole CHECK ((approved_by IS NULL) = (approved_at IS NULL));

ALTER TABLE "violation" ADD COLUMN "snooze" JSONB;
