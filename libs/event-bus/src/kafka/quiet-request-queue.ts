// kafkajs 2.2.4 looks for requests to send every millisecond on every connection, for ever, also when there are none, and gives
// the timer a negative delay, of which Node warns (https://github.com/tulios/kafkajs/issues/1704 and 1751). A queue that is
// empty needs no look: a request that has to wait asks for one itself.
import RequestQueue from 'kafkajs/src/network/requestQueue/index.js';

const scheduleCheck = RequestQueue.prototype.scheduleCheckPendingRequests;

RequestQueue.prototype.scheduleCheckPendingRequests = function scheduleCheckOfPendingRequests(
  this: RequestQueue,
): void {
  if (this.pending.length > 0) scheduleCheck.call(this);
};
