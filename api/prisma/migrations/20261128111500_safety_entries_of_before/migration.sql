-- When the person first opened an entry that no account was told of: the time to object runs from then on.
CREATE TABLE "safety_entry_opening" (
    "tenant_id" VARCHAR(64) NOT NULL,
    "entry_id" VARCHAR(26) NOT NULL,
    "by_user" VARCHAR(26) NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "safety_entry_opening_pkey" PRIMARY KEY ("tenant_id","entry_id")
);
ALTER TABLE "safety_entry_opening" ADD CONSTRAINT "safety_entry_opening_tenant_id_entry_id_fkey" FOREIGN KEY ("tenant_id", "entry_id") REFERENCES "safety_entry"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

SELECT guard_tenant_table('safety_entry_opening');
SELECT make_append_only('safety_entry_opening');

-- What was confirmed of people before there were files is in their files, too, so that it counts as it did, and so that
-- they can object to it. No account was told of these. The policies bind the owner of the tables too, so it goes tenant by
-- tenant.
DO $$
DECLARE
  one text;
BEGIN
  FOR one IN SELECT id FROM tenant ORDER BY id LOOP
    PERFORM set_config('app.tenant', one, true);
    INSERT INTO safety_entry (tenant_id, id, person_id, violation_id, verdict_version, rule, item, kind_name, rule_id,
        severity, model_name, model_version, model_log_id, started_at, site, area_id, area_name, camera, camera_name,
        zone_name, floor_plan, floor, confidence, basis, basis_reason, posterior, explanation, reviewer_id, reviewer_name,
        review_note, reviewed_at, object_until, told, correction_id, written_at)
      SELECT one, new_row_id(), v.person_id, v.id, v.version, v.rule, v.item,
        CASE WHEN v.item IS NULL
          THEN jsonb_build_object('zh', coalesce(r.zh, v.rule), 'en', coalesce(r.en, v.rule))
          ELSE jsonb_build_object('zh', '未穿戴' || coalesce(d.name->>'zh', w.zh, v.item),
            'en', 'No ' || CASE WHEN coalesce(d.name->>'en', w.en, v.item) ~ '^[A-Z][^A-Z]'
              THEN lower(left(coalesce(d.name->>'en', w.en, v.item), 1)) || substr(coalesce(d.name->>'en', w.en, v.item), 2)
              ELSE coalesce(d.name->>'en', w.en, v.item) END) END,
        v.rule_id, v.severity, v.model_name, v.model_version, v.model_log_id, v.started_at, v.site, v.area_id, a.name,
        v.camera, v.camera_name, coalesce(nullif(v.zone_name, 'null'), nullif(v.line_name, 'null')), NULL,
        nullif(v.floor, 'null'), v.confidence,
        CASE WHEN v.person_basis = 'reviewer' AND v.person_reason IS NOT NULL THEN 'reviewer' ELSE 'badge' END,
        CASE WHEN v.person_basis = 'reviewer' THEN v.person_reason END,
        (own.candidate->>'posterior')::float8,
        CASE WHEN own.candidate->'explanation' IS NULL THEN '[]' ELSE jsonb_build_array(own.candidate->'explanation') END,
        v.reviewed_by, v.reviewed_by_name, v.review_note, coalesce(v.reviewed_at, v.recorded_at),
        now() + coalesce((SELECT s.objection_days FROM safety_file_setting s WHERE s.tenant_id = one), 15) * interval '1 day', false, NULL, now()
      FROM violation v
      LEFT JOIN area a ON a.tenant_id = one AND a.id = v.area_id
      LEFT JOIN dictionary_entry d ON d.tenant_id = one AND d.dictionary = 'ppe-item' AND d.id = v.item
      LEFT JOIN (VALUES
      ('missing-ppe', '未穿戴防护用品', 'Missing protective equipment'),
      ('zone-intrusion', '闯入区域', 'Zone intrusion'),
      ('line-crossing', '越线', 'Line crossing'),
      ('person-down', '人员倒地', 'Person down'),
      ('hand-in-danger', '手入危险区', 'Hand in danger'),
      ('running', '奔跑', 'Running'),
      ('climbing', '攀爬', 'Climbing'),
      ('phone-use', '使用手机', 'Phone in use'),
      ('loitering', '长时间逗留', 'Loitering'),
      ('over-occupancy', '区域超员', 'Too many people in a zone'),
      ('lone-work', '单人作业', 'Lone work'),
      ('unattended-machine', '设备无人值守', 'Unattended machine')
      ) AS r (id, zh, en) ON r.id = v.rule
      LEFT JOIN (VALUES
      ('helmet', '安全帽', 'Hard hat'),
      ('vest', '反光背心', 'High-visibility vest'),
      ('goggles', '护目镜', 'Goggles'),
      ('face-shield', '防护面屏', 'Face shield'),
      ('ear-protection', '护听器', 'Ear protection'),
      ('gloves', '防护手套', 'Gloves'),
      ('cut-gloves', '防割手套', 'Cut-resistant gloves'),
      ('safety-shoes', '安全鞋', 'Safety shoes'),
      ('welding-mask', '焊接面罩', 'Welding mask'),
      ('respirator', '防毒面具', 'Respirator'),
      ('breathing-apparatus', '正压式空气呼吸器', 'Breathing apparatus'),
      ('chemical-suit', '防化服', 'Chemical suit'),
      ('antistatic-clothing', '防静电工作服', 'Antistatic clothing'),
      ('wrist-strap', '防静电手环', 'Wrist strap'),
      ('harness', '安全带', 'Harness')
      ) AS w (id, zh, en) ON w.id = v.item
      LEFT JOIN LATERAL (
        SELECT c.value AS candidate FROM jsonb_array_elements(
          CASE WHEN jsonb_typeof(v.identity->'candidates') = 'array' THEN v.identity->'candidates' ELSE '[]' END) AS c
        WHERE c.value->>'handle' IN (
          SELECT k.handle FROM violation_candidate k WHERE k.tenant_id = one AND k.violation_id = v.id AND k.person_id = v.person_id)
        LIMIT 1) AS own ON true
      WHERE v.tenant_id = one AND v.status = 'confirmed' AND v.person_id IS NOT NULL AND v.reviewed_by IS NOT NULL
        -- A verdict of since then wrote an entry; what an objection or a correction took away stays away.
        AND NOT EXISTS (SELECT 1 FROM safety_entry e WHERE e.tenant_id = one AND e.violation_id = v.id);
  END LOOP;
END
$$;
