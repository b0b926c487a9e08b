-- Imports that skip or change records that exist, and scans that come with a table.
ALTER TABLE data_import
  ADD COLUMN existing VARCHAR(8) NOT NULL DEFAULT 'refuse',
  ADD COLUMN updates INTEGER NOT NULL DEFAULT 0,
  ADD COLUMN skipped INTEGER NOT NULL DEFAULT 0,
  ADD COLUMN scans_file_id VARCHAR(26),
  ADD COLUMN scans_name VARCHAR(255),
  -- How many scans there are, and those that no row names.
  ADD COLUMN scans_found JSONB,
  ADD CONSTRAINT data_import_existing CHECK (existing IN ('refuse', 'skip', 'update')),
  ADD CONSTRAINT data_import_scans CHECK (scans_file_id IS NULL OR scans_name IS NOT NULL);

ALTER TABLE data_import_row
  -- The person whom the row concerns, where it is no person itself: their erasure clears it.
  ADD COLUMN person VARCHAR(26),
  -- The record that the row changes, and its version at the check.
  ADD COLUMN target VARCHAR(64),
  ADD COLUMN target_version INTEGER,
  -- [{ column, from, to }]; sensitive values are masked.
  ADD COLUMN changes JSONB NOT NULL DEFAULT '[]',
  -- What the record was before, for the undo.
  ADD COLUMN before_sealed TEXT,
  ADD CONSTRAINT data_import_row_target CHECK ((target IS NULL) = (target_version IS NULL)),
  DROP CONSTRAINT data_import_row_state,
  ADD CONSTRAINT data_import_row_state
    CHECK (state IN ('good', 'bad', 'skipped', 'done', 'failed', 'undone', 'kept'));
