-- The side of a door at which a point stands: out of an area it refuses no person.
ALTER TABLE gate_point
  ADD COLUMN direction VARCHAR(8) NOT NULL DEFAULT 'entry',
  ADD CONSTRAINT gate_point_direction_known CHECK (direction IN ('entry', 'exit'));

-- A vehicle at a barrier: by its tag, or by its plate.
ALTER TABLE gate_decision
  ADD COLUMN vehicle_id VARCHAR(26),
  ADD COLUMN plate VARCHAR(32),
  DROP CONSTRAINT gate_decision_kind_known,
  ADD CONSTRAINT gate_decision_kind_known CHECK (kind IN ('start', 'entry', 'exit')),
  ADD CONSTRAINT gate_decision_exit CHECK (kind <> 'exit' OR decision = 'allow'),
  DROP CONSTRAINT gate_decision_whom,
  ADD CONSTRAINT gate_decision_whom CHECK (decision = 'deny' OR person_id IS NOT NULL
    OR vehicle_id IS NOT NULL OR kind = 'exit' OR source = 'edge');
CREATE INDEX "gate_decision_of_vehicle" ON "gate_decision"("tenant_id", "vehicle_id", "id" DESC);

-- Why a session ended, where the machine did not say that it stands.
ALTER TABLE gate_session
  ADD COLUMN ended_by VARCHAR(16),
  ADD CONSTRAINT gate_session_ended_known CHECK (ended_by IS NULL OR (ended_by = 'not-heard' AND until_at IS NOT NULL));

-- Since when a vehicle is blocked, so that what it did before is not held against it.
ALTER TABLE vehicle ADD COLUMN status_since TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP;

-- A pass that a person entered: also of a truck that is in no register and has no tag.
ALTER TABLE vehicle_pass
  ALTER COLUMN vehicle_id DROP NOT NULL,
  ALTER COLUMN tag DROP NOT NULL,
  ADD COLUMN company VARCHAR(128),
  ADD COLUMN note VARCHAR(300),
  ADD COLUMN entered_by VARCHAR(26),
  ADD CONSTRAINT vehicle_pass_of_something CHECK (vehicle_id IS NOT NULL OR entered_by IS NOT NULL);
