-- An own obligation that falls due each time that a condition begins; an interval is the time to settle it.
ALTER TABLE own_obligation ADD COLUMN condition VARCHAR(32);
ALTER TABLE own_obligation DROP CONSTRAINT own_obligation_due;
ALTER TABLE own_obligation
  ADD CONSTRAINT own_obligation_due CHECK (
    due_by IN ('once', 'fixed', 'done', 'meter', 'condition')
    AND (due_by = 'meter') = (every_hours IS NOT NULL)
    AND (due_by = 'meter') = (start_hours IS NOT NULL)
    AND (due_by = 'condition') = (condition IS NOT NULL)
    AND CASE WHEN due_by = 'condition' THEN rule IS NULL
      ELSE (due_by IN ('fixed', 'done')) = (every_text IS NOT NULL OR rule IS NOT NULL) END
  ),
  ADD CONSTRAINT own_obligation_condition CHECK (condition IN ('permit', 'major-hazard', 'exposed-post'));

-- Occurrences of the condition that a completion settled.
ALTER TABLE own_obligation_record ADD COLUMN settled TEXT[] NOT NULL DEFAULT '{}';
