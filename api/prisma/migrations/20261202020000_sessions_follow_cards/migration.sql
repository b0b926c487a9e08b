-- Sessions of operation that a correction of a badge moved.
ALTER TABLE badge_correction ADD COLUMN "sessions" JSONB NOT NULL DEFAULT '[]';
