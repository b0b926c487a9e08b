import type { paths } from './schema.d.ts';

/** openapi-fetch's form: a tuple of the schema becomes an array. */
export type Received<T> = T extends readonly (infer Item)[]
  ? Received<Item>[]
  : T extends object
    ? { [Key in keyof T]: Received<T[Key]> }
    : T;

/** The success response of a route. */
export type Answer<
  Path extends keyof paths,
  Method extends keyof paths[Path],
> = paths[Path][Method] extends {
  responses: { 200: { content: { 'application/json': infer Body } } };
}
  ? Received<Body>
  : never;

export type SignInAnswer = Answer<'/api/v1/auth/login', 'post'>;
export type User = SignInAnswer['user'];
export type ViolationPage = Answer<'/api/v1/violations', 'get'>;
export type Violation = Answer<'/api/v1/violations/{id}', 'get'>;
export type Incident = Answer<'/api/v1/incidents', 'get'>['items'][number];
export type IncidentDetail = Answer<'/api/v1/incidents/{id}', 'get'>;
export type ViolationStatus = Violation['status'];
export type ViolationRule = Violation['rule'];
export type Severity = Violation['severity'];
export type Camera = Answer<'/api/v1/cameras', 'get'>['items'][number];
export type CameraHealth = NonNullable<Camera['health']>;
export type Site = Answer<'/api/v1/sites', 'get'>['items'][number];
export type FloorPlan = Site['floorPlans'][number];
export type BadgeLocation = Answer<'/api/v1/locations', 'get'>['items'][number];
export type MachineState = Answer<'/api/v1/machines', 'get'>['items'][number];
export type System = Answer<'/api/v1/system', 'get'>;
export type WorkerStatus = System['workers'][number];

type VerdictBody = paths['/api/v1/violations/{id}/verdict']['post']['requestBody'];
type Verdicts = NonNullable<VerdictBody>['content']['application/json'];
/** A verdict of the queue, which chooses no candidate: that is done for one finding, with a reason. */
export type VerdictRequest = Verdicts extends infer One
  ? One extends Verdicts
    ? Omit<One, 'candidate'>
    : never
  : never;
export type VerdictRecord = Answer<'/api/v1/violations/{id}/verdicts', 'get'>['items'][number];
export type DismissReason = NonNullable<NonNullable<Violation['verdict']>['reason']>;

export const rules = [
  'missing-ppe',
  'zone-intrusion',
  'line-crossing',
  'person-down',
  'hand-in-danger',
  'running',
  'climbing',
  'phone-use',
  'loitering',
  'over-occupancy',
  'lone-work',
  'unattended-machine',
  'unqualified-operator',
] as const satisfies readonly Violation['rule'][];
export const statuses = ['pending', 'confirmed', 'dismissed'] as const;
/** In the order of the keys 1 to 6; the last is for PPE only. */
export const dismissReasons = [
  'false-detection',
  'allowed-work',
  'duplicate',
  'other',
  'not-a-person',
  'item-worn',
] as const satisfies readonly DismissReason[];

/** The dismissal reasons that apply to a rule. */
export const reasonsFor = (rule: string): readonly DismissReason[] =>
  rule.startsWith('missing-') ? dismissReasons : dismissReasons.slice(0, -1);
