-- Why a version is put to use though its bench missed the target that it states.
ALTER TABLE "model_decision" ADD COLUMN     "missed_reason" TEXT;

ALTER TABLE model_decision
  ADD CONSTRAINT model_decision_missed_with_reason CHECK (length(btrim(missed_reason)) > 0);

-- The end of a span by silence: the worker was not heard of for so long that it counts as gone.
ALTER TABLE model_log
  DROP CONSTRAINT model_log_kind_known,
  ADD CONSTRAINT model_log_kind_known CHECK (kind IN ('loaded', 'unloaded', 'lost'));
