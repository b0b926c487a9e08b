-- Since when a condition is known: those of one reader are told together.
ALTER TABLE badge_condition ADD COLUMN "opened_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now();
-- A fix of a clock that is ahead comes to several processes, and is one by the time that it claims.
CREATE INDEX location_history_ahead ON location_history (tenant_id, provider_id, claimed_at) WHERE claimed_at IS NOT NULL;
