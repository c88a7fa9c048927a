import { expect, it } from 'vitest';
import { drain } from './drain.ts';

it('a drain tells first, then waits for what is under way', async () => {
  const order: string[] = [];
  await drain({
    announce: () => void order.push('not ready'),
    finish: async () => void order.push('finished'),
    noticeMilliseconds: 1,
    limitMilliseconds: 60_000,
  });
  expect(order).toEqual(['not ready', 'finished']);
});

it('a drain waits no longer than its limit', async () => {
  const never = new Promise<void>(() => undefined);
  const ended = drain({ announce: () => undefined, finish: () => never, noticeMilliseconds: 0, limitMilliseconds: 5 });
  await expect(ended).resolves.toBeUndefined();
});

it('a drain passes on what went wrong while it ended the work', async () => {
  const finish = () => Promise.reject(new Error('the disk is gone'));
  const ended = drain({ announce: () => undefined, finish, noticeMilliseconds: 0, limitMilliseconds: 60_000 });
  await expect(ended).rejects.toThrow('the disk is gone');
});
