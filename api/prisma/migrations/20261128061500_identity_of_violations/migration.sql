-- Who the actor of a violation was may become known later: the highest number counts.
ALTER TABLE violation ADD COLUMN "identity_number" INTEGER NOT NULL DEFAULT 0;
