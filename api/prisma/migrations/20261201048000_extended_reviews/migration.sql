-- Until when the authority extended the review of a certificate, and which exposures a restricted medical check excludes.
ALTER TABLE "qualification" ADD COLUMN "review_extended_until" DATE,
  ADD COLUMN "not_for" VARCHAR(128)[] DEFAULT ARRAY[]::VARCHAR(128)[];
ALTER TABLE qualification
  ADD CONSTRAINT qualification_extended CHECK (review_extended_until IS NULL
    OR (type = 'special-work' AND review_due_on = review_extended_until)),
  ADD CONSTRAINT qualification_not_for CHECK (coalesce(cardinality(not_for), 0) = 0
    OR (type = 'fitness' AND result = 'restricted'));
