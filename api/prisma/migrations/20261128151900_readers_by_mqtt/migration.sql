-- Readers that publish locations themselves.
ALTER TABLE position_reader DROP CONSTRAINT position_reader_kind;
ALTER TABLE position_reader ADD CONSTRAINT position_reader_kind
  CHECK (kind IN ('impinj-http', 'impinj-mqtt', 'llrp', 'mqtt', 'omlox', 'gps'));
