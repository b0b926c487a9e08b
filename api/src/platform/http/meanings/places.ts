import type { Meanings } from './words.ts';

/** What a field means in one schema: `Schema.path.of.field`. */
export const byPlace: Meanings = {
  'SceneClipList.items.clip.durationSeconds': ['录像时长，秒。', 'Length of the clip, seconds.'],
  'Account.lockedReason': ['锁定原因；未锁定为 null。', 'Why it is locked; null where it is open.'],
  'Account.secondFactor': ['是否设置了两步验证。', 'Whether a second factor is set up.'],
  'Account.mustChangePassword': [
    '是否必须先设置密码。',
    'Whether a password must be chosen before all else.',
  ],
  'Account.lastSignIn': [
    '最近登录时间；从未登录为 null。',
    'When it last signed in; null for never.',
  ],
  'AccountRequest.how': [
    '如何决定：由第二人，或由本人的验证码。',
    'How it was decided: by a second person, or by a code of the owner.',
  ],
  'AccountRequest.removeSecondFactor': [
    '是否同时移除两步验证。',
    'Whether the second factor goes too.',
  ],
  'AuditLine.address': ['来源的网络地址。', 'Network address that it came from.'],
  'AuditLine.requestId': ['请求编号，与日志一致。', 'Id of the request, as in the log.'],
  'Area.kind': [
    '在此进行的活动，取自区域类别字典。',
    'What happens there, from the dictionary of area kinds.',
  ],
  'Camera.floorPlan': [
    '所在平面图的编号；没有为 null。',
    'Id of the floor plan that it is on; null where it is on none.',
  ],
  'Camera.health': [
    '当前状况；无分析进程监看为 null。',
    'How it is now; null where no worker watches it.',
  ],
  'Camera.lines': ['画面中供规则引用的线。', 'Lines in the picture that rules name.'],
  'Camera.rules': ['这台摄像机的违章规则。', 'What counts as a violation at this camera.'],
  'Camera.zones': ['画面中供规则引用的区域。', 'Areas in the picture that rules name.'],
  'Camera.zones.kind': [
    '区域的用途，决定颜色与图标。',
    'What the zone is for; it chooses colour and icon.',
  ],
  'Camera.zones.plane': [
    '位于地面平面还是图像平面。',
    'Whether it is on the floor plane or in the image plane.',
  ],
  'Camera.rules.items': ['必须佩戴的防护用品。', 'Protective equipment that must be worn.'],
  'Camera.rules.direction': ['按哪个方向越线才算。', 'In which direction a crossing counts.'],
  'Camera.rules.speed': [
    '达到多少米每秒算奔跑。',
    'Metres a second from which on it counts as running.',
  ],
  'Camera.rules.maxPeople': [
    '区域内最多允许的人数；更多即算违章。',
    'How many people may be in the zone; more of them are a violation.',
  ],
  'Camera.rules.companyIn': [
    '第二人在哪里才不算单人：整个画面，或仅区域内。',
    'Where a second person is company: in the picture, or in the zone only.',
  ],
  'Camera.rules.whileMachine': [
    '仅当该机器处于这些状态之一时才算。',
    'Counts only while this machine is in one of these states.',
  ],
  'Department.kind': ['类别：工厂、车间、班组等。', 'Its kind: plant, workshop, team …'],
  'Department.parentId': [
    '上级部门编号；最上级为 null。',
    'Id of the department above; null at the top.',
  ],
  'Equipment.parameters': [
    '机器的参数，限读者可知的部分。',
    'Settings of the machine, as far as the reader may know them.',
  ],
  'Equipment.parameters.hidden': [
    '读者不可见该值时为 true。',
    'True where the reader may not see the value.',
  ],
  'Feature.kind': [
    '`base` 适用于所有企业；`industry` 由预设列出。',
    '`base` for all, `industry` where a preset names it.',
  ],
  'Feature.menu.path': ['其页面的地址。', 'Address of its page.'],
  'Hazard.area': [
    '所在区域；未填写为 null。',
    'The area that it is in; null where none was named.',
  ],
  'HazardWeakLinks.formula': ['排名的计算方法，供人阅读。', 'How the rank is counted, for people.'],
  'HazardWeakLinks.places': ['隐患最多的地点，按排名。', 'Places with the most hazards, by rank.'],
  'HazardWeakLinks.departments': [
    '隐患最多的部门，按排名。',
    'Departments with the most hazards, by rank.',
  ],
  'HazardWeakLinks.places.rank': [
    '加权总和，按此排列。',
    'Weighted sum, by which they are ordered.',
  ],
  'HazardWeakLinks.departments.rank': [
    '加权总和，按此排列。',
    'Weighted sum, by which they are ordered.',
  ],
  'HazardWeakLinks.places.major': ['其中重大隐患的数量。', 'How many of them are major.'],
  'HazardWeakLinks.departments.major': ['其中重大隐患的数量。', 'How many of them are major.'],
  'HazardWeakLinks.places.meanHours': [
    '平均多少小时后销号。',
    'Mean hours until they were closed.',
  ],
  'HazardWeakLinks.departments.meanHours': [
    '平均多少小时后销号。',
    'Mean hours until they were closed.',
  ],
  'HazardPenalty.hazardId': ['隐患标识。', 'Id of the hazard.'],
  'HazardPenalty.hazardNo': ['供人阅读的隐患编号。', 'Number of the hazard, as people read it.'],
  'HazardPenalty.appeal': [
    '当事人的申诉；没有为 null。',
    'What the person objected; null for nothing.',
  ],
  'ModelVersion.firstLoadedAt': [
    '首次被分析进程载入的时间。',
    'When a worker first had it in memory.',
  ],
  'ModelVersion.running': [
    '当前载入它的分析进程及其摄像机。',
    'Which workers have it in memory now, and for which cameras.',
  ],
  'Notice.body': ['通知的正文。', 'The text of the notice.'],
  'NoticePreferences.channels.configured': [
    '该渠道是否已在此设置。',
    'Whether the channel is set up here.',
  ],
  'NoticePreferences.threshold': [
    '从哪个严重程度起使用各渠道。',
    'From which severity on a channel rings.',
  ],
  'NoticePreferences.threshold.push': [
    '从哪个严重程度起推送。',
    'From which severity on push rings.',
  ],
  'NoticePreferences.threshold.email': [
    '从哪个严重程度起发送邮件。',
    'From which severity on a mail is sent.',
  ],
  'Problem.type': ['标明问题的地址（RFC 9457）。', 'Address that names the problem (RFC 9457).'],
  'Problem.status': ['应答的 HTTP 状态码。', 'HTTP status of the answer.'],
  'Problem.detail': ['处理办法。', 'What to do.'],
  'Role.holders': ['持有该角色的账号数。', 'How many accounts have it.'],
  'StoredFile.attachedTo': [
    '所附的记录；未附于任何记录为 null。',
    'The record that it is attached to; null while it is attached to none.',
  ],
  'StoredFile.attachedTo.role': [
    '在该记录中的作用：照片、证明等。',
    'Its role for that record: photograph, proof …',
  ],
  'StoredFile.durationSeconds': [
    '播放时长，秒；图片与文档为 null。',
    'How long it plays, seconds; null for pictures and documents.',
  ],
  'StoredFile.perceptualHash': [
    '相似图片的值相近；其他文件为 null。',
    'Similar pictures have similar ones; null for other files.',
  ],
  'StoredFile.previewUrl': [
    '缩略图地址；没有为 null。',
    'Address of a small picture of it; null where there is none.',
  ],
  'StoredFile.scan': ['恶意软件扫描的结果。', 'What the scanner for malicious software said.'],
  'StoredFile.uploadedAt': ['上传时间。', 'When it was uploaded.'],
  'StoredFile.uploadedBy': ['上传人。', 'Who uploaded it.'],
  'AgreementGroup.figures': [
    '一致程度的数值；不显示时为 null。',
    'The figures; null where they are not shown.',
  ],
  'ReviewAgreement.days': ['统计的天数。', 'How many days are counted.'],
  'FindingEvidence.ruleId': ['规则的编号。', 'Id of the configured rule.'],
  'FindingEvidence.lineName': ['越线的名称。', 'Name of the line.'],
  'FindingEvidence.confirmedAt': [
    '证据持续到规则要求时长的时刻。',
    'When the evidence had lasted as long as the rule needs.',
  ],
  'FindingEvidence.confidence': [
    '检测的置信度，0 至 1。',
    'Confidence of the detection, from 0 to 1.',
  ],
  'FindingEvidence.snapshot': ['截图；无则为 null。', 'The picture; null for none.'],
  'FindingEvidence.snapshot.boxes': ['图中的框。', 'The boxes in the picture.'],
  'FindingEvidence.snapshotMissing': ['为何没有截图。', 'Why there is no picture.'],
  'FindingEvidence.clip.boxesUrl': ['录像各帧的框的地址。', 'Address of the boxes of the clip.'],
  'FindingEvidence.clip.durationSeconds': ['录像时长，秒。', 'Length of the clip, s.'],
  'FindingEvidence.clip.partial': ['录像是否不完整。', 'Whether a part of the clip is missing.'],
  'Violation.cameraName': ['当时的摄像机名称。', 'Name of the camera at that time.'],
  'Violation.clip.boxesUrl': [
    '录像中检测结果的地址（JSON）；没有为 null。',
    'Address of what was seen in the clip (JSON); null for none.',
  ],
  'Violation.clip.durationSeconds': ['播放时长，秒。', 'How long it plays, seconds.'],
  'Violation.clip.partial': [
    '所需时段有缺失时为 true。',
    'True where a part of the wanted span is not in it.',
  ],
  'Violation.clipMissing.reason': ['没有录像的原因代码。', 'Why there is no clip, by code.'],
  'Violation.clipMissing.message': [
    '没有录像的原因，供人阅读。',
    'Why there is no clip, for people.',
  ],
  'Violation.confidence': [
    '可见时间内证据成立的比例，0 到 1。',
    'Share of the seen time in which the evidence held, 0 to 1.',
  ],
  'Violation.confirmedAt': [
    '证据持续到足够时的时间，按码流时钟。',
    'When it had held for long enough. Clock of the stream.',
  ],
  'Violation.direction': [
    '越线方向；其他违章为 null。',
    'In which direction the line was crossed; null for others.',
  ],
  'Violation.endedAt': ['结束时间；仍在持续为 null。', 'When it ended; null while it lasts.'],
  'Violation.lineName': ['当时的线名称。', 'Name of the line at that time.'],
  'Violation.model': ['作出判断的模型及其版本。', 'Name and version of the model that judged.'],
  'Violation.recordedAt': ['入库时间。', 'When it was committed to the record.'],
  'Violation.rule': ['人员的行为。', 'What the person did.'],
  'Violation.ruleId': ['摄像机配置中的规则编号。', "Id of the rule in the camera's configuration."],
  'Violation.snapshot': [
    '确认违章那一帧的画面；没有为 null。',
    'The picture of the frame that confirmed it; null where there is none.',
  ],
  'Violation.snapshotMissing': [
    '没有画面的原因；有画面为 null。',
    'Why there is no picture; null where there is one.',
  ],
  'Violation.snapshotMissing.reason': ['没有画面的原因代码。', 'Why there is no picture, by code.'],
  'Violation.snapshotMissing.message': [
    '没有画面的原因，供人阅读。',
    'Why there is no picture, for people.',
  ],
  'Violation.snapshot.boxes': ['模型在画面上标出的框。', 'What the model drew in it.'],
  'Violation.startedAt': [
    '证据开始的时间，按码流时钟。',
    'When the evidence began. Clock of the stream.',
  ],
  'Violation.verdict': [
    '复核人的最新结论；待复核为 null。',
    'The last verdict of a reviewer; null while it waits.',
  ],
  'Violation.zoneName': ['当时的区域名称。', 'Name of the zone at that time.'],
  'Webhook.counts.dead': ['重试次数已用尽的推送。', 'Deliveries whose retries are used up.'],
  'Webhook.counts.pending': ['等待中的推送。', 'Deliveries that wait.'],
  'Webhook.types': [
    '接收的事件类型；末尾的 `*` 匹配其余部分。',
    'Types of events that it gets; `*` at the end matches the rest.',
  ],
  'WebhookDelivery.eventId': ['事件编号。', 'Id of the event.'],
  'WebhookDelivery.nextAt': [
    '下次尝试的时间；已结束为 null。',
    'When it is tried next; null where it is over.',
  ],
  'WebhookDelivery.tries': ['每次尝试。', 'Each try.'],
  'WorkflowStep.bySystem': [
    '由期限或规则而非用户执行时为 true。',
    'True where a deadline or a rule did it, not a user.',
  ],
  'WebhookDelivery.tries.status': [
    '应答的 HTTP 状态码；无应答为 null。',
    'HTTP status of the response; null without one.',
  ],
};
