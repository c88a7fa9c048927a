import { AssignerProtocol, type PartitionAssigner } from 'kafkajs';
import { dealPartitions, type GroupMember, type PartitionsByTopic } from './deal-partitions.ts';

const { MemberAssignment, MemberMetadata } = AssignerProtocol;

/** What a member tells the group's leader when it joins. */
export interface Claims {
  /** the id under which it was last in the group; empty before the first time */
  memberId: string;
  holding: PartitionsByTopic;
}

const NAME = 'spectrawl';
const VERSION = 1;

/**
 * Kafka's side of {@link dealPartitions}: members send their claims with the request to join, and the one that the brokers have
 * made the leader deals.
 * @param claims asked for at the last moment, when the request to join goes out: from then on the member starts nothing new
 * @param partitionsOf looks up the partitions of topics; topics that are gone are left out
 */
export function holdingAssigner(
  claims: () => Claims,
  partitionsOf: (topics: readonly string[]) => Promise<PartitionsByTopic>,
): PartitionAssigner {
  return () => ({
    name: NAME,
    version: VERSION,
    protocol: ({ topics }) => {
      const { memberId, holding } = claims();
      const userData = Buffer.from(JSON.stringify({ memberId, holding: Object.fromEntries(holding) }));
      return { name: NAME, metadata: MemberMetadata.encode({ version: VERSION, topics, userData }) };
    },
    assign: async ({ members }) => {
      const group = members.map(({ memberId, memberMetadata }) => decodeMember(memberId, memberMetadata));
      const topics = new Set(group.flatMap((member) => member.topics));
      const dealt = dealPartitions(group, await partitionsOf([...topics]));
      return [...dealt].map(([memberId, partitions]) => ({
        memberId,
        memberAssignment: MemberAssignment.encode({
          version: VERSION,
          assignment: Object.fromEntries(partitions),
          userData: Buffer.alloc(0),
        }),
      }));
    },
  });
}

function decodeMember(id: string, metadata: Buffer): GroupMember {
  const decoded = MemberMetadata.decode(metadata);
  if (decoded === null) throw new TypeError(`group member ${id} sent no metadata`);
  const said = JSON.parse(decoded.userData.toString()) as { memberId: string; holding: Record<string, number[]> };
  return {
    id,
    topics: decoded.topics,
    holding: new Map(Object.entries(said.holding)),
    continuous: said.memberId === id,
  };
}
