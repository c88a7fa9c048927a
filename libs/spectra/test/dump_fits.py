"""Prints what astropy reads from FITS files, one JSON line a file, for tests to compare with.

    python dump_fits.py [--values] [--strict] < paths

Every HDU gives its cards and its data. Data are hashed (SHA-256 of 64-bit big-endian values), or with --values
printed. --strict turns every warning into an error, and verifies standard and checksums.
"""

import base64
import hashlib
import json
import sys
import warnings

import numpy as np
from astropy.io import fits


def card_value(card):
    """A tagged value, so that 1, 1.0, True and '1' stay apart."""
    value = card.value
    if card.keyword in ('COMMENT', 'HISTORY', ''):
        return ['commentary', str(value)]
    if isinstance(value, fits.card.Undefined):
        return ['undefined', None]
    if isinstance(value, (bool, np.bool_)):
        return ['logical', bool(value)]
    if isinstance(value, int):
        return ['integer', str(value)]
    if isinstance(value, float):
        return ['float', value]
    if isinstance(value, complex):
        return ['complex', [value.real, value.imag]]
    return ['string', value]


def canonical(array):
    """The kind of an array, its type, and its elements as 64-bit big-endian numbers or as text."""
    if not isinstance(array, np.char.chararray):
        # Strings stay as astropy gives them, without the blanks behind them.
        array = np.asarray(array)
    kind = array.dtype.kind
    if kind == 'b':
        return 'logical', array.dtype.str[1:], array.ravel().astype('u1')
    if kind in 'iu':
        return 'integer', array.dtype.str[1:], array.ravel().astype('>i8' if kind == 'i' else '>u8')
    if kind == 'f':
        return 'float', array.dtype.str[1:], array.ravel().astype('>f8')
    if kind == 'c':
        return 'complex', array.dtype.str[1:], array.ravel().astype('>c16').view('>f8')
    return 'text', 'U', [str(text) for text in array.ravel()]


def dump_array(array, values):
    kind, dtype, elements = canonical(array)
    if kind == 'text':
        return {'kind': kind, 'type': dtype, 'values': elements}
    if values:
        return {'kind': kind, 'type': dtype, 'values': base64.b64encode(elements.tobytes()).decode()}
    return {'kind': kind, 'type': dtype, 'sha256': hashlib.sha256(elements.tobytes()).hexdigest()}


def dump_column(hdu, index, values):
    column = hdu.columns[index]
    dump = {'name': column.name, 'unit': column.unit, 'format': str(column.format)}
    # By position: names may stand twice.
    data = hdu.data.field(index)
    if data.dtype.kind == 'O':
        dump['arrays'] = [dump_array(row, values) for row in data]
    else:
        dump.update(dump_array(data, values))
    return dump


def dump_hdu(hdu, values):
    # Cards first: reading data changes them.
    dump = {'cards': [[card.keyword, *card_value(card), card.comment] for card in hdu.header.cards]}
    if isinstance(hdu, (fits.BinTableHDU, fits.TableHDU)):
        dump['rows'] = len(hdu.data)
        dump['columns'] = [dump_column(hdu, index, values) for index in range(len(hdu.columns))]
    elif hdu.is_image:
        dump['shape'] = list(reversed(hdu.shape))
        if hdu.data is not None:
            dump.update(dump_array(hdu.data, values))
    return dump


def main():
    values = '--values' in sys.argv
    strict = '--strict' in sys.argv
    warnings.simplefilter('error' if strict else 'ignore')
    for path in sys.stdin.read().split('\n'):
        if not path:
            continue
        with fits.open(path, memmap=False, checksum=strict, disable_image_compression=True) as hdus:
            if strict:
                hdus.verify('exception')
            print(json.dumps({'path': path, 'hdus': [dump_hdu(hdu, values) for hdu in hdus]}))


if __name__ == '__main__':
    main()
