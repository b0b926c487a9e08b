-- In which trade of special work a violation was: derived at the verdict, or chosen by a reviewer.
ALTER TABLE "violation" ADD COLUMN "trade" VARCHAR(64),
  ADD COLUMN "trade_name" JSONB,
  ADD COLUMN "trade_by" VARCHAR(26);
ALTER TABLE violation
  ADD CONSTRAINT violation_trade_named CHECK ((trade IS NULL) = (trade_name IS NULL));
