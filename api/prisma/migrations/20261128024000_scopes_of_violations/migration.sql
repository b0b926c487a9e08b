-- Where a violation happened and whose it is, so that people see those of their site, department or their own.
ALTER TABLE violation
  ADD COLUMN "area_id" VARCHAR(64),
  ADD COLUMN "person_id" VARCHAR(26);
ALTER TABLE incident ADD COLUMN "areas" TEXT[] DEFAULT ARRAY[]::TEXT[];

-- The area that the zone names; else that of the camera; else the first of its zones, where those are all of
-- one department. As areaOfFinding says of new ones. Row-level security holds the owner of a table, too.
ALTER TABLE violation NO FORCE ROW LEVEL SECURITY;
ALTER TABLE incident NO FORCE ROW LEVEL SECURITY;
ALTER TABLE incident_finding NO FORCE ROW LEVEL SECURITY;
ALTER TABLE camera NO FORCE ROW LEVEL SECURITY;
ALTER TABLE area NO FORCE ROW LEVEL SECURITY;

WITH zone AS (
  SELECT c.tenant_id, c.id AS camera, z ->> 'id' AS id, z ->> 'area' AS area, n
  FROM camera c, jsonb_array_elements(c.config -> 'zones') WITH ORDINALITY AS of (z, n)
), own AS (
  SELECT c.tenant_id, c.id AS camera, coalesce(c.config ->> 'area', (
    SELECT (array_agg(zone.area ORDER BY zone.n))[1] FROM zone
    LEFT JOIN area a ON a.tenant_id = zone.tenant_id AND a.id = zone.area
    WHERE zone.tenant_id = c.tenant_id AND zone.camera = c.id AND zone.area IS NOT NULL
    HAVING count(DISTINCT coalesce(a.department_id, '')) = 1)) AS area
  FROM camera c
)
UPDATE violation v SET area_id = coalesce((
    SELECT zone.area FROM zone
    WHERE zone.tenant_id = v.tenant_id AND zone.camera = v.camera AND zone.id = v.zone), own.area)
FROM own WHERE own.tenant_id = v.tenant_id AND own.camera = v.camera;

UPDATE incident i SET areas = found.areas FROM (
  SELECT f.tenant_id, f.incident_id, array_agg(DISTINCT coalesce(v.area_id, '')::text) AS areas
  FROM incident_finding f JOIN violation v ON v.tenant_id = f.tenant_id AND v.id = f.finding_id
  GROUP BY f.tenant_id, f.incident_id
) found WHERE found.tenant_id = i.tenant_id AND found.incident_id = i.id;

ALTER TABLE violation FORCE ROW LEVEL SECURITY;
ALTER TABLE incident FORCE ROW LEVEL SECURITY;
ALTER TABLE incident_finding FORCE ROW LEVEL SECURITY;
ALTER TABLE camera FORCE ROW LEVEL SECURITY;
ALTER TABLE area FORCE ROW LEVEL SECURITY;

CREATE INDEX violation_of_person ON violation (tenant_id, person_id, started_at) WHERE person_id IS NOT NULL;
CREATE INDEX violation_by_area ON violation (tenant_id, area_id, started_at DESC, id DESC);
-- Acts that went over several places. Others are found by their findings: row-level security lets no index
-- over arrays be used.
CREATE INDEX incident_of_several_areas ON incident (tenant_id, id) WHERE cardinality(areas) > 1;
