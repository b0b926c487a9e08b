/**
 * Operations whose address no client in this repository calls, by id, with their external caller.
 * An operation without any caller gets a page instead.
 */
export const outsideCallers: Readonly<Record<string, string>> = {
  // The dashboard calls these by an address that an answer of the API gives it.
  getFloorPlanImage: 'dashboard, by `imageUrl` of a floor plan',
  getViolationClip: 'dashboard, by `clip.url` of a violation',
  getViolationBoxes: 'dashboard, by `clip.boxesUrl` of a violation',
  getSafetyEntrySnapshot: 'dashboard, by `snapshot.url` of an entry of a safety file',
  getSafetyEntryClip: 'dashboard, by `clip.url` of an entry of a safety file',
  getSceneClipVideo: 'dashboard, by `url` of a clip of the scene',
  getOriginalSnapshot: 'dashboard, by `snapshotUrl` of a reveal',
  getOriginalClip: 'dashboard, by `clipUrl` of a reveal',
  // The worker adds them to one address (vision/src/blur/order-client.ts).
  claimBlurOrder: 'camera workers',
  getBlurOrderOriginal: 'camera workers',
  getBlurOrderBoxes: 'camera workers',
  failBlurOrder: 'camera workers',
  ingestOmlox: 'omlox hubs and locating systems',
  ingestOmloxOf: 'omlox hubs and locating systems',
  getFile: 'dashboard and other systems, by `url` of an attachment',
  readFilePreview: 'dashboard, by `previewUrl` of an attachment',
  readFileOriginal: 'dashboard, by `originalUrl` of an attachment',
  checkLiveView: 'dashboard, by the Location that WHEP answers with',
  endLiveView: 'dashboard, by the Location that WHEP answers with',
  // By parts of an address that a workflow module hands to its shared parts.
  getModelReviewHistory: 'dashboard, lib/workflow, by the address of the record',
  listModelReviewAssignable: 'dashboard, lib/workflow, by the address of the record',
  actOnModelReview: 'dashboard, lib/workflow, by the address of the record',
  // The protocol of resumable uploads: tus-js-client resumes, deletes and queries by the Location.
  goOnUpload: 'tus-js-client in the dashboard',
  cancelUpload: 'tus-js-client in the dashboard',
  uploadedFile: 'dashboard, by the Location of an upload',
  // Other systems.
  getOwnSetting: 'apps of others that need one setting; the dashboard reads all of them at once',
  ingestTraccarByAddress: 'Traccar Client, which sends no header (docs/manual: devices)',
  ingestTraccarQueryByAddress: 'Traccar Client by its older protocol',
  readObligationFeed: 'calendar programs, by the address that an account makes',
  getEquipment: 'ERP and maintenance systems, one machine by its id; the dashboard lists them',
  getRole: 'identity systems, one role by its id; the dashboard lists them',
  listConsentPurposes:
    'personnel systems that ask people for consent; the dashboard reads the overview',
  getModelLabelExport: 'training scripts that wait for an export; the dashboard lists them',
};
