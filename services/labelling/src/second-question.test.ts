import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseSecondQuestions, idOfTaskAbout, secondQuestionsDue } from './second-question.ts';
import { taskIdOf } from './task.ts';

const tasksOf = (count: number) =>
  Array.from({ length: count }, (_, at) => ({
    task_id: taskIdOf('hunt', 3, `spec-${at}`),
    campaign_id: 'hunt',
    iteration: 3,
    spectrum_id: `spec-${at}`,
    purpose: 'query' as const,
  }));

describe('questions that are put again', () => {
  it('are a random share of a batch, the same for the same seed', () => {
    const tasks = tasksOf(10_000);
    const shares = { overlap: 0.1, repeat: 0.02 };
    const chosen = chooseSecondQuestions(tasks, 7n, shares);
    const of = (purpose: string) => chosen.filter((one) => one.purpose === purpose);
    // Five standard deviations of the binomial.
    expect(Math.abs(of('overlap').length - 1000)).toBeLessThan(150);
    expect(Math.abs(of('repeat').length - 200)).toBeLessThan(70);
    expect(
      chooseSecondQuestions(tasks.toReversed(), 7n, shares)
        .toReversed()
        .map(({ task_id }) => task_id)
        .toSorted(),
    ).toEqual(chosen.map(({ task_id }) => task_id).toSorted());
    expect(chooseSecondQuestions(tasks, 8n, shares)).not.toEqual(chosen);
  });

  it('are more of the same when the share grows; none at 0, all at 1', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), fc.bigInt(0n, 2n ** 64n - 1n), (share, seed) => {
        const tasks = tasksOf(50);
        const ids = (overlap: number) =>
          chooseSecondQuestions(tasks, seed, { overlap, repeat: 0 }).map(({ about_task_id }) => about_task_id);
        expect(ids(0)).toEqual([]);
        expect(ids(1)).toEqual(tasks.map(({ task_id }) => task_id));
        const some = ids(share);
        expect(ids((1 + share) / 2)).toEqual(expect.arrayContaining(some));
      }),
    );
  });

  it('have ids that look like those of the batch, and are of one question each', () => {
    const [task] = tasksOf(1);
    const ids = [
      task!.task_id,
      ...(['overlap', 'repeat', 'adjudication'] as const).map((of) => idOfTaskAbout(task!, of)),
    ];
    expect(new Set(ids).size).toBe(4);
    for (const id of ids) expect(id).toMatch(/^hunt\.3\.[0-9a-f]{16}$/);
  });

  it('are due at most as often as twice the shares say', () => {
    const shares = { overlap: 0.1, repeat: 0.02 };
    const taken = { tasks: 0, second: 0 };
    for (let at = 0; at < 1000; at++) {
      if (secondQuestionsDue(taken, shares) > 0) taken.second += 1;
      else taken.tasks += 1;
    }
    expect(taken.second / taken.tasks).toBeCloseTo(0.24, 2);
    expect(secondQuestionsDue({ tasks: 9, second: 0 }, { overlap: 1, repeat: 1 })).toBe(9);
    expect(secondQuestionsDue({ tasks: 9, second: 12 }, { overlap: 1, repeat: 1 })).toBe(0);
    expect(secondQuestionsDue({ tasks: 9, second: 0 }, { overlap: 0, repeat: 0 })).toBe(0);
  });
});
