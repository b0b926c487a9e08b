import type { Bilingual } from '$lib/format/names.ts';

export type HazardLevel = 'general' | 'major';
export interface Named {
  id: string;
  name: Bilingual;
}
export interface Who {
  id: string;
  displayName: Bilingual;
}
export interface HazardFinding {
  id: string;
  stage: 'report' | 'rectification';
  kind: string;
  severity: 'info' | 'warning' | 'critical';
  text: Bilingual;
  fileId: string | null;
  otherHazardId: string | null;
  at: string;
}
export interface HazardFile {
  id: string;
  kind: FileKind;
  name: string;
  role: 'report' | 'rectification' | 'camera' | 'other';
  takenAt: string | null;
  width: number | null;
  height: number | null;
  url: string;
  previewUrl: string | null;
  findings: HazardFinding[];
}
export type FileKind = 'photo' | 'video' | 'audio' | 'document';
export type FieldType = 'text' | 'number' | 'date' | 'user' | 'department' | 'choice';
export interface TransitionField {
  id: string;
  name: Bilingual;
  type: FieldType;
  required: boolean;
  choices: Named[];
}
export interface HazardTransition {
  id: string;
  name: Bilingual;
  to: string;
  fields: TransitionField[];
  evidence: { min: number; kinds: FileKind[] } | null;
}
export interface Hazard {
  id: string;
  no: string;
  title: string;
  description: string;
  type: string;
  typeName: Bilingual;
  level: HazardLevel | null;
  suggestedLevel: HazardLevel;
  source: 'phone' | 'desk' | 'camera' | 'warning';
  site: string;
  area: Named | null;
  floorPlan: string | null;
  position: number[] | null;
  foundAt: string;
  reportedAt: string;
  late: boolean;
  state: string;
  stateName: Bilingual;
  dueAt: string | null;
  overdue: boolean;
  closedAt: string | null;
  outcome: 'closed' | 'rejected' | null;
  version: number;
  department: Named | null;
  assignees: Who[];
  reporter: Who | null;
  files: HazardFile[];
  links: { entity: string; id: string }[];
  violationId: string | null;
  findings: HazardFinding[];
  cost: number | null;
  details: Record<string, unknown>;
  transitions: HazardTransition[];
  redacted: boolean;
}
export interface HazardPage {
  items: Hazard[];
  next: string | null;
  counts?: HazardCounts | undefined;
}
export interface HazardCounts {
  open: number;
  overdue: number;
  mine: number;
}
export interface HazardStep {
  version: number;
  transition: string | null;
  transitionName: Bilingual | null;
  from: string | null;
  to: string;
  toName: Bilingual;
  by: Who | null;
  at: string;
  fields: Record<string, unknown>;
  files: string[];
  note: string | null;
}
export interface HazardType {
  id: string;
  name: Bilingual;
  defaultLevel: HazardLevel;
  active: boolean;
  sort: number;
}
export interface HazardAction {
  transition: string;
  version: number;
  fields: Record<string, string | number | string[] | null>;
  fileIds: string[];
  note: string | null;
}
/** What a phone hands in; the files are added when they have their ids. */
export interface HazardReport {
  title?: string;
  description: string;
  type: string;
  suggestedLevel: HazardLevel;
  site: string;
  areaId?: string;
  floorPlan?: string;
  position?: number[];
  foundAt: string;
  source: 'phone' | 'desk';
}
