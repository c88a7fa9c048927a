/** Partitions by topic. */
export type PartitionsByTopic = ReadonlyMap<string, readonly number[]>;

/** What a member says when its group deals the partitions out. */
export interface GroupMember {
  id: string;
  topics: readonly string[];
  /** Partitions that it has an event of in hand, or whose progress it has yet to record. */
  holding: PartitionsByTopic;
  /** Whether it has been in the group, under this id, since it took them. If not, others may have had them in between. */
  continuous: boolean;
}

/**
 * Deals the partitions of each topic out to the members that subscribe to it, evenly.
 *
 * A partition is never taken away from a member at work on it, so that no event is handled in two places at once however long
 * its work takes. A member that holds more than its share keeps its share; the rest goes to nobody in this round: the member
 * finishes the events that it has in hand and then asks for another round.
 * @returns the partitions by topic, for every member
 */
export function dealPartitions(
  members: readonly GroupMember[],
  partitions: PartitionsByTopic,
): Map<string, Map<string, number[]>> {
  const byId = members.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const dealt = new Map(byId.map(({ id }) => [id, new Map<string, number[]>()]));
  const total = new Map(byId.map(({ id }) => [id, 0]));
  for (const [topic, numbers] of [...partitions].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    const subscribers = byId.filter(({ topics }) => topics.includes(topic));
    if (subscribers.length === 0) continue;
    const hands = dealTopic(topic, numbers, subscribers, total);
    for (const [id, hand] of hands) {
      if (hand.length > 0) dealt.get(id)?.set(topic, hand);
      total.set(id, (total.get(id) ?? 0) + hand.length);
    }
  }
  return dealt;
}

function dealTopic(
  topic: string,
  numbers: readonly number[],
  subscribers: readonly GroupMember[],
  total: ReadonlyMap<string, number>,
): Map<string, number[]> {
  const hands = new Map(subscribers.map(({ id }) => [id, [] as number[]]));
  const share = Math.floor(numbers.length / subscribers.length);
  // So many members may have one more.
  let extras = numbers.length % subscribers.length;
  const free = new Set(numbers);
  // Whoever was away may have lost a partition to another member that holds it now.
  for (const member of subscribers.toSorted((a, b) => Number(b.continuous) - Number(a.continuous))) {
    const hand = hands.get(member.id) ?? [];
    for (const partition of member.holding.get(topic) ?? []) {
      if (!free.has(partition)) continue;
      if (hand.length < share || (hand.length === share && extras > 0)) {
        if (hand.length === share) extras--;
        hand.push(partition);
      } else if (!member.continuous) continue;
      free.delete(partition);
    }
  }
  for (const partition of free) {
    const [poorest] = [...hands].toSorted(
      ([a, handA], [b, handB]) =>
        handA.length - handB.length || (total.get(a) ?? 0) - (total.get(b) ?? 0) || (a < b ? -1 : 1),
    );
    poorest?.[1].push(partition);
  }
  for (const hand of hands.values()) hand.sort((a, b) => a - b);
  return hands;
}
