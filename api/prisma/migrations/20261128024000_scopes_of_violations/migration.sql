-- Where a violation happened and whose it is, so that people see those of their site, department or their own.
ALTER TABLE violation
  ADD COLUMN "area_id" VARCHAR(64),
  ADD COLUMN "person_id" VARCHAR(26);
ALTER TABLE incident ADD COLUMN "areas" TEXT[] DEFAULT ARRAY[]::TEXT[];

-- The area that the zone names; else that of the camera; else the first of its zones, where those are all of
-- one department. As areaOfFinding says of new ones, and as the camera said when the violation was recorded:
-- by the last version of its configuration then, for what is older than all of them by the first. Row-level security holds the owner of a table, too.
ALTER TABLE violation NO FORCE ROW LEVEL SECURITY;
ALTER TABLE incident NO FORCE ROW LEVEL SECURITY;
ALTER TABLE incident_finding NO FORCE ROW LEVEL SECURITY;
ALTER TABLE camera NO FORCE ROW LEVEL SECURITY;
ALTER TABLE camera_config_version NO FORCE ROW LEVEL SECURITY;
ALTER TABLE area NO FORCE ROW LEVEL SECURITY;

WITH said AS (
  SELECT tenant_id, camera_id AS camera, version, config,
    CASE WHEN row_number() OVER of_camera = 1 THEN '-infinity' ELSE "at" END AS since,
    coalesce(lead("at") OVER of_camera, 'infinity') AS until
  FROM camera_config_version WINDOW of_camera AS (PARTITION BY tenant_id, camera_id ORDER BY "at", version)
  UNION ALL
  SELECT c.tenant_id, c.id, 0, c.config, '-infinity', 'infinity' FROM camera c WHERE NOT EXISTS (
    SELECT 1 FROM camera_config_version h WHERE h.tenant_id = c.tenant_id AND h.camera_id = c.id)
), zone AS (
  SELECT s.tenant_id, s.camera, s.version, z ->> 'id' AS id, z ->> 'area' AS area, n
  FROM said s, jsonb_array_elements(s.config -> 'zones') WITH ORDINALITY AS of (z, n)
), own AS (
  SELECT s.tenant_id, s.camera, s.version, s.since, s.until, coalesce(s.config ->> 'area', (
    SELECT (array_agg(zone.area ORDER BY zone.n))[1] FROM zone
    LEFT JOIN area a ON a.tenant_id = zone.tenant_id AND a.id = zone.area
    WHERE zone.tenant_id = s.tenant_id AND zone.camera = s.camera AND zone.version = s.version
      AND zone.area IS NOT NULL
    HAVING count(DISTINCT coalesce(a.department_id, '')) = 1)) AS area
  FROM said s
)
UPDATE violation v SET area_id = coalesce((
    SELECT zone.area FROM zone
    WHERE zone.tenant_id = v.tenant_id AND zone.camera = v.camera AND zone.version = own.version
      AND zone.id = v.zone), own.area)
FROM own WHERE own.tenant_id = v.tenant_id AND own.camera = v.camera
  AND v.recorded_at >= own.since AND v.recorded_at < own.until;

UPDATE incident i SET areas = found.areas FROM (
  SELECT f.tenant_id, f.incident_id, array_agg(DISTINCT coalesce(v.area_id, '')::text) AS areas
  FROM incident_finding f JOIN violation v ON v.tenant_id = f.tenant_id AND v.id = f.finding_id
  GROUP BY f.tenant_id, f.incident_id
) found WHERE found.tenant_id = i.tenant_id AND found.incident_id = i.id;

ALTER TABLE violation FORCE ROW LEVEL SECURITY;
ALTER TABLE incident FORCE ROW LEVEL SECURITY;
ALTER TABLE incident_finding FORCE ROW LEVEL SECURITY;
ALTER TABLE camera FORCE ROW LEVEL SECURITY;
ALTER TABLE camera_config_version FORCE ROW LEVEL SECURITY;
ALTER TABLE area FORCE ROW LEVEL SECURITY;

CREATE INDEX violation_of_person ON violation (tenant_id, person_id, started_at) WHERE person_id IS NOT NULL;
CREATE INDEX violation_by_area ON violation (tenant_id, area_id, started_at DESC, id DESC);
-- Acts that went over several places. Others are found by their findings: row-level security lets no index
-- over arrays be used.
CREATE INDEX incident_of_several_areas ON incident (tenant_id, id) WHERE cardinality(areas) > 1;
-- Those that no account may review: they are told once one may.
CREATE INDEX incident_told_to_nobody ON incident (tenant_id, id) WHERE told = 'nobody';
