/** What one broker for tests sets differently from a cluster, container or not. */
export const SINGLE_BROKER = {
  'offsets.topic.replication.factor': 1,
  'offsets.topic.num.partitions': 4,
  'transaction.state.log.replication.factor': 1,
  'transaction.state.log.min.isr': 1,
  'transaction.state.log.num.partitions': 4,
  'share.coordinator.state.topic.replication.factor': 1,
  'share.coordinator.state.topic.min.isr': 1,
  'group.initial.rebalance.delay.ms': 0,
  'group.min.session.timeout.ms': 1_000,
  // A broker that was killed may come back only when its last session is over.
  'broker.session.timeout.ms': 4_000,
  'broker.heartbeat.interval.ms': 500,
};
