-- Vehicles: the register with its tags, what counts in areas, what happened, and the log of portals.
CREATE TABLE "vehicle" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "id" VARCHAR(26) NOT NULL,
    "plate" VARCHAR(32) NOT NULL,
    "plate_key" VARCHAR(32) NOT NULL,
    "kind" VARCHAR(64) NOT NULL,
    "model" VARCHAR(64),
    "department_id" VARCHAR(64) NOT NULL,
    "company" VARCHAR(128),
    "areas" TEXT[],
    "max_speed_kmh" INTEGER,
    "machine_id" VARCHAR(64),
    "status" VARCHAR(16) NOT NULL DEFAULT 'active',
    "valid_until" DATE,
    "note" VARCHAR(300),
    "on_site" BOOLEAN NOT NULL DEFAULT false,
    "on_site_at" TIMESTAMPTZ(3),
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "vehicle_pkey" PRIMARY KEY ("tenant_id","id")
);

CREATE TABLE "vehicle_tag" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "id" VARCHAR(26) NOT NULL,
    "vehicle_id" VARCHAR(26) NOT NULL,
    "tag" VARCHAR(128) NOT NULL,
    "since" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "until" TIMESTAMPTZ(3),

    CONSTRAINT "vehicle_tag_pkey" PRIMARY KEY ("tenant_id","id")
);

CREATE TABLE "vehicle_area" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "area_id" VARCHAR(64) NOT NULL,
    "restricted" BOOLEAN NOT NULL,
    "speed_kmh" INTEGER,
    "severity" VARCHAR(16) NOT NULL,
    "dwell_seconds" INTEGER NOT NULL,
    "active_since" TIMESTAMPTZ(3) NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "vehicle_area_pkey" PRIMARY KEY ("tenant_id","area_id")
);

CREATE TABLE "vehicle_track" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "tag" VARCHAR(128) NOT NULL,
    "vehicle_id" VARCHAR(26) NOT NULL,
    "state" JSONB NOT NULL,
    "due_at" TIMESTAMPTZ(3),
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "vehicle_track_pkey" PRIMARY KEY ("tenant_id","tag")
);

CREATE TABLE "vehicle_event" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "id" VARCHAR(26) NOT NULL,
    "vehicle_id" VARCHAR(26) NOT NULL,
    "plate" VARCHAR(32) NOT NULL,
    "tag" VARCHAR(128) NOT NULL,
    "kind" VARCHAR(8) NOT NULL,
    "area_id" VARCHAR(64),
    "severity" VARCHAR(16) NOT NULL,
    "codes" TEXT[],
    "speed_kmh" DOUBLE PRECISION,
    "limit_kmh" DOUBLE PRECISION,
    "driver_id" VARCHAR(26),
    "begun_at" TIMESTAMPTZ(3) NOT NULL,
    "until_at" TIMESTAMPTZ(3),
    "opened_at" TIMESTAMPTZ(3) NOT NULL,
    "closed_at" TIMESTAMPTZ(3),
    "state" VARCHAR(16) NOT NULL,
    "closed_by" VARCHAR(16),
    "acknowledged_by" VARCHAR(26),
    "acknowledged_at" TIMESTAMPTZ(3),
    "note" VARCHAR(500),
    "version" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "vehicle_event_pkey" PRIMARY KEY ("tenant_id","id")
);

CREATE TABLE "vehicle_pass" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "id" VARCHAR(26) NOT NULL,
    "vehicle_id" VARCHAR(26) NOT NULL,
    "plate" VARCHAR(32) NOT NULL,
    "tag" VARCHAR(128) NOT NULL,
    "source" VARCHAR(128) NOT NULL,
    "direction" VARCHAR(8) NOT NULL,
    "area_id" VARCHAR(64),
    "at" TIMESTAMPTZ(3) NOT NULL,
    "late" BOOLEAN NOT NULL DEFAULT false,
    "driver_id" VARCHAR(26),
    "admitted" BOOLEAN NOT NULL,

    CONSTRAINT "vehicle_pass_pkey" PRIMARY KEY ("tenant_id","id")
);

CREATE INDEX "vehicle_by_plate" ON "vehicle"("tenant_id", "plate", "id");
CREATE INDEX "vehicle_of_department" ON "vehicle"("tenant_id", "department_id");
-- A plate is on one vehicle in use, a machine in one.
CREATE UNIQUE INDEX vehicle_plate_once ON vehicle (tenant_id, plate_key) WHERE status <> 'retired';
CREATE UNIQUE INDEX vehicle_machine_once ON vehicle (tenant_id, machine_id) WHERE machine_id IS NOT NULL AND status <> 'retired';
CREATE INDEX "vehicle_tag_of_vehicle" ON "vehicle_tag"("tenant_id", "vehicle_id");
CREATE INDEX "vehicle_tag_by_tag" ON "vehicle_tag"("tenant_id", "tag");
CREATE UNIQUE INDEX vehicle_tag_on_one ON vehicle_tag (tenant_id, tag) WHERE until IS NULL;
CREATE INDEX vehicle_track_due ON vehicle_track (tenant_id, due_at) WHERE due_at IS NOT NULL;
CREATE INDEX "vehicle_event_newest" ON "vehicle_event"("tenant_id", "begun_at" DESC, "id" DESC);
CREATE INDEX "vehicle_event_of_vehicle" ON "vehicle_event"("tenant_id", "vehicle_id", "begun_at");
CREATE INDEX "vehicle_event_of_driver" ON "vehicle_event"("tenant_id", "driver_id");
CREATE INDEX vehicle_event_open ON vehicle_event (tenant_id, vehicle_id) WHERE state = 'open';
CREATE INDEX "vehicle_pass_newest" ON "vehicle_pass"("tenant_id", "at" DESC, "id" DESC);
CREATE INDEX "vehicle_pass_of_vehicle" ON "vehicle_pass"("tenant_id", "vehicle_id", "at");
CREATE INDEX "vehicle_pass_of_driver" ON "vehicle_pass"("tenant_id", "driver_id");
CREATE UNIQUE INDEX "vehicle_pass_once" ON "vehicle_pass"("tenant_id", "vehicle_id", "source", "at");

