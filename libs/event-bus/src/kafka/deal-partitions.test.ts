import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dealPartitions, type GroupMember, type PartitionsByTopic } from './deal-partitions.ts';

const member = (id: string, holding: [string, number[]][] = [], { topics = ['t'], continuous = true } = {}) =>
  ({ id, topics, holding: new Map(holding), continuous }) satisfies GroupMember;
const upTo = (count: number) => Array.from({ length: count }, (_, i) => i);
const four: PartitionsByTopic = new Map([['t', upTo(4)]]);

describe('partitions are dealt', () => {
  test('evenly, to those that subscribe to their topic', () => {
    const members = [
      member('a', [], { topics: ['t', 'u'] }),
      member('b', [], { topics: ['u'] }),
      member('c', [], { topics: ['t'] }),
    ];
    const dealt = dealPartitions(members, new Map([...four, ['u', [0]], ['nobody', [0]]]));
    expect(dealt.get('a')).toEqual(new Map([['t', [0, 2]]]));
    expect(dealt.get('b')).toEqual(new Map([['u', [0]]]));
    expect(dealt.get('c')).toEqual(new Map([['t', [1, 3]]]));
  });

  test('around those that a member is at work on', () => {
    const dealt = dealPartitions([member('a', [['t', [3, 1]]]), member('b')], four);
    expect(dealt.get('a')?.get('t')).toEqual([1, 3]);
    expect(dealt.get('b')?.get('t')).toEqual([0, 2]);
  });

  test('to nobody while the member at work on them has its share in others', () => {
    const dealt = dealPartitions([member('a', [['t', [0, 1, 2, 3]]]), member('b')], four);
    expect(dealt.get('a')?.get('t')).toEqual([0, 1]);
    expect(dealt.get('b')?.get('t')).toBeUndefined();
  });

  test('to the member at work on them now, not to the one that was away', () => {
    const away = member('a', [['t', [0, 1]]], { continuous: false });
    const dealt = dealPartitions([away, member('b', [['t', [0]]])], four);
    expect(dealt.get('a')?.get('t')).toContain(1);
    expect(dealt.get('b')?.get('t')).toContain(0);
  });
});

/** Groups in which each partition is held by one continuous member at most, as members hold what they were dealt. */
const groups = fc
  .record({
    size: fc.integer({ min: 1, max: 6 }),
    counts: fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 3 }),
    seed: fc.array(fc.nat(), { minLength: 40, maxLength: 40 }),
  })
  .map(({ size, counts, seed }) => {
    const numbers = seed.values();
    const draw = (below: number) => (numbers.next().value ?? 0) % below;
    const partitions = new Map(counts.map((count, i) => [`topic-${i}`, upTo(count)]));
    const topicsOf = upTo(size).map(() => {
      const some = [...partitions.keys()].filter(() => draw(3) > 0);
      return some.length > 0 ? some : ['topic-0'];
    });
    const members = upTo(size).map((i) => ({
      id: `member-${i}`,
      topics: topicsOf[i] ?? [],
      holding: new Map<string, number[]>(),
      continuous: draw(5) > 0,
    }));
    for (const [topic, all] of partitions) {
      const subscribers = members.filter(({ topics }) => topics.includes(topic));
      for (const partition of all) {
        const holder = subscribers[draw(2 * subscribers.length + 1)];
        if (holder) holder.holding.set(topic, [...(holder.holding.get(topic) ?? []), partition]);
      }
    }
    return { members, partitions };
  });

const owners = (dealt: ReturnType<typeof dealPartitions>, topic: string, partition: number) =>
  [...dealt].filter(([, hand]) => hand.get(topic)?.includes(partition)).map(([id]) => id);

test('nothing is taken from a member at work, nothing is dealt twice, and what nobody holds is dealt to somebody', () => {
  fc.assert(
    fc.property(groups, ({ members, partitions }) => {
      const dealt = dealPartitions(members, partitions);
      for (const [topic, all] of partitions) {
        const subscribers = members.filter(({ topics }) => topics.includes(topic));
        for (const partition of all) {
          const to = owners(dealt, topic, partition);
          const holder = subscribers.find(
            ({ holding, continuous }) => continuous && holding.get(topic)?.includes(partition),
          );
          const mayHave = (holder ? [holder] : subscribers).map((one) => one.id);
          for (const id of to) expect(mayHave).toContain(id);
          expect(to.length).toBeLessThanOrEqual(1);
          expect(to.length).toBeGreaterThanOrEqual(holder || subscribers.length === 0 ? 0 : 1);
        }
        for (const { id } of subscribers) {
          const fair = Math.ceil(all.length / subscribers.length);
          expect(dealt.get(id)?.get(topic)?.length ?? 0).toBeLessThanOrEqual(fair);
        }
      }
    }),
  );
});

test('a second deal, once the work in hand is done, is even', () => {
  fc.assert(
    fc.property(groups, ({ members, partitions }) => {
      const first = dealPartitions(members, partitions);
      const keeping = members.map((one) => ({ ...one, holding: first.get(one.id) ?? new Map(), continuous: true }));
      const second = dealPartitions(keeping, partitions);
      for (const [topic, all] of partitions) {
        const subscribers = members.filter(({ topics }) => topics.includes(topic));
        if (subscribers.length === 0) continue;
        const counts = subscribers.map(({ id }) => second.get(id)?.get(topic)?.length ?? 0);
        expect(counts.reduce((sum, count) => sum + count)).toBe(all.length);
        expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
        for (const { id } of subscribers) {
          expect(second.get(id)?.get(topic) ?? []).toEqual(expect.arrayContaining(first.get(id)?.get(topic) ?? []));
        }
      }
    }),
  );
});
