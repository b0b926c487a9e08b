import { flushSync, tick } from 'svelte';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { goto } from '$app/navigation';
import { navigate } from '../../test/app-state.svelte.ts';
import { LoadingBoard } from '../../test/board.svelte.ts';

let board: LoadingBoard;

beforeEach(async () => {
  await goto('/hazards');
  board = new LoadingBoard();
});
afterEach(() => {
  board.end();
  navigate(null);
});

async function load(first: string | null): Promise<void> {
  board.load(first);
  flushSync();
  await tick();
}

it('opens the first entry once the list is there', async () => {
  await load('first');
  expect(board.opened).toBe('first');
});

it('opens nothing that arrives in a list that was empty', async () => {
  await load(null);
  await load('first');
  expect(board.opened).toBeNull();
});

it('opens nothing while a navigation to another page is running', async () => {
  navigate('/hazards/report');
  await load('first');
  expect(board.opened).toBeNull();
});

it('opens the first entry while the navigation to the board itself is running', async () => {
  navigate('/hazards');
  await load('first');
  expect(board.opened).toBe('first');
});
