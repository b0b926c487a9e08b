-- A production system (MES) asks the matcher by a credential of its own.
ALTER TABLE device_credential
  DROP CONSTRAINT device_credential_kind_known,
  ADD CONSTRAINT device_credential_kind_known
    CHECK (kind IN ('reader', 'tracker', 'machine', 'actuator', 'worker', 'gateway', 'personnel', 'gate', 'mes', 'shared'));

-- The name of its credential; null where an account, a gate or a job asked.
ALTER TABLE match_decision ADD COLUMN asked_by_system VARCHAR(64);
