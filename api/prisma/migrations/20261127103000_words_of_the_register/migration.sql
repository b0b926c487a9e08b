-- What a class of data consists of gets words in both languages. What an installation started with is
-- translated; words of the company stand in both languages until it writes them.
CREATE FUNCTION both_languages(policy text, given text[]) RETURNS jsonb
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT coalesce(
    (SELECT jsonb_build_object('zh', to_jsonb(known.zh), 'en', to_jsonb(known.en))
     FROM (VALUES
    ('audit-log', ARRAY['user', 'action', 'object', 'before', 'after'], ARRAY['账号', '操作', '对象', '修改前', '修改后'], ARRAY['user', 'action', 'object', 'before', 'after']),
    ('sessions', ARRAY['user', 'address', 'device', 'time'], ARRAY['账号', '网络地址', '设备', '时间'], ARRAY['user', 'address', 'device', 'time']),
    ('consents', ARRAY['person', 'purpose', 'version', 'decision', 'time'], ARRAY['人员', '目的', '版本', '决定', '时间'], ARRAY['person', 'purpose', 'version', 'decision', 'time']),
    ('device-credentials', ARRAY['kind', 'name', 'hash of the secret', 'last use', 'address'], ARRAY['类型', '名称', '密钥的摘要', '最近使用', '网络地址'], ARRAY['kind', 'name', 'hash of the secret', 'last use', 'address']),
    ('hazard-records', ARRAY['reporter', 'place', 'text', 'photos', 'rectification'], ARRAY['上报人', '地点', '文字', '照片', '整改'], ARRAY['reporter', 'place', 'text', 'photos', 'rectification']),
    ('violation-evidence', ARRAY['snapshot', 'clip', 'boxes'], ARRAY['抓拍', '录像', '检测框'], ARRAY['snapshot', 'clip', 'boxes']),
    ('violation-events', ARRAY['source', 'event id', 'time'], ARRAY['来源', '事件编号', '时间'], ARRAY['source', 'event id', 'time']),
    ('location-history', ARRAY['badge', 'time', 'position', 'accuracy'], ARRAY['工牌', '时间', '位置', '精度'], ARRAY['badge', 'time', 'position', 'accuracy']),
    ('training-pictures', ARRAY['crop with the face blurred', 'boxes', 'verdict'], ARRAY['面部模糊的截图', '检测框', '结论'], ARRAY['crop with the face blurred', 'boxes', 'verdict']),
    ('person-file', ARRAY['name', 'employee number', 'department', 'post', 'dates'], ARRAY['姓名', '工号', '部门', '岗位', '入离职日期'], ARRAY['name', 'employee number', 'department', 'post', 'dates']),
    ('person-sensitive', ARRAY['nationalId', 'phone'], ARRAY['身份证号', '手机号'], ARRAY['identity number', 'phone']),
    ('equipment-parameters', ARRAY['secret', 'trade-secret'], ARRAY['秘密参数', '商业秘密参数'], ARRAY['secret parameters', 'parameters that are trade secrets']),
    ('supplier-records', ARRAY['company', 'contact', 'qualification', 'test result', 'transfer of waste'], ARRAY['单位', '联系人', '资质', '检测结果', '危废转移'], ARRAY['company', 'contact', 'qualification', 'test result', 'transfer of waste']),
    ('account-requests', ARRAY['account', 'action', 'who asked', 'who approved', 'time'], ARRAY['账号', '操作', '申请人', '确认人', '时间'], ARRAY['account', 'action', 'who asked', 'who approved', 'time']),
    ('violation-records', ARRAY['rule', 'camera', 'time', 'verdict', 'reviewer'], ARRAY['规则', '摄像机', '时间', '结论', '复核人'], ARRAY['rule', 'camera', 'time', 'verdict', 'reviewer']),
    ('webhook-deliveries', ARRAY['address', 'event', 'tries', 'answer'], ARRAY['地址', '事件', '尝试次数', '对方回应'], ARRAY['address', 'event', 'tries', 'answer']),
    ('dead-letters', ARRAY['event', 'error', 'tries', 'who handled it', 'reason'], ARRAY['事件', '错误', '尝试次数', '处理人', '理由'], ARRAY['event', 'error', 'tries', 'who handled it', 'reason']),
    ('notices', ARRAY['recipient', 'text', 'channel', 'sent', 'read'], ARRAY['接收人', '正文', '渠道', '发送时间', '阅读时间'], ARRAY['recipient', 'text', 'channel', 'sent', 'read']),
    ('notice-settings', ARRAY['email', 'device', 'language', 'quiet hours', 'choices'], ARRAY['邮箱', '设备', '语言', '免打扰时段', '选择'], ARRAY['email', 'device', 'language', 'quiet hours', 'choices']),
    ('outgoing-events', ARRAY['type', 'subject', 'data', 'time'], ARRAY['类型', '对象', '内容', '时间'], ARRAY['type', 'subject', 'data', 'time'])
     ) AS known (id, before, zh, en)
     WHERE known.id = policy AND known.before = given),
    jsonb_build_object('zh', to_jsonb(given), 'en', to_jsonb(given)));
$$;

ALTER TABLE "data_policy" ALTER COLUMN "fields" TYPE JSONB USING both_languages("id", "fields");
ALTER TABLE "data_policy" ALTER COLUMN "fields" SET NOT NULL;

DROP FUNCTION both_languages(text, text[]);
