-- The outline that a fence watches, in short: another one ends its events, another name of the area does not.
ALTER TABLE "area_fence" ADD COLUMN "outline" VARCHAR(32);
UPDATE area_fence f SET outline = CASE WHEN a.active THEN md5(a.floor_plan || a.polygon::text) END
FROM area a WHERE a.tenant_id = f.tenant_id AND a.id = f.area_id;
