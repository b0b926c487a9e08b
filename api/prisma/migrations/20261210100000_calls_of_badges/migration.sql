-- When a badge called for help last: one call is one condition as long as the badge calls.
ALTER TABLE badge_condition ADD COLUMN "called_at" TIMESTAMPTZ(3);
