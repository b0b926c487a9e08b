-- Machines and areas can ask for more: hours at the machine, kinds of people, exposures.
ALTER TABLE "match_requirement" ADD COLUMN "least_hours" INTEGER,
  ADD COLUMN "kinds" VARCHAR(16)[] DEFAULT ARRAY[]::VARCHAR(16)[],
  ADD COLUMN "exposures" VARCHAR(128)[] DEFAULT ARRAY[]::VARCHAR(128)[];
ALTER TABLE match_requirement
  ADD CONSTRAINT match_requirement_hours CHECK (least_hours IS NULL OR (least_hours > 0 AND target = 'machine')),
  ADD CONSTRAINT match_requirement_kinds CHECK (kinds <@ ARRAY['employee', 'contractor', 'visitor', 'trainee']::VARCHAR(16)[]);
