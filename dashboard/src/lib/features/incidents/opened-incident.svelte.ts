import { untrack } from 'svelte';
import { loadWhen } from '$lib/api/load-when.svelte.ts';
import { Loaded } from '$lib/api/loaded.svelte.ts';
import type { Incident, IncidentDetail, Violation } from '$lib/api/types.ts';
import { live } from '$lib/live/live.svelte.ts';
import type { Member } from './axis.ts';
import { readIncident, takeDetail } from './incidents-api.ts';

/** Evidence of several findings that comes together is one request, ms. */
const GATHER_MS = 300;

/**
 * The details of the open incident: asked for when it is opened and when its version moves. Of a finding that
 * changes meanwhile the message itself is shown. To be made while the component is initialised.
 */
export class OpenedIncident {
  readonly read: Loaded<IncidentDetail>;
  readonly #incident: () => Incident;
  /** The findings that changed while the details are read, whose answer may be older. */
  readonly #heard = new Map<string, Violation>();
  #gathering: ReturnType<typeof setTimeout> | null = null;

  /** @param incident the row of the queue. */
  constructor(incident: () => Incident) {
    this.#incident = incident;
    this.read = new Loaded(async () => {
      this.#heard.clear();
      const detail = takeDetail(incident()) ?? (await readIncident({ id: incident().id }));
      return [...this.#heard.values()].reduce((now, one) => this.#with(now, one), detail);
    });
    const id = $derived(incident().id);
    const version = $derived(incident().version);
    $effect(() => {
      void id;
      untrack(() => this.read.reset());
      return () => this.#stopGathering();
    });
    loadWhen(() => `${id} ${version}`, this.read);
    // A clip or an end does not move the version of the incident.
    $effect(() => live.on('violations', 'violation', ({ violation }) => this.take(violation)));
  }

  /** Null until it was read; while another incident is opened, that of the one before. */
  get detail(): IncidentDetail | null {
    return this.read.value;
  }

  /** The findings; none while they are read. */
  get members(): Member[] {
    const { detail } = this;
    return detail?.id === this.#incident().id ? detail.members : [];
  }

  /** Shows a finding as it is now. */
  take(changed: Violation): void {
    if (this.read.loading) this.#heard.set(changed.id, changed);
    if (this.detail) this.read.value = this.#with(this.detail, changed);
  }

  #with(detail: IncidentDetail, changed: Violation): IncidentDetail {
    const before = detail.members.find((one) => one.violation.id === changed.id)?.violation;
    if (!before) return detail;
    if (hasMoreEvidence(before, changed)) this.#readSoon();
    const members = detail.members.map((one) =>
      one.violation.id === changed.id ? { ...one, violation: changed } : one,
    );
    return { ...detail, members };
  }

  /** The signature of new evidence is not in the message. */
  #readSoon(): void {
    if (this.#gathering !== null) return;
    this.#gathering = setTimeout(() => {
      this.#gathering = null;
      void this.read.load();
    }, GATHER_MS);
  }

  #stopGathering(): void {
    if (this.#gathering !== null) clearTimeout(this.#gathering);
    this.#gathering = null;
  }
}

/** Whether a picture or a clip came that was not there before. */
const hasMoreEvidence = (before: Violation, now: Violation): boolean =>
  (before.snapshot === null && now.snapshot !== null) ||
  (before.clip === null && now.clip !== null);
