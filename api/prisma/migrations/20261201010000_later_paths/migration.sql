-- Where the actor of a violation went in the seconds after it.
ALTER TABLE "violation" ADD COLUMN "later_path" JSONB NOT NULL DEFAULT '[]';
ALTER TABLE violation ADD CONSTRAINT violation_later_path_is_list
  CHECK (jsonb_typeof(later_path) = 'array');
