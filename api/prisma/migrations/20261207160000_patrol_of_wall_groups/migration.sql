-- A screen turns the pages of a group that has more cameras than fit on one.
ALTER TABLE "wall_group" ADD COLUMN "patrol_seconds" INTEGER NOT NULL DEFAULT 10;
