-- Badges that are read while their wearers have clocked out, or are beyond the last day of their contract.
ALTER TABLE badge_condition DROP CONSTRAINT badge_condition_kind;
ALTER TABLE badge_condition
  ADD CONSTRAINT badge_condition_kind CHECK (kind IN
    ('silent', 'low-battery', 'sos', 'no-motion', 'together', 'still', 'unbound', 'clocked-out', 'contract-over',
      'left', 'hand-over'));
