-- Where the second person is switched off, the time that is due now is confirmed by one still.
ALTER TABLE "own_obligation" ADD COLUMN "second_until_done" BOOLEAN NOT NULL DEFAULT false;
