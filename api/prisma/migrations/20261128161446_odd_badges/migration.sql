-- Badges that behave as no worn badge does, and who looks after a condition.
ALTER TABLE badge_condition
  ADD COLUMN "about" VARCHAR(128),
  ADD COLUMN "acknowledged_at" TIMESTAMPTZ(3),
  ADD COLUMN "acknowledged_by" JSONB,
  ADD COLUMN "acknowledged_note" VARCHAR(500);
ALTER TABLE badge_condition DROP CONSTRAINT badge_condition_kind;
ALTER TABLE badge_condition
  ADD CONSTRAINT badge_condition_kind CHECK (kind IN
    ('silent', 'low-battery', 'sos', 'no-motion', 'together', 'still', 'unbound', 'left')),
  ADD CONSTRAINT badge_condition_about CHECK ((kind = 'together') = (about IS NOT NULL)),
  ADD CONSTRAINT badge_condition_acknowledged CHECK ((acknowledged_at IS NULL) = (acknowledged_by IS NULL));
ALTER TABLE location_setting
  ADD COLUMN "still_minutes" INTEGER NOT NULL DEFAULT 30,
  ADD COLUMN "together_minutes" INTEGER NOT NULL DEFAULT 10;
