-- By which binding of a badge a verdict named its person: later statements change the candidates, and not the verdict.
ALTER TABLE violation ADD COLUMN "person_badge_id" VARCHAR(26);
UPDATE violation v SET person_badge_id = (
    SELECT c.badge_id FROM violation_candidate c
    WHERE c.tenant_id = v.tenant_id AND c.violation_id = v.id AND c.person_id = v.person_id
    ORDER BY (c.handle = v.identity->>'handle') DESC NULLS LAST, c.handle LIMIT 1)
  WHERE v.status = 'confirmed' AND v.person_id IS NOT NULL;
CREATE INDEX "violation_of_binding" ON "violation"("tenant_id", "person_badge_id");

-- A picture of a person whose name left the record: whether that one agreed to training cannot be asked any more.
ALTER TABLE violation ADD COLUMN "shows_left_out" BOOLEAN NOT NULL DEFAULT FALSE;
