import Brush from '@lucide/svelte/icons/brush-cleaning';
import CircleHelp from '@lucide/svelte/icons/circle-question-mark';
import Cog from '@lucide/svelte/icons/cog';
import Construction from '@lucide/svelte/icons/construction';
import Flame from '@lucide/svelte/icons/flame';
import FlaskConical from '@lucide/svelte/icons/flask-conical';
import Footprints from '@lucide/svelte/icons/footprints';
import Forklift from '@lucide/svelte/icons/forklift';
import Gauge from '@lucide/svelte/icons/gauge';
import HardHat from '@lucide/svelte/icons/hard-hat';
import HeartPulse from '@lucide/svelte/icons/heart-pulse';
import Leaf from '@lucide/svelte/icons/leaf';
import Package from '@lucide/svelte/icons/package';
import ScrollText from '@lucide/svelte/icons/scroll-text';
import ShieldX from '@lucide/svelte/icons/shield-x';
import TriangleAlert from '@lucide/svelte/icons/triangle-alert';
import UserX from '@lucide/svelte/icons/user-x';
import Wind from '@lucide/svelte/icons/wind';
import Zap from '@lucide/svelte/icons/zap';
import type { Component } from 'svelte';

type Icon = Component<{ size?: number; strokeWidth?: number }>;

/** Tenants define their own types: the icon is chosen by words in the id, the first match. */
const pictures: readonly [RegExp, Icon][] = [
  [/electric|power/, Zap],
  [/fire|explos|hot-work/, Flame],
  [/chemical|hazmat|leak|material/, FlaskConical],
  [/gas|dust|confined|ventilat/, Wind],
  [/guard|interlock|protect/, ShieldX],
  [/ppe|helmet|vest/, HardHat],
  [/vehicle|forklift|transport|traffic/, Forklift],
  [/machine|equipment|mechan|lifting|special/, Cog],
  [/housekeep|5s|clean/, Brush],
  [/passage|exit|evacuat|site|slip|fall/, Footprints],
  [/height|construct|building|facility/, Construction],
  [/storage|stack|warehouse|rack/, Package],
  [/behav|unsafe-act|violation|operation|conduct/, UserX],
  [/manage|document|training|system|procedure|record/, ScrollText],
  [/environ|waste|emission/, Leaf],
  [/meter|anomal|measure/, Gauge],
  [/health|occupational/, HeartPulse],
  [/warning|sign|condition/, TriangleAlert],
];

export function iconOf(type: string): Icon {
  return pictures.find(([words]) => words.test(type))?.[1] ?? CircleHelp;
}
