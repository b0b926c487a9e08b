import { describe, expect, it } from 'vitest';
import { camerasHold, latencyHolds, TARGETS, TargetError, targetOf } from './targets.ts';

describe('the target of a bench', () => {
  it('defaults to the product’s target', () => {
    expect(TARGETS).toEqual({
      busyCameras: 8,
      emptyCameras: 20,
      latencyP95Ms: 500,
      observationP95Ms: 300,
      alarmP95Ms: 300,
      alarmsLost: 0,
      alarmsDoubled: 0,
      diskRecoverySeconds: 30,
      faultsLost: 0,
      faultsDoubled: 0,
      faultRecoverySeconds: 60,
      noticedSeconds: 15,
      memoryMibPerHour: 10,
      forgedAccepted: 0,
      eventsLostUnderAttack: 0,
      signedThroughput: 0.8,
      tamperFound: 0.95,
      tamperFalse: 0,
      fallsFound: 0.8,
      fallDelaySeconds: 4,
      fallAlarms: 0,
      decisionsPerMinute: 60,
      nextPictureP95Ms: 150,
      labelAgreement: 1,
      screenAlarmP95Ms: 1000,
      screenSpreadMs: 300,
      pageUsableP95Ms: 1000,
      namedInTime: 0.85,
      personnelP95Ms: 250,
      matchP95Ms: 5,
      matchServiceP95Ms: 50,
      matchRankedP95Ms: 2000,
      matchBesideP95Ms: 250,
      glassToGlassP95Ms: 300,
      mpeg1P95Ms: 1000,
      firstFrameP95Ms: 1000,
      liveRecoveryMs: 6000,
      liveDroppedRise: 0.01,
      wallTileFps: 10,
      wallStillsPerSecond: 0.8,
      wallLongTasks: 0,
      wallHeapGrowth: 0.05,
      wallGlassP95Ms: 700,
      boxSkewFrames: 1,
      coveredLabels: 0,
    });
    expect(targetOf(undefined, TARGETS.busyCameras)).toBe(8);
    expect(targetOf('3', TARGETS.busyCameras)).toBe(3);
  });

  it('must be a number above 0', () => {
    for (const text of ['', '0', '-1', 'many']) {
      expect(() => targetOf(text, 8), text).toThrow(TargetError);
    }
  });

  it('is missed with one camera too few', () => {
    expect(camerasHold(7, TARGETS.busyCameras)).toBe(false);
    expect(camerasHold(8, TARGETS.busyCameras)).toBe(true);
    expect(camerasHold(19, TARGETS.emptyCameras)).toBe(false);
    expect(camerasHold(20, TARGETS.emptyCameras)).toBe(true);
  });

  it('is missed by a slow run, and by a run with too few measurements', () => {
    const run = {
      measured: 30,
      wanted: 30,
      p95Ms: 500,
      targetMs: TARGETS.latencyP95Ms,
      observationP95Ms: 300,
    };
    expect(latencyHolds(run)).toBe(true);
    expect(latencyHolds({ ...run, p95Ms: 501 })).toBe(false);
    expect(latencyHolds({ ...run, measured: 29 })).toBe(false);
    expect(latencyHolds({ ...run, measured: 0, wanted: 0, p95Ms: 0 })).toBe(false);
    expect(latencyHolds({ ...run, observationP95Ms: 301 })).toBe(false);
    expect(latencyHolds({ ...run, observationP95Ms: 0 })).toBe(false);
  });
});
