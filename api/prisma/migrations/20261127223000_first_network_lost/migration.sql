-- A camera whose pictures come over its second address, as the first gives none.
ALTER TABLE device_outage DROP CONSTRAINT device_outage_fault_known;
ALTER TABLE device_outage ADD CONSTRAINT device_outage_fault_known
  CHECK (fault IN ('offline', 'delayed', 'network', 'black', 'frozen', 'blurred', 'turned', 'covered'));
