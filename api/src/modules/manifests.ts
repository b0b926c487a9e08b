import { manifest as access } from '../platform/access/manifest.ts';
import { manifest as backup } from '../platform/backup/manifest.ts';
import { manifest as busRefusals } from '../platform/bus-refusals/manifest.ts';
import { manifest as calendar } from '../platform/calendar/manifest.ts';
import { manifest as commands } from '../platform/commands/manifest.ts';
import { manifest as consumers } from '../platform/consumers/manifest.ts';
import { manifest as db } from '../platform/db/manifest.ts';
import { manifest as disks } from '../platform/disks/manifest.ts';
import { manifest as documents } from '../platform/documents/manifest.ts';
import { manifest as features } from '../platform/features/manifest.ts';
import { manifest as files } from '../platform/files/manifest.ts';
import { manifest as http } from '../platform/http/manifest.ts';
import { manifest as imports } from '../platform/imports/manifest.ts';
import type { ModuleManifest } from '../platform/manifest.ts';
import { manifest as notices } from '../platform/notices/manifest.ts';
import { manifest as obligations } from '../platform/obligations/manifest.ts';
import { manifest as outbox } from '../platform/outbox/manifest.ts';
import { manifest as rules } from '../platform/rules/manifest.ts';
import { manifest as userSettings } from '../platform/user-settings/manifest.ts';
import { manifest as workflow } from '../platform/workflow/manifest.ts';
import { manifest as accessReviews } from './access-reviews/manifest.ts';
import { manifest as alarms } from './alarms/manifest.ts';
import { manifest as areaRights } from './area-rights/manifest.ts';
import { manifest as arming } from './arming/manifest.ts';
import { manifest as assignments } from './assignments/manifest.ts';
import { manifest as attendance } from './attendance/manifest.ts';
import { manifest as audit } from './audit/manifest.ts';
import { manifest as auth } from './auth/manifest.ts';
import { manifest as badgeCorrections } from './badge-corrections/manifest.ts';
import { manifest as cameras } from './cameras/manifest.ts';
import { manifest as clipOrders } from './clip-orders/manifest.ts';
import { manifest as consent } from './consent/manifest.ts';
import { manifest as deviceFiles } from './device-files/manifest.ts';
import { manifest as deviceHealth } from './device-health/manifest.ts';
import { manifest as devices } from './devices/manifest.ts';
import { manifest as emergencyAbility } from './emergency-ability/manifest.ts';
import { manifest as evidenceHolds } from './evidence-holds/manifest.ts';
import { manifest as evidencePacks } from './evidence-packs/manifest.ts';
import { manifest as fences } from './fences/manifest.ts';
import { manifest as gates } from './gates/manifest.ts';
import { manifest as hazards } from './hazards/manifest.ts';
import { manifest as incidentActions } from './incident-actions/manifest.ts';
import { manifest as incidentChain } from './incident-chain/manifest.ts';
import { manifest as incidentNotes } from './incident-notes/manifest.ts';
import { manifest as incidentShares } from './incident-shares/manifest.ts';
import { manifest as incidents } from './incidents/manifest.ts';
import { manifest as ingest } from './ingest/manifest.ts';
import { manifest as keys } from './keys/manifest.ts';
import { manifest as live } from './live/manifest.ts';
import { manifest as locations } from './locations/manifest.ts';
import { manifest as machines } from './machines/manifest.ts';
import { manifest as match } from './match/manifest.ts';
import { manifest as models } from './models/manifest.ts';
import { manifest as operators } from './operators/manifest.ts';
import { manifest as ownObligations } from './own-obligations/manifest.ts';
import { manifest as people } from './people/manifest.ts';
import { manifest as permits } from './permits/manifest.ts';
import { manifest as personMerges } from './person-merges/manifest.ts';
import { manifest as personTimeline } from './person-timeline/manifest.ts';
import { manifest as personnel } from './personnel/manifest.ts';
import { manifest as positions } from './positions/manifest.ts';
import { manifest as posts } from './posts/manifest.ts';
import { manifest as practicalTests } from './practical-tests/manifest.ts';
import { manifest as presence } from './presence/manifest.ts';
import { manifest as privacy } from './privacy/manifest.ts';
import { manifest as qualifications } from './qualifications/manifest.ts';
import { manifest as readers } from './readers/manifest.ts';
import { manifest as reference } from './reference/manifest.ts';
import { manifest as registry } from './registry/manifest.ts';
import { manifest as renditions } from './renditions/manifest.ts';
import { manifest as replays } from './replays/manifest.ts';
import { manifest as roles } from './roles/manifest.ts';
import { manifest as safetyFile } from './safety-file/manifest.ts';
import { manifest as sceneClips } from './scene-clips/manifest.ts';
import { manifest as screens } from './screens/manifest.ts';
import { manifest as secondReviews } from './second-reviews/manifest.ts';
import { manifest as shiftLog } from './shift-log/manifest.ts';
import { manifest as siteDevices } from './site-devices/manifest.ts';
import { manifest as snoozes } from './snoozes/manifest.ts';
import { manifest as suppliers } from './suppliers/manifest.ts';
import { manifest as system } from './system/manifest.ts';
import { manifest as trackNames } from './track-names/manifest.ts';
import { manifest as training } from './training/manifest.ts';
import { manifest as users } from './users/manifest.ts';
import { manifest as vehicles } from './vehicles/manifest.ts';
import { manifest as violations } from './violations/manifest.ts';
import { manifest as visitors } from './visitors/manifest.ts';
import { manifest as webhooks } from './webhooks/manifest.ts';

/**
 * Every module of the program, in the order in which they are opened: what the platform consists of
 * first. A new module has its line here, and nowhere else.
 */
const declared = [
  db,
  disks,
  documents,
  http,
  access,
  audit,
  outbox,
  consumers,
  notices,
  userSettings,
  busRefusals,
  commands,
  features,
  files,
  imports,
  workflow,
  calendar,
  rules,
  obligations,
  backup,
  keys,
  registry,
  people,
  personnel,
  posts,
  qualifications,
  emergencyAbility,
  practicalTests,
  training,
  consent,
  privacy,
  auth,
  users,
  roles,
  accessReviews,
  devices,
  cameras,
  snoozes,
  screens,
  violations,
  incidents,
  incidentNotes,
  incidentShares,
  secondReviews,
  shiftLog,
  safetyFile,
  badgeCorrections,
  personMerges,
  renditions,
  clipOrders,
  sceneClips,
  ingest,
  evidencePacks,
  evidenceHolds,
  live,
  replays,
  positions,
  readers,
  locations,
  presence,
  trackNames,
  machines,
  permits,
  match,
  arming,
  siteDevices,
  incidentActions,
  deviceHealth,
  alarms,
  gates,
  operators,
  ownObligations,
  assignments,
  fences,
  areaRights,
  personTimeline,
  incidentChain,
  vehicles,
  attendance,
  visitors,
  system,
  reference,
  models,
  hazards,
  suppliers,
  deviceFiles,
  webhooks,
] as const;

/** As declared: the unions of permissions, problems and words are derived from it. */
export type DeclaredManifest = (typeof declared)[number];

export const manifests: readonly ModuleManifest[] = declared;
