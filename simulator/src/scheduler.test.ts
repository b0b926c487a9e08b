import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createClock } from './clock.ts';
import { Scheduler, type Task } from './scheduler.ts';

/** Runs every `period` seconds and records the times. */
class Periodic implements Task {
  readonly ran: number[] = [];
  next: number;
  readonly period: number;
  constructor(period: number, first = period) {
    this.period = period;
    this.next = first;
  }
  due() {
    return this.next;
  }
  run() {
    this.ran.push(this.next);
    this.next += this.period;
  }
}

describe('Scheduler', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('runs each task at its own times; a failure does not stop others', () => {
    const errors: unknown[] = [];
    const scheduler = new Scheduler(createClock(), (error) => errors.push(error));
    const [often, seldom] = [new Periodic(0.1), new Periodic(0.25)];
    const broken = new Periodic(0.5);
    broken.run = () => {
      broken.next += 0.5;
      throw new Error('broken');
    };
    for (const task of [broken, often, seldom]) scheduler.add(task);
    vi.advanceTimersByTime(1010);
    expect(often.ran).toHaveLength(10);
    expect(seldom.ran).toHaveLength(4);
    expect(errors).toHaveLength(2);
    scheduler.stop();
  });

  it('sleeps while nothing is due and wakes when notified', () => {
    const scheduler = new Scheduler(createClock(), () => {});
    const task = new Periodic(0.1, Infinity);
    scheduler.add(task);
    expect(vi.getTimerCount()).toBe(0);
    task.next = 0.2;
    scheduler.wake();
    vi.advanceTimersByTime(210);
    expect(task.ran).toEqual([0.2]);
    scheduler.remove(task);
    expect(vi.getTimerCount()).toBe(0);
  });
});
