-- Badges that went from one person to another in the picture of a camera.
ALTER TABLE badge_condition ADD COLUMN "camera" VARCHAR(64);
ALTER TABLE badge_condition DROP CONSTRAINT badge_condition_kind;
ALTER TABLE badge_condition DROP CONSTRAINT badge_condition_about;
ALTER TABLE badge_condition
  ADD CONSTRAINT badge_condition_kind CHECK (kind IN
    ('silent', 'low-battery', 'sos', 'no-motion', 'together', 'still', 'unbound', 'left', 'hand-over')),
  -- Of a hand-over the other badge is left out once its wearer took a consent back.
  ADD CONSTRAINT badge_condition_about CHECK (CASE kind WHEN 'together' THEN about IS NOT NULL
    WHEN 'hand-over' THEN TRUE ELSE about IS NULL END),
  ADD CONSTRAINT badge_condition_camera CHECK ((kind = 'hand-over') = (camera IS NOT NULL));
