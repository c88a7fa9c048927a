import { describe, expect, it } from 'vitest';
import { NOTHING_SENT, UploadError, withLines } from './upload.ts';

describe('the progress of an upload', () => {
  it('is read line by line', () => {
    const progress = withLines(NOTHING_SENT, [
      '{"counts":{"received":"5","stored":"0"},"files":"5","bytes":"120"}',
      '{"counts":{"received":"9","stored":"7","quarantined":"1","duplicates":"1"},"files":"9","bytes":"400","quarantined":[{"poolId":"p","source":"x.fits","reason":"not-fits","message":"x.fits: no FITS"}],"committed":true}',
    ]);
    expect(progress).toMatchObject({
      files: 9,
      committed: true,
      counts: { received: 9, stored: 7, quarantined: 1, duplicates: 1, underWay: 0 },
      quarantined: [{ source: 'x.fits', reason: 'not-fits' }],
    });
  });

  it('ends with a refusal where the service refuses', () => {
    const lines = ['{"refusal":{"message":"pool \\"p\\" is sealed","reason":"POOL_SEALED","service":"ingestion"}}'];
    expect(() => withLines(NOTHING_SENT, lines)).toThrow(UploadError);
    expect(() => withLines(NOTHING_SENT, lines)).toThrow('pool "p" is sealed');
  });
});
