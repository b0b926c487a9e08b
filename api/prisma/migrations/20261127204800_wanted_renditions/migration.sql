-- A reader waits for the rendition since then: it is made before the others.
ALTER TABLE "blur_order" ADD COLUMN "wanted_at" TIMESTAMPTZ(3);