ALTER TABLE "vehicle_tag" ADD CONSTRAINT "vehicle_tag_tenant_id_vehicle_id_fkey" FOREIGN KEY ("tenant_id", "vehicle_id") REFERENCES "vehicle"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "vehicle_event" ADD CONSTRAINT "vehicle_event_tenant_id_vehicle_id_fkey" FOREIGN KEY ("tenant_id", "vehicle_id") REFERENCES "vehicle"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "vehicle_pass" ADD CONSTRAINT "vehicle_pass_tenant_id_vehicle_id_fkey" FOREIGN KEY ("tenant_id", "vehicle_id") REFERENCES "vehicle"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

SELECT guard_tenant_table(t) FROM unnest(ARRAY['vehicle', 'vehicle_tag', 'vehicle_area', 'vehicle_track', 'vehicle_event', 'vehicle_pass']::regclass[]) AS t;

ALTER TABLE vehicle
  ADD CONSTRAINT vehicle_status CHECK (status IN ('active', 'blocked', 'retired')),
  ADD CONSTRAINT vehicle_max_speed CHECK (max_speed_kmh BETWEEN 3 AND 120);
ALTER TABLE vehicle_tag ADD CONSTRAINT vehicle_tag_order CHECK (until IS NULL OR until >= since);
ALTER TABLE vehicle_area
  ADD CONSTRAINT vehicle_area_speed CHECK (speed_kmh BETWEEN 3 AND 120),
  ADD CONSTRAINT vehicle_area_severity CHECK (severity IN ('info', 'warning', 'critical')),
  ADD CONSTRAINT vehicle_area_dwell CHECK (dwell_seconds BETWEEN 1 AND 600);
ALTER TABLE vehicle_event
  ADD CONSTRAINT vehicle_event_kind CHECK (kind IN ('area', 'speed', 'pass')),
  ADD CONSTRAINT vehicle_event_state CHECK (state IN ('open', 'ended', 'withdrawn')),
  ADD CONSTRAINT vehicle_event_closed CHECK ((state = 'open') = (closed_at IS NULL)),
  ADD CONSTRAINT vehicle_event_order CHECK (until_at IS NULL OR until_at >= begun_at),
  ADD CONSTRAINT vehicle_event_acknowledged CHECK ((acknowledged_by IS NULL) = (acknowledged_at IS NULL));
ALTER TABLE vehicle_pass ADD CONSTRAINT vehicle_pass_direction CHECK (direction IN ('in', 'out', 'through'));

-- A tag is a person's or a vehicle's at one time, never both. One at a time per tag, so that neither misses the other.
CREATE FUNCTION public.tag_has_one_owner() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  name text := CASE TG_TABLE_NAME WHEN 'badge' THEN to_jsonb(NEW) ->> 'badge' ELSE to_jsonb(NEW) ->> 'tag' END;
  taken boolean;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended(NEW.tenant_id || ' ' || name, 5270312));
  IF TG_TABLE_NAME = 'badge' THEN
    SELECT EXISTS (SELECT 1 FROM public.vehicle_tag t WHERE t.tenant_id = NEW.tenant_id AND t.tag = name
      AND t.since < coalesce(NEW.until, 'infinity') AND coalesce(t.until, 'infinity') > NEW.since) INTO taken;
  ELSE
    SELECT EXISTS (SELECT 1 FROM public.badge b WHERE b.tenant_id = NEW.tenant_id AND b.badge = name
      AND b.since < coalesce(NEW.until, 'infinity') AND coalesce(b.until, 'infinity') > NEW.since) INTO taken;
  END IF;
  IF taken THEN
    RAISE EXCEPTION 'the tag % is on a vehicle and on a person at the same time', name USING ERRCODE = '23P01';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER vehicle_tag_has_one_owner BEFORE INSERT OR UPDATE OF tag, since, until ON public.vehicle_tag
  FOR EACH ROW EXECUTE FUNCTION public.tag_has_one_owner();
CREATE TRIGGER badge_has_one_owner BEFORE INSERT OR UPDATE OF badge, since, until ON public.badge
  FOR EACH ROW EXECUTE FUNCTION public.tag_has_one_owner();
