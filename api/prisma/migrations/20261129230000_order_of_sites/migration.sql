-- Sites keep the order of cameras.yaml: of two with a plan of one id, the first has it.
ALTER TABLE "site" ADD COLUMN "position" INTEGER;

-- A calibration is put back on the floor plan that it was made for.
ALTER TABLE "camera" ADD COLUMN "removed_plan" JSONB;

-- Pictures of a plan are attached to it at its site: another site may have a plan of the same id.
ALTER TABLE stored_file ALTER COLUMN entity_id TYPE VARCHAR(160);
UPDATE stored_file SET entity_id = site.id || '/' || stored_file.entity_id
FROM site
WHERE stored_file.entity = 'floor-plan' AND position('/' IN stored_file.entity_id) = 0
  AND site.tenant_id = stored_file.tenant_id
  AND EXISTS (
    SELECT FROM jsonb_array_elements(site.floor_plans) AS plan
    WHERE plan ->> 'id' = stored_file.entity_id AND plan #>> '{picture,file}' = stored_file.id);
