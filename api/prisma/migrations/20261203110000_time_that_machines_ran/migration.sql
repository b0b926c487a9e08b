-- How long the machine ran in a session, by its reports: null in sessions of before.
ALTER TABLE gate_session
  ADD COLUMN ran_ms INTEGER,
  ADD COLUMN ran_to TIMESTAMPTZ(3),
  ADD COLUMN heard_at TIMESTAMPTZ(3),
  ADD COLUMN heard_state VARCHAR(16),
  ADD CONSTRAINT gate_session_ran CHECK (ran_ms >= 0);

-- Whether a trade is worked in where no machine records it.
CREATE INDEX work_job_of_trade ON work_job (tenant_id, work) WHERE work IS NOT NULL AND status <> 'cancelled';
