import { xmlText } from '../samp/votable-text.ts';
import type { PointCloud } from './point-cloud.ts';

/** A row of what was selected. */
interface SelectedRow {
  id: string;
  pool: string;
  class: string;
  probability: number;
  labelled: boolean;
  x: number;
  y: number;
}

function rowsOf(cloud: PointCloud, points: readonly number[]): SelectedRow[] {
  return points.map((point) => ({
    id: cloud.ids[point]!,
    pool: cloud.poolOf(point),
    class: cloud.map.classes[cloud.classes[point]!] ?? '',
    probability: cloud.probabilities[point]!,
    labelled: point >= cloud.firstLabelled,
    x: cloud.x[point]!,
    y: cloud.y[point]!,
  }));
}

const quoted = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** Selected points as CSV (RFC 4180), with a header line. */
export function selectionCsv(cloud: PointCloud, points: readonly number[]): string {
  const lines = rowsOf(cloud, points).map(({ id, pool, class: name, probability, labelled, x, y }) =>
    [quoted(id), quoted(pool), quoted(name), probability, labelled, x, y].join(','),
  );
  return ['id,pool,class,probability,labelled,map_x,map_y', ...lines, ''].join('\r\n');
}

/** Selected points as a VOTable 1.4 (https://www.ivoa.net/documents/VOTable/20191021/). */
export function selectionVotable(cloud: PointCloud, points: readonly number[]): string {
  const { campaignId, iteration, modelId } = cloud.map;
  const rows = rowsOf(cloud, points).map(
    ({ id, pool, class: name, probability, labelled, x, y }) =>
      `<TR>${[id, pool, name].map((text) => `<TD>${xmlText(text)}</TD>`).join('')}<TD>${probability}</TD><TD>${labelled ? 'T' : 'F'}</TD><TD>${x}</TD><TD>${y}</TD></TR>`,
  );
  return `<?xml version="1.0" encoding="UTF-8"?>
<VOTABLE version="1.4" xmlns="http://www.ivoa.net/xml/VOTable/v1.3">
<RESOURCE name="${xmlText(campaignId)}">
<TABLE name="selection" nrows="${points.length}">
<DESCRIPTION>Spectra selected on the map of campaign ${xmlText(campaignId)}, iteration ${iteration}</DESCRIPTION>
<PARAM name="model" datatype="char" arraysize="*" value="${xmlText(modelId)}"/>
<FIELD name="id" datatype="unicodeChar" arraysize="*" ucd="meta.id;meta.main"><DESCRIPTION>Spectrum in its pool</DESCRIPTION></FIELD>
<FIELD name="pool" datatype="unicodeChar" arraysize="*" ucd="meta.id"><DESCRIPTION>Pool of the spectrum</DESCRIPTION></FIELD>
<FIELD name="class" datatype="unicodeChar" arraysize="*" ucd="src.class"><DESCRIPTION>Most probable class, or the label of a labelled spectrum</DESCRIPTION></FIELD>
<FIELD name="probability" datatype="double" ucd="stat.probability"><DESCRIPTION>Probability of that class; 1 for a label</DESCRIPTION></FIELD>
<FIELD name="labelled" datatype="boolean" ucd="meta.code"><DESCRIPTION>Whether the class is a label</DESCRIPTION></FIELD>
<FIELD name="map_x" datatype="double"><DESCRIPTION>Place on the map, to the right</DESCRIPTION></FIELD>
<FIELD name="map_y" datatype="double"><DESCRIPTION>Place on the map, upwards</DESCRIPTION></FIELD>
<DATA><TABLEDATA>
${rows.join('\n')}
</TABLEDATA></DATA>
</TABLE>
</RESOURCE>
</VOTABLE>
`;
}
